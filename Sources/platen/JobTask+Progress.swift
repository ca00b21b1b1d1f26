import Appliance
import Base
import Crypto
import Diagnosis
import JSON
import Jobs
import Mail

/// One JSON line of what a task is doing.
private struct EventRecord: JSONWritable {
  var event: String
  var number: Int?
  var page: Int?
  var bytes: Int?
  var of: Int?
  var route: String?
  var address: String?
  var state: RecipientState?
  var reply: String?
  var text: String?

  var json: JSONValue {
    .fields([
      "address": address, "bytes": bytes, "event": event, "number": number, "of": of, "page": page, "reply": reply,
      "route": route, "state": state, "text": text,
    ])
  }
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
      tell(
        "page \(page): \(readableSize(bytes)), \(rate(page, "page"))",
        EventRecord(event: "page", page: page, bytes: bytes))
    case .notice(let text): tell(text, EventRecord(event: "notice", text: text))
    }
  }

  /// Tells what will not go before anything does: the rest may have to be put together anew.
  func tell(of refusals: [Failure]) {
    for failure in refusals {
      tell(failure.cause + "; the others get it", EventRecord(event: "notice", text: failure.cause))
    }
  }

  /// Tells of a delivery.
  func show(_ news: DeliveryNews) {
    switch news {
    case .attempt(let number, let route):
      emit(EventRecord(event: "attempt", number: number, route: route))
      line.mention("sending by route \(route)")
    case .gettingToken(let host):
      emit(EventRecord(event: "token", text: host))
      line.mention("getting a token from \(host)")
    case .progress(.stage(let stage)): line.show(words(for: stage))
    case .progress(.connected(let peer)): line.mention("connected to \(peer)")
    case .progress(.secured(let version, _)): line.mention("secured by TLS \(version.rawValue)")
    case .progress(.notice(let text)): tell(text, EventRecord(event: "notice", text: text))
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

  /// How many a minute since the task began; a scanner's own measure.
  private func rate(_ number: Int, _ noun: String) -> String {
    let minutes = max(Deadline.now.since(began).inSeconds, 0.001) / 60
    return "\(count(Int((Double(number) / minutes).rounded()), noun)) a minute"
  }

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
