import Base
import CARES
import Glibc
import Mail
import Routes

/// Looks names up with c-ares: bounded in time and interruptible, which getaddrinfo(3) is not.
struct NameLookup {
  /// "address:port" of each name server; empty for those of the system.
  let servers: [String]
  let clock: Clock
  let interrupt: StopSignal

  /// The addresses of `host`, both families, the likelier ones first (RFC 6724); /etc/hosts counts.
  func addresses(of host: String, port: UInt16, until deadline: Deadline) throws(DeliveryFault) -> [SocketAddress] {
    if let literal = SocketAddress(host, port: port) { return [literal] }
    let answer = NameReply()
    let status = try run(host, answer, until: deadline) { $0.ask(host, port: port, answer) }
    switch status {
    case ARES_SUCCESS where !answer.addresses.isEmpty: return answer.addresses
    case ARES_SUCCESS, ARES_ENOTFOUND, ARES_ENODATA, ARES_ENONAME, ARES_EBADNAME: throw .nameNotFound(host: host)
    default:
      let detail = try refusal(of: host, .address4, status, until: deadline)
      throw .nameServerFailure(host: host, detail: detail)
    }
  }

  /// The records of a name; aliases are followed. Only an interrupt and name servers that cannot be used are faults.
  func answer(
    to name: String, _ question: NameQuestion, until deadline: Deadline
  ) throws(DeliveryFault) -> NameAnswer {
    let reply = NameReply()
    let status: Int32
    do throws(DeliveryFault) {
      status = try run(name, reply, until: deadline) { $0.ask(name, question, reply) }
    } catch {
      if case .nameServerFailure(_, let detail) = error { return .failed(detail) }
      throw error
    }
    switch status {
    case ARES_SUCCESS:
      guard let records = NameMessage(reply.message).records(question) else { return .failed("nonsense") }
      return records.isEmpty ? .noRecord : .found(records)
    case ARES_ENODATA: return .noRecord
    case ARES_ENOTFOUND, ARES_ENONAME, ARES_EBADNAME: return .noName
    default: return .failed(try refusal(of: name, question, status, until: deadline))
    }
  }

  private func run(
    _ name: String, _ reply: NameReply, taking anything: Bool = false, until deadline: Deadline,
    _ ask: (borrowing NameChannel) -> Void
  ) throws(DeliveryFault) -> Int32 {
    let channel = try NameChannel(for: name, servers: servers, takingAnything: anything)
    ask(channel)
    defer { withExtendedLifetime(reply) { channel.cancel() } }
    while true {
      if let status = reply.status { return status }
      do throws(WaitFault) {
        try channel.work(until: deadline, clock, interrupt)
      } catch {
        if error == .stopped { throw .interrupted(stage: .lookup) }
        throw .nameServerFailure(host: name, detail: "no answer in time")
      }
    }
  }

  /// Why there is no answer. c-ares goes from server to server and forgets what each said; what the first one
  /// says is asked for once more.
  private func refusal(
    of name: String, _ question: NameQuestion, _ status: Int32, until deadline: Deadline
  ) throws(DeliveryFault) -> String {
    if status == ARES_ETIMEOUT { return "no answer" }
    let reply = NameReply()
    do throws(DeliveryFault) {
      _ = try run(name, reply, taking: true, until: deadline) { $0.ask(name, question, reply) }
    } catch {
      if case .interrupted = error { throw error }
    }
    if let verdict = NameMessage(reply.message).verdict, verdict != "NOERROR" { return "the answer is " + verdict }
    return unsafe String(cString: ares_strerror(status))
  }
}
