import Base
import CUnbound
import Crypto
import Glibc
import Mail

/// What a validated answer holds.
struct ValidatedAnswer: Equatable {
  /// The data of each record, as in the answer, names in full.
  let data: [[UInt8]]
  /// There is something of that name, though it may have no such record.
  var nameExists = true
}

/// Asks name servers for what DNSSEC vouches for. Whatever is not validated is refused, never assumed.
struct ValidatedLookup {
  enum Kind: Int32 {
    case mailExchanger = 15
    case tlsa = 52
  }

  /// "address:port" of each name server; empty for those of the system.
  let servers: [String]
  /// Files with the keys, or digests of keys, that validation begins with; the first that is there is taken.
  let anchorFiles: [String]
  let clock: Clock
  let interrupt: StopSignal

  /// Where Debian (dns-root-data) and unbound keep the keys of the root.
  static let systemAnchorFiles = ["/usr/share/dns/root.key", "/var/lib/unbound/root.key", "/etc/unbound/root.key"]

  /// The validated answer; that there is no such record is one too, with no data.
  func answer(to name: String, _ kind: Kind, until deadline: Deadline) throws(DeliveryFault) -> ValidatedAnswer {
    let validator = try validator()
    let reply = Reply()
    try validator.ask(name, kind.rawValue, reply)
    // It is called back from `process()` only.
    defer { withExtendedLifetime(reply) {} }
    while reply.outcome == nil {
      do throws(WaitFault) {
        _ = try clock.wait(for: [.input(validator.descriptor)], until: deadline, interrupt)
      } catch {
        if error == .stopped { throw .interrupted(stage: .lookup) }
        throw .tls(.dane(.noAnswer(name: name, detail: "no answer in time")))
      }
      validator.process()
    }
    return try reply.answer(to: name)
  }

  private func validator() throws(DeliveryFault) -> Validator {
    guard let library = ValidatorLibrary.installed else {
      throw .tls(.dane(.noValidator(detail: "libunbound.so.8 is not installed")))
    }
    guard let anchors = anchorFiles.first(where: Folder.exists) else {
      throw .tls(
        .dane(.noValidator(detail: "DNSSEC root keys not found: \(anchorFiles.joined(separator: ", "))")))
    }
    return try Validator(library, servers: servers.map(Self.address), anchors: anchors)
  }

  /// "192.0.2.1:53", "[2001:db8::1]:53" or an address alone, with the "@" that libunbound has before a port.
  static func address(_ server: String) -> String {
    if server.hasPrefix("[") {
      return server.dropFirst().split(separator: "]", maxSplits: 1).map { $0.first == ":" ? "@" + $0.dropFirst() : $0 }
        .joined()
    }
    let parts = server.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? "\(parts[0])@\(parts[1])" : server
  }
}

/// What libunbound calls back with.
private final class Reply {
  enum Outcome {
    case secure(ValidatedAnswer)
    case unsigned
    case bogus(String)
    case failed(String)
  }

  var outcome: Outcome?

  func answer(to name: String) throws(DeliveryFault) -> ValidatedAnswer {
    switch outcome {
    case .secure(let answer): return answer
    case .unsigned: throw .tls(.dane(.unsigned(name: name)))
    case .bogus(let detail): throw .tls(.dane(.bogus(name: name, detail: detail)))
    case .failed(let detail): throw .tls(.dane(.noAnswer(name: name, detail: detail)))
    case nil: throw .tls(.dane(.noAnswer(name: name, detail: "no answer")))
    }
  }
}

extension Reply.Outcome {
  /// RFC 1035 section 4.1.1.
  private static let nameError: Int32 = 3

  fileprivate init(_ result: unbound_result) {
    let rcode = unsafe result.rcode
    if unsafe result.is_bogus != 0 {
      let reason = unsafe result.why_bogus.map { unsafe String(cString: $0).onOneLine() }
      self = .bogus(reason ?? "no reason given")
    } else if rcode != 0 && rcode != Self.nameError {
      self = .failed("the name server answered with code \(rcode)")
    } else if unsafe result.is_secure == 0 {
      self = .unsigned
    } else {
      self = .secure(ValidatedAnswer(data: unsafe Self.data(of: result), nameExists: rcode != Self.nameError))
    }
  }

  private static func data(of result: unbound_result) -> [[UInt8]] {
    guard unsafe result.has_data != 0, let items = unsafe result.data, let lengths = unsafe result.lengths else {
      return []
    }
    var all: [[UInt8]] = []
    while let item = unsafe items[all.count] {
      let bytes = unsafe UnsafeRawBufferPointer(start: item, count: Int(lengths[all.count]))
      unsafe all.append(Array(bytes))
    }
    return all
  }
}

/// A context of libunbound. It works in a thread of its own, and calls back on ours.
@safe private final class Validator {
  private let library: ValidatorLibrary
  private let context: OpaquePointer

  init(_ library: ValidatorLibrary, servers: [String], anchors: String) throws(DeliveryFault) {
    guard let context = unsafe library.create() else {
      throw .tls(.dane(.noValidator(detail: "libunbound is out of memory")))
    }
    self.library = library
    unsafe self.context = context
    // A site's own name server may be this machine.
    var status = unsafe library.setOption(context, "do-not-query-localhost:", "no")
    if status == 0 { status = unsafe library.addAnchors(context, anchors) }
    if status == 0, servers.isEmpty { status = unsafe library.readResolvers(context, nil) }
    for server in servers where status == 0 { status = unsafe library.forward(context, server) }
    if status == 0 { status = unsafe library.workInThread(context, 1) }
    if status != 0 { throw .tls(.dane(.noValidator(detail: library.reason(status)))) }
  }

  deinit { unsafe library.delete(context) }

  var descriptor: Int32 { unsafe library.descriptor(context) }

  func process() { _ = unsafe library.process(context) }

  /// `reply` must outlive every ``process()``.
  func ask(_ name: String, _ type: Int32, _ reply: Reply) throws(DeliveryFault) {
    let pointer = unsafe Unmanaged.passUnretained(reply).toOpaque()
    let classOfInternet: Int32 = 1
    let status = unsafe library.ask(
      context, name, type, classOfInternet, pointer,
      { pointer, error, result in
        guard let pointer = unsafe pointer else { return }
        let reply = unsafe Unmanaged<Reply>.fromOpaque(pointer).takeUnretainedValue()
        guard error == 0, let result = unsafe result else {
          reply.outcome = .failed(ValidatorLibrary.installed?.reason(error) ?? "")
          return
        }
        reply.outcome = unsafe Reply.Outcome(result.pointee)
        unsafe ValidatorLibrary.installed?.free(result)
      }, nil)
    if status != 0 { throw .tls(.dane(.noAnswer(name: name, detail: library.reason(status)))) }
  }
}
