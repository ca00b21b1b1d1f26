import Base
import Glibc
import Mail
import TestKit
import Testing

@testable import Link

/// A socket on a port of its own that takes nobody: bound only, or with a queue that is full.
private final class DeadEnd {
  let address: SocketAddress
  private let sockets: [Int32]
  /// Of its own, where it hangs.
  static let callers = 4

  init(_ host: String, hangs: Bool) throws {
    let any = try #require(SocketAddress(host, port: 0))
    let socket = try system("make socket") { Glibc.socket(any.family, Int32(SOCK_STREAM.rawValue), 0) }
    try system("bind") { unsafe any.withSystemAddress { unsafe bind(socket, $0, $1) } }
    let address = try #require(SocketAddress(localEndOf: socket))
    self.address = address
    if !hangs {
      sockets = [socket]
      return
    }
    try system("listen") { listen(socket, 0) }
    // Once its queue is full, Linux leaves further calls unanswered.
    sockets =
      try [socket]
      + (0..<Self.callers).map { _ in
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let caller = try system("make socket") { Glibc.socket(any.family, kind, 0) }
        _ = unsafe address.withSystemAddress { unsafe connect(caller, $0, $1) }
        return caller
      }
  }

  deinit { for socket in sockets { close(socket) } }
}

/// Takes a caller, and resets the connection.
private final class Listener {
  let address: SocketAddress
  private let socket: Int32

  init(_ host: String) throws {
    let any = try #require(SocketAddress(host, port: 0))
    let socket = try system("make socket") { Glibc.socket(any.family, Int32(SOCK_STREAM.rawValue), 0) }
    try system("bind") { unsafe any.withSystemAddress { unsafe bind(socket, $0, $1) } }
    address = try #require(SocketAddress(localEndOf: socket))
    self.socket = socket
    try system("listen") { listen(socket, 1) }
  }

  deinit { close(socket) }

  func acceptAndReset() throws {
    let caller = try system("accept") { accept(socket, nil, nil) }
    var now = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout<linger>.size)
    try system("set SO_LINGER") { unsafe setsockopt(caller, SOL_SOCKET, SO_LINGER, &now, size) }
    close(caller)
  }
}

@Suite struct `Race of addresses` {
  // case: smtp-76
  @Test func `a server that resets before its answer is looked at was connected`() throws {
    let listener = try Listener("127.0.0.1")
    let connection = try Connection(startingTo: listener.address, from: nil)
    try listener.acceptAndReset()
    var wait = [pollfd(fd: connection.socket.number, events: Int16(POLLIN), revents: 0)]
    try #require(unsafe poll(&wait, 1, 10_000) == 1)
    #expect(wait[0].revents & Int16(POLLERR) != 0)
    #expect(connection.refusal == nil)
    var byte: UInt8 = 0
    #expect(unsafe read(connection.socket.number, &byte, 1) == 0)
  }

  // case: smtp-75
  @Test func `each address that failed is named with its reason`() throws {
    let first = try DeadEnd("127.0.0.1", hangs: false)
    let second = try DeadEnd("127.0.0.2", hangs: false)
    let expected = DeliveryFault.connect(
      host: "mx.test", port: 25, detail: "127.0.0.1: connection refused; 127.0.0.2: connection refused")
    #expect(throws: expected) { () throws(DeliveryFault) in
      try Connector(source: nil, interrupt: .never, clock: .system).connect(
        to: [first.address, second.address], host: "mx.test", port: 25)
    }
  }

  // case: smtp-75
  @Test func `all of them have one time together, and those that say nothing are named too`() throws {
    let folder = try TemporaryFolder()
    let clock = try SimulatedTime(in: folder, named: "clock")
    let refusing = try DeadEnd("127.0.0.1", hangs: false)
    let silent = try DeadEnd("127.0.0.2", hangs: true)
    let alsoSilent = try DeadEnd("127.0.0.3", hangs: true)
    try Descriptor(opening: clock.path, O_WRONLY | O_NONBLOCK).write([1])
    let expected = DeliveryFault.connect(
      host: "mx.test", port: 25,
      detail: "127.0.0.1: connection refused; 127.0.0.2: no answer within 30 s; 127.0.0.3: no answer within 30 s")
    #expect(throws: expected) { () throws(DeliveryFault) in
      try Connector(source: nil, interrupt: .never, clock: clock.clock).connect(
        to: [refusing.address, silent.address, alsoSilent.address], host: "mx.test", port: 25)
    }
  }

  /// How many sockets of this machine are, or want to be, connected to an address: RFC 791's order of bytes, as
  /// Linux prints it.
  private func callers(of address: SocketAddress) throws -> Int {
    let digits = hexadecimal(address.bytes.reversed()).uppercased()
    let port = hexadecimal([UInt8(address.port >> 8), UInt8(address.port & 255)]).uppercased()
    let table = String(decoding: try Folder.contents(of: "/proc/net/tcp"), as: UTF8.self)
    // Local address, remote address.
    return table.split(separator: "\n").count { $0.split(separator: " ").dropFirst(2).first == "\(digits):\(port)" }
  }

  /// Linux prints its table in pieces, and misses lines where others come and go meanwhile: it is asked again.
  private func has(_ count: Int, _ address: SocketAddress) throws -> Bool {
    try (0..<50).contains { _ in try callers(of: address) == count }
  }

  // case: smtp-75
  @Test func `who loses the race is hung up on`() throws {
    let silent = try DeadEnd("127.0.0.4", hangs: true)
    let server = try ScriptedServer([.hold])
    let good = try #require(SocketAddress("127.0.0.1", port: UInt16(server.port)))
    #expect(try has(DeadEnd.callers, silent.address))
    let winner = try Connector(source: nil, interrupt: .never, clock: .system)
      .connect(to: [silent.address, good], host: "x", port: 25)
    #expect(try has(DeadEnd.callers, silent.address))
    #expect(winner.peer == good)
  }

  // case: smtp-75
  @Test func `the next address is tried after a moment, and the first that answers is taken`() throws {
    let silent = try DeadEnd("127.0.0.2", hangs: true)
    let server = try ScriptedServer([.say("554 no")])
    let good = try #require(SocketAddress("127.0.0.1", port: UInt16(server.port)))
    let began = Deadline.now
    let winner = try Connector(source: nil, interrupt: .never, clock: .system)
      .connect(to: [silent.address, good], host: "x", port: 25)
    let waited = Deadline.now.since(began)
    #expect(winner.peer == good && waited >= .milliseconds(240) && waited < .seconds(5))
  }
}
