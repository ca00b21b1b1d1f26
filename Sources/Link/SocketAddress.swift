import Glibc

/// An IP address and a port.
struct SocketAddress: Sendable, Hashable {
  /// 4 bytes or 16.
  let bytes: [UInt8]
  let port: UInt16
  /// The interface of a link-local IPv6 address; 0 elsewhere.
  let zone: UInt32

  var isIPv6: Bool { bytes.count == 16 }
  var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }

  /// From its text, without brackets, port and zone; nil for any other text.
  init?(_ text: String, port: UInt16) {
    let isIPv6 = text.contains(":")
    var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
    guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
    self.bytes = bytes
    self.port = port
    zone = 0
  }

  /// From the system's form; nil for other families.
  init?(_ address: UnsafePointer<sockaddr>?) {
    guard let address = unsafe address else { return nil }
    let raw = unsafe UnsafeRawPointer(address)
    switch unsafe Int32(address.pointee.sa_family) {
    case AF_INET:
      let system = unsafe raw.loadUnaligned(as: sockaddr_in.self)
      bytes = unsafe withUnsafeBytes(of: system.sin_addr) { unsafe Array($0) }
      port = UInt16(bigEndian: system.sin_port)
      zone = 0
    case AF_INET6:
      let system = unsafe raw.loadUnaligned(as: sockaddr_in6.self)
      bytes = unsafe withUnsafeBytes(of: system.sin6_addr) { unsafe Array($0) }
      port = UInt16(bigEndian: system.sin6_port)
      zone = system.sin6_scope_id
    default: return nil
    }
  }

  /// Our end of a connected socket.
  init?(localEndOf socket: Int32) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let found = unsafe withUnsafeMutablePointer(to: &storage) { storage in
      unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(socket, address, &length) == 0 ? SocketAddress(UnsafePointer(address)) : nil
      }
    }
    guard let found else { return nil }
    self = found
  }

  /// Lends the system's form of the address.
  func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    if isIPv6 {
      var system = sockaddr_in6()
      system.sin6_family = sa_family_t(AF_INET6)
      system.sin6_port = port.bigEndian
      system.sin6_scope_id = zone
      unsafe withUnsafeMutableBytes(of: &system.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
      return unsafe lend(&system, body)
    }
    var system = sockaddr_in()
    system.sin_family = sa_family_t(AF_INET)
    system.sin_port = port.bigEndian
    unsafe withUnsafeMutableBytes(of: &system.sin_addr) { unsafe $0.copyBytes(from: bytes) }
    return unsafe lend(&system, body)
  }

  private func lend<System, Result>(
    _ system: inout System, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    unsafe withUnsafePointer(to: &system) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe body(address, socklen_t(MemoryLayout<System>.size))
      }
    }
  }

  // MARK: Words

  /// The address without the port: "192.0.2.1", "2001:db8::1".
  var host: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let length = socklen_t(text.count)
    guard unsafe inet_ntop(family, bytes, &text, length) != nil else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// "192.0.2.1:587", "[2001:db8::1]:587".
  var text: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

  // MARK: Where it is

  /// In the same building, as far as an address can tell: loopback, RFC 1918, link-local (RFC 3927, RFC 4291),
  /// unique local (RFC 4193). Shared addresses of providers (RFC 6598) are not.
  var isPrivate: Bool {
    guard isIPv6 else { return Self.isPrivate(v4: bytes) }
    let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    if isMapped { return Self.isPrivate(v4: Array(bytes[12...])) }
    let isLoopback = bytes.prefix(15).allSatisfy { $0 == 0 } && bytes[15] == 1
    return isLoopback || bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
  }

  private static func isPrivate(v4 bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1]) {
    case (10, _), (127, _), (169, 254), (172, 16...31), (192, 168): true
    default: false
    }
  }
}
