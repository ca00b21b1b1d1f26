package import Base
import Glibc

/// A name server on loopback that hears every question and answers none.
package final class SilentNameServer: Sendable {
  private let socket: Descriptor
  /// As a configuration names it.
  package let address: String

  package init() throws(SystemError) {
    let number = try system("make silent server") {
      Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    }
    socket = Descriptor(takingOwnership: number)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try unsafe withUnsafeMutablePointer(to: &address) { (address) throws(SystemError) in
      try unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { (address) throws(SystemError) in
        try system("bind silent server") { unsafe bind(number, address, length) }
        try system("look up port") { unsafe getsockname(number, address, &length) }
      }
    }
    self.address = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
  }
}
