import Glibc

/// A TCP socket bound to an IPv4 address of this machine.
struct Listener: Sendable {
  let number: Int32
  let address: String
  let port: UInt16

  /// - Parameters:
  ///   - port: 0 for any free one.
  ///   - isOpen: false leaves the port taken but refuses connections.
  init(address: String, port: UInt16, isOpen: Bool = true) throws(Fault) {
    number = try boundSocket(SOCK_STREAM, address: address, port: port)
    self.address = address
    self.port = localPort(number)
    if isOpen && listen(number, 64) != 0 { throw .system("cannot listen on \(address):\(port)") }
  }

  /// Gives each connection to `serve` on a thread of its own, for as long as the process lives.
  func serve(_ serve: @escaping @Sendable (Connection) -> Void) throws(Fault) {
    try startThread { [number] in
      while let connection = Connection(acceptingOn: number) {
        // Where no thread can be had the client sees its connection closed.
        try? startThread { serve(connection) }
      }
    }
  }
}

/// The descriptor of an accepted connection, closed with the last reference.
final class Connection: Sendable {
  let number: Int32
  let peer: String

  /// Nil when the listener is gone.
  init?(acceptingOn listener: Int32) {
    var from = sockaddr_in()
    var accepted: Int32 = -1
    repeat {
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      accepted = unsafe withUnsafeMutablePointer(to: &from) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe accept(listener, $0, &length)
        }
      }
    } while accepted < 0 && (errno == EINTR || errno == ECONNABORTED)
    guard accepted >= 0 else { return nil }
    number = accepted
    peer = dotted(from.sin_addr)
    setOption(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  /// Closes with a reset instead of an orderly end.
  func reset() {
    var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
    unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
  }

  deinit { close(number) }
}

/// A socket of `kind` bound to `address` and `port`.
func boundSocket(_ kind: __socket_type, address: String, port: UInt16) throws(Fault) -> Int32 {
  let number = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
  guard number >= 0 else { throw .system("cannot create a socket") }
  if kind == SOCK_STREAM { setOption(number, SOL_SOCKET, SO_REUSEADDR, 1) }
  var name = sockaddr_in()
  name.sin_family = sa_family_t(AF_INET)
  name.sin_port = port.bigEndian
  guard unsafe inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
    close(number)
    throw Fault("not an IPv4 address: \(address)")
  }
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let code = unsafe withUnsafePointer(to: &name) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(number, $0, size) }
  }
  guard code == 0 else {
    let fault = Fault.system("cannot bind \(address):\(port)")
    close(number)
    throw fault
  }
  return number
}

func localPort(_ number: Int32) -> UInt16 {
  var name = sockaddr_in()
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  _ = unsafe withUnsafeMutablePointer(to: &name) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(number, $0, &size) }
  }
  return UInt16(bigEndian: name.sin_port)
}

func dotted(_ address: in_addr) -> String {
  let bytes = UInt32(bigEndian: address.s_addr)
  return [24, 16, 8, 0].map { String(bytes >> $0 & 255) }.joined(separator: ".")
}

private func setOption(_ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
  var value = value
  unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
}
