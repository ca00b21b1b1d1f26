import Appliance
import Base
import Jobs
import Mail

/// One JSON line of what a task is doing.
private struct EventRecord: Encodable {
  var event: String
  var page: Int?
  var bytes: Int?
  var of: Int?
  var route: String?
  var address: String?
  var state: RecipientState?
  var reply: String?
  var text: String?
}

extension JobTask {
  /// Tells of a scan: passing news on the live line, lasting news as lines, in JSON as events.
  func show(_ progress: ScanProgress) {
    switch progress {
    case .opening(let device): line.show("opening \(device)")
    case .waiting(let reason): tell("the scanner is not ready: \(reason)", EventRecord(event: "waiting", text: reason))
    case .settled(_, let notes): for note in notes { tell(note, EventRecord(event: "notice", text: note)) }
    case .pageBegan(let page): line.show("page \(page)")
    case .rows(let page, let done, let total, let bytes):
      line.show("page \(page): \(percentage(done, of: total) ?? count(done, "row")), \(readableSize(bytes))")
    case .pageDone(let page, let bytes):
      tell("page \(page): \(readableSize(bytes))", EventRecord(event: "page", page: page, bytes: bytes))
    case .notice(let text): tell(text, EventRecord(event: "notice", text: text))
    }
  }

  /// Tells of a delivery.
  func show(_ news: DeliveryNews) {
    switch news {
    case .attempt(let number, let route):
      emit(EventRecord(event: "attempt", page: nil, route: route, text: String(number)))
      line.show("sending by \(route)")
    case .progress(.stage(let stage)): line.show(words(for: stage))
    case .progress(.connected(let peer)): line.show("connected to \(peer)")
    case .progress(.secured(let version, _)): line.show("TLS \(version.rawValue)")
    case .progress(.sent(let bytes, let total)):
      line.show("sent \(readableSize(bytes)) of \(readableSize(total)), \(percentage(bytes, of: total) ?? "")")
    case .outcome(let address, let state, let reply):
      emit(EventRecord(event: "outcome", address: address, state: state, reply: reply))
    case .waiting(let seconds, let reason):
      tell("\(reason); trying again in \(seconds) s", EventRecord(event: "waiting", text: reason))
    }
  }

  private func tell(_ text: String, _ event: EventRecord) {
    line.keep(text)
    emit(event)
  }

  /// An event that cannot be printed is no reason to stop a scan: standard output is gone, and the job is not.
  private func emit(_ event: EventRecord) { try? face.emit(event) }

  private func percentage(_ part: Int, of whole: Int?) -> String? {
    guard let whole, whole > 0 else { return nil }
    return "\(min(100, part * 100 / whole)) %"
  }

  private func words(for stage: SMTPStage) -> String {
    switch stage {
    case .lookup: "looking up the server"
    case .connect: "connecting"
    case .tls, .starttls: "securing the connection"
    case .greeting, .hello: "greeting the server"
    case .auth: "signing in"
    case .mail, .rcpt, .data: "asking whether it takes the message"
    case .body: "sending"
    case .final: "waiting for the server's word"
    case .quit: "saying goodbye"
    }
  }
}
