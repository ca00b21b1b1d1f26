import Glibc

/// The DNS of the simulated world, over UDP and TCP at the same port.
final class NameServer: Sendable {
  let listener: Listener
  private let datagrams: Int32
  private let zone: Zone
  private let tenant: Tenant

  /// How often a free TCP port is looked for that is free in UDP as well.
  private static let attempts = 20
  private static let longestMessage = 65535

  init(_ settings: NameSettings, records: [String], tenant: Tenant) throws(Fault) {
    zone = try Zone(records)
    self.tenant = tenant
    (listener, datagrams) = try Self.bound(settings)
  }

  private static func bound(_ settings: NameSettings) throws(Fault) -> (Listener, Int32) {
    var last = Fault("no port for names")
    for _ in 0..<(settings.port == 0 ? attempts : 1) {
      let listener = try Listener(address: settings.address, port: settings.port)
      do throws(Fault) {
        return (listener, try boundSocket(SOCK_DGRAM, address: settings.address, port: listener.port))
      } catch {
        close(listener.number)
        last = error
      }
    }
    throw last
  }

  func start() throws(Fault) {
    try listener.serve { [self] in try? converse(Wire($0)) }
    try startThread { [self] in while answerDatagram() {} }
  }

  /// Over TCP each message has its length before it (RFC 1035 section 4.2.2).
  private func converse(_ wire: Wire) throws(Ended) {
    while true {
      let length = try take(2, from: wire)
      let message = try take(Int(length[0]) << 8 | Int(length[1]), from: wire)
      guard let answer = answer(message, limit: Self.longestMessage) else { return }
      try wire.write(twoBytes(UInt16(answer.count)) + answer)
    }
  }

  private func take(_ count: Int, from wire: Wire) throws(Ended) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count { bytes += try wire.read(atMost: count - bytes.count) }
    return bytes
  }

  private func answerDatagram() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var from = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = unsafe withUnsafeMutablePointer(to: &from) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe recvfrom(datagrams, &buffer, buffer.count, 0, $0, &size)
      }
    }
    if count < 0 { return errno == EINTR }
    guard let answer = answer(Array(buffer[..<count]), limit: nil) else { return true }
    _ = unsafe withUnsafePointer(to: &from) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe sendto(datagrams, answer, answer.count, 0, $0, size)
      }
    }
    return true
  }

  /// - Parameter limit: of the answer; nil leaves it to the question.
  private func answer(_ message: [UInt8], limit: Int?) -> [UInt8]? {
    guard let question = Question(message) else { return nil }
    tenant.keeper.note(
      Event(ms: steadyMilliseconds(), endpoint: "dns", event: "query", text: "\(question.name) \(question.type)"))
    let limit = limit ?? question.size
    if let rule = tenant.strike(Moment(stage: .name, endpoint: "dns", subject: question.name)) {
      switch rule.reply {
      case "nxdomain": return question.answer(.noName, limit: limit)
      case "servfail": return question.answer(.failure, limit: limit)
      case "nodata": return question.answer(.ok, limit: limit)
      default: return nil
      }
    }
    return found(question, limit: limit)
  }

  private func found(_ question: Question, limit: Int) -> [UInt8] {
    guard zone.contains(question.name) else { return question.answer(.noName, limit: limit) }
    var records: [(name: String, type: RecordType, data: [UInt8])] = []
    var name = question.name
    while let target = zone.alias(name), question.type != RecordType.cname.rawValue, records.count < 8 {
      records += zone.data(name, .cname).map { (name, .cname, $0) }
      name = canonical(target)
    }
    if let type = RecordType(rawValue: question.type) { records += zone.data(name, type).map { (name, type, $0) } }
    return question.answer(.ok, records, limit: limit)
  }

  private struct Event: Encodable {
    let ms: Int
    let endpoint: String
    let event: String
    let text: String
  }
}
