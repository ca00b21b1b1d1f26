import Base
import Glibc

/// saned, serving the scanners of a ``SaneWorld``.
///
/// SANE's network backend knows no port but 6566, so each daemon has a loopback address of its own.
package final class SaneDaemon: Sendable {
  /// "127.93.4.201".
  package let address: String
  private let child: ServerProcess
  private let world: SaneWorld
  private let isOver = Locked(false)
  /// All end when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor

  private static let port = 6566

  package init(_ world: SaneWorld, at address: String? = nil) throws {
    try world.allowEveryone()
    self.world = world
    self.address = address ?? Self.anyAddress()
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let pipe = try Pipe()
    child = try ServerProcess(
      ["/bin/sh", "-c", "\"$@\" & read line; kill -9 0", "sh"]
        + [programPath("saned"), "-l", "-e", "-b", self.address, "-p", "\(Self.port)"],
      environment: world.environment, descriptors: [0: pipe.reader.number, 1: null.number, 2: null.number])
    lifeline = try pipe.writer.duplicate()
    try waitUntilItListens()
  }

  deinit { kill() }

  /// Ends the daemon, and with it every connection, as a power cut would: nothing is said any more.
  package func kill() {
    isOver.withLock { isOver in
      if isOver { return }
      // The group, for each connection has a process of its own.
      child.send(signalToGroup: SIGKILL)
      child.wait()
      isOver = true
    }
  }

  /// Stops it in its tracks: connections stay open and say nothing.
  package func freeze() { child.send(signalToGroup: SIGSTOP) }

  private static func anyAddress() -> String {
    "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
  }

  /// Looked up in the kernel's table, for a connection would make saned look at its scanners.
  private func waitUntilItListens() throws {
    let parts = address.split(separator: ".").compactMap { UInt32($0) }
    let number = parts.reduce(0) { $0 << 8 | $1 }.bigEndian
    let entry = hexadecimal(number, digits: 8) + ":" + hexadecimal(UInt32(Self.port), digits: 4) + " 00000000:0000 0A"
    let deadline = Deadline.after(.seconds(10))
    while !String(decoding: try Folder.contents(of: "/proc/net/tcp"), as: UTF8.self).contains(entry) {
      if deadline.hasPassed {
        kill()
        throw KitError("saned does not listen on \(address)")
      }
      poll(nil, 0, 5)
    }
  }
}

private func hexadecimal(_ number: UInt32, digits: Int) -> String {
  let text = String(number, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, digits - text.count)) + text
}
