import Base
import Glibc
import TestKit
import Testing

/// `openssl s_server` on a port of its own choosing on the loopback, gone with this value.
final class Server {
  private(set) var port: UInt16 = 0
  private let process: ServerProcess
  private let output: Descriptor
  private let input: Descriptor
  private var reaped = false

  init(_ identity: ServerCertificate, _ options: [String]) throws {
    let pipe = try Pipe()
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    // The server reads standard input and leaves at its end: it gets a pipe that stays open.
    let idle = try Pipe()
    process = try ServerProcess(
      ["/usr/bin/openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", identity.file, "-key", identity.key]
        + options,
      environment: [:], descriptors: [0: idle.reader.number, 1: pipe.writer.number, 2: null.number])
    input = try idle.writer.duplicate()
    output = try pipe.reader.duplicate()
    port = try Server.announcedPort(output)
  }

  /// s_server says "ACCEPT 127.0.0.1:PORT" once it listens.
  private static func announcedPort(_ output: borrowing Descriptor) throws -> UInt16 {
    var said = ""
    while true {
      let piece = try output.read(upTo: 4096)
      said += String(decoding: piece, as: UTF8.self)
      let line = said.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") && said.contains("\n") }
      if let port = line?.split(separator: ":").last.flatMap({ UInt16($0) }) { return port }
      try #require(!piece.isEmpty, "s_server did not start: \(said)")
    }
  }

  /// A line on the server's standard input: "R" on its own is a wish to negotiate anew, other words go to the client.
  func type(_ line: String) throws { try input.write(Array((line + "\n").utf8)) }

  /// Ends the server as a power cut would, its connections with it.
  func kill() {
    if reaped { return }
    process.send(signal: SIGKILL)
    process.wait()
    reaped = true
  }

  /// Everything the server printed, to its end.
  func printed() throws -> [UInt8] { try output.readToEnd(limit: 1 << 24) }

  deinit { kill() }
}
