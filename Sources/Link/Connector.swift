import Base
import Glibc
import Mail

/// A TCP connection, closed when it goes.
final class Connection: Sendable {
  let socket: Descriptor
  let peer: SocketAddress

  fileprivate init(socket: consuming Descriptor, peer: SocketAddress) {
    self.socket = socket
    self.peer = peer
  }
}

/// Connects to the first of several addresses that answers (RFC 8305, without its statistics).
struct Connector {
  /// The local address to connect from; nil leaves it to the routing table.
  let source: SocketAddress?
  let interrupt: StopSignal
  let clock: Clock

  /// How long an address has before the next one is tried beside it: a black-holed IPv6 route is common, and
  /// nobody is to wait 30 s for it.
  private static let headStart = Duration.milliseconds(250)
  /// As Postfix; TCP alone would try for two minutes.
  static let seconds = 30

  func connect(to addresses: [SocketAddress], host: String, port: Int) throws(DeliveryFault) -> Connection {
    var race = Race(entrants: addresses, source: source, clock: clock)
    do throws(WaitFault) {
      if let winner = try race.run(headStart: Self.headStart, until: clock.after(.seconds(Self.seconds)), interrupt) {
        return winner
      }
    } catch {
      if error == .stopped { throw .interrupted(stage: .connect) }
      throw .connect(host: host, port: port, detail: race.words(forRest: "no answer within \(Self.seconds) s"))
    }
    throw .connect(host: host, port: port, detail: race.words())
  }

  /// At most `most` addresses, the families in turn, in the given order within each and beginning with the first.
  static func entrants(among addresses: [SocketAddress], most: Int) -> [SocketAddress] {
    let first = addresses.filter { $0.family == addresses.first?.family }
    let second = addresses.filter { $0.family != addresses.first?.family }
    var all: [SocketAddress] = []
    for index in 0..<max(first.count, second.count) {
      if index < first.count { all.append(first[index]) }
      if index < second.count { all.append(second[index]) }
    }
    return Array(all.prefix(most))
  }
}

/// Attempts running side by side.
private struct Race {
  private var waiting: ArraySlice<SocketAddress>
  private let source: SocketAddress?
  private let clock: Clock
  private var running: [Connection] = []
  /// What each that failed did, in the order of failing.
  private var failures: [(address: SocketAddress, reason: String)] = []

  init(entrants: [SocketAddress], source: SocketAddress?, clock: Clock) {
    waiting = entrants[...]
    self.source = source
    self.clock = clock
  }

  /// What became of each address; of one alone its name is not said.
  ///
  /// - Parameter rest: the words for connections still in progress.
  func words(forRest rest: String = "") -> String {
    let all = failures + running.map { ($0.peer, rest) }
    guard let first = all.first else { return "the name has no address" }
    return all.count == 1 ? first.reason : all.map { "\($0.address.host): \($0.reason)" }.joined(separator: "; ")
  }

  /// The first that connects; nil when all have failed.
  mutating func run(
    headStart: Duration, until deadline: Deadline, _ interrupt: StopSignal
  ) throws(WaitFault) -> Connection? {
    while true {
      if let next = waiting.popFirst() { start(next) }
      if running.isEmpty && waiting.isEmpty { return nil }
      let turn = waiting.isEmpty ? deadline : min(deadline, clock.after(running.isEmpty ? .zero : headStart))
      if let winner = try watch(until: turn, deadline, interrupt) { return winner }
    }
  }

  private mutating func start(_ address: SocketAddress) {
    do throws(SystemError) {
      running.append(try Connection(startingTo: address, from: source))
    } catch {
      failures.append((address, reason(error.code)))
    }
  }

  /// Waits until one connects, one fails, or `turn`.
  private mutating func watch(
    until turn: Deadline, _ deadline: Deadline, _ interrupt: StopSignal
  ) throws(WaitFault) -> Connection? {
    while !running.isEmpty {
      let sockets = running.map { Awaited.output($0.socket.number) }
      do throws(WaitFault) {
        let ready = try clock.wait(for: sockets, until: turn, interrupt)
        let before = running.count
        if let winner = settle(ready) { return winner }
        // A failure makes room for the next at once.
        if running.count < before && !waiting.isEmpty { return nil }
      } catch {
        if error == .stopped || turn == deadline { throw error }
        return nil
      }
    }
    return nil
  }

  private mutating func settle(_ ready: [Int16]) -> Connection? {
    var still: [Connection] = []
    for (connection, events) in zip(running, ready) {
      guard events != 0 else {
        still.append(connection)
        continue
      }
      guard let error = connection.refusal else { return connection }
      failures.append((connection.peer, reason(error)))
    }
    running = still
    return nil
  }
}

/// The system's words for an error, as part of a sentence.
func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)).lowercased() }

extension Connection {
  convenience init(startingTo peer: SocketAddress, from source: SocketAddress?) throws(SystemError) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Descriptor(takingOwnership: try system("make socket") { Glibc.socket(peer.family, kind, 0) })
    let number = socket.number
    // Commands are small and wait for answers; blocks are written whole.
    var on: Int32 = 1
    unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    if let source {
      try system("bind", source.host) { unsafe source.withSystemAddress { unsafe bind(number, $0, $1) } }
    }
    let result = unsafe peer.withSystemAddress { unsafe Glibc.connect(number, $0, $1) }
    if result != 0 && errno != EINPROGRESS { throw SystemError("connect", peer.text) }
    self.init(socket: socket, peer: peer)
  }

  /// Why the connection did not come about, as an errno; nil where it did.
  ///
  /// A peer that closes at once can do so before its answer is looked at. It was connected all the same: a refused
  /// call gives ECONNREFUSED, never ECONNRESET or EPIPE (RFC 9293, section 3.10.7.3), and what it sent can be read.
  var refusal: Int32? {
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    if unsafe getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &error, &length) != 0 { return errno }
    return [0, ECONNRESET, EPIPE].contains(error) ? nil : error
  }
}
