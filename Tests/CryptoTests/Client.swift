import Base
import Crypto
import Glibc
import TestKit

/// A TLS engine over a blocking socket to the loopback. The servers take one connection at a time, so one
/// client ends before the next begins.
struct Client: ~Copyable {
  var engine: TLSEngine
  private let socket: Descriptor

  init(_ policy: TLSPolicy, host: String, port: UInt16) throws {
    try self.init(TLSContext(policy), host: host, port: port)
  }

  /// - Parameter claimedPort: what tells servers apart to `sessions`.
  init(
    _ context: TLSContext, host: String, port: UInt16, claimedPort: Int = 25, records: [TLSARecord] = [],
    sessions: TLSSessionStore? = nil, at date: WallTime = .now
  ) throws {
    let socket = Descriptor(takingOwnership: try connected(port))
    engine = try TLSEngine(context, host: host, port: claimedPort, records: records, sessions: sessions, at: date)
    self.socket = socket
  }

  mutating func handshake() throws -> TLSSession? {
    do {
      while try !engine.handshake() { try exchange() }
      try flush()
    } catch {
      try? flush()
      throw error
    }
    return engine.session
  }

  mutating func send(_ bytes: [UInt8]) throws {
    try unsafe bytes.withUnsafeBytes { try unsafe engine.write($0) }
    try flush()
  }

  /// The next plaintext; nil at the peer's close_notify.
  mutating func read() throws -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let result = try unsafe buffer.withUnsafeMutableBytes { try unsafe engine.read(into: $0) }
      switch result {
      case .bytes(let count): return Array(buffer.prefix(count))
      case .closed: return nil
      case .needsMore: try exchange()
      }
    }
  }

  /// Sends what waits, then waits for bytes of the peer, or its end.
  private mutating func exchange() throws {
    try flush()
    let bytes = try socket.read(upTo: 16384)
    if bytes.isEmpty { engine.receiveEnd() }
    unsafe bytes.withUnsafeBytes { unsafe engine.receive($0) }
  }

  mutating func flush() throws { try socket.write(engine.takeOutgoing()) }
}

private func connected(_ port: UInt16) throws -> Int32 {
  let number = try system("make socket") { Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
  // A peer that says nothing fails the test instead of holding it up.
  var patience = timeval(tv_sec: 20, tv_usec: 0)
  let size = socklen_t(MemoryLayout<timeval>.size)
  try system("limit wait") { unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, size) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  try system("connect") {
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
  return number
}

/// Whether a handshake with the server succeeds.
func agrees(_ port: UInt16, _ policy: TLSPolicy, host: String) throws -> Bool {
  var client = try Client(policy, host: host, port: port)
  return try client.handshake() != nil
}
