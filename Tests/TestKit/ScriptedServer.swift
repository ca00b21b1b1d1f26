import Base
import Glibc

/// A server on 127.0.0.1 that says and hears what a script tells it, over TCP and TLS.
///
/// Each connection has a script of its own, in the order they come in, or on a port of its own; when a script is
/// done its connection is closed. The server is a Python program, so that the TLS it speaks is set up by none of our
/// code; it ends with this value.
package final class ScriptedServer: Sendable {
  package enum Step: Sendable {
    /// A line, with CRLF.
    case say(String)
    case sayBytes([UInt8])
    /// The same a byte at a time.
    case drip(String, milliseconds: Int)
    /// A line that begins so, in any case; anything else breaks the script off.
    case hear(String)
    /// Everything up to and including CRLF, dot, CRLF.
    case hearMessage
    /// One BDAT command with its chunk.
    case hearChunk
    /// The same up to the one with LAST, with "250 ok" to each before it; together they are a message.
    case hearChunks
    /// At least so many bytes.
    case hearBytes(Int)
    /// So many megabytes, one a minute on ``SimulatedTime``.
    case sip(Int, clock: String)
    /// Nothing, for so long; a word of the client breaks the script off.
    case hearNothing(milliseconds: Int)
    /// The server's side of a handshake, spoken up to that version ("1.1"); nil for what Python speaks.
    case startTLS(upTo: String? = nil)
    /// The same, with a certificate of the client demanded that leads to this file of roots.
    case startTLSDemandingCertificate(trusting: String, upTo: String? = nil)
    /// Says the subject of the client's certificate and of how many certificates its chain is: `220 CN 2`.
    case sayClient
    /// Of the server's side of a handshake the first record.
    case halfHandshake
    case pause(milliseconds: Int)
    /// Ends the connection with RST.
    case reset
    /// Ends TCP without TLS's close_notify.
    case cut
    /// Reads on until the client leaves.
    case hold
    /// Lets minutes pass on ``SimulatedTime``.
    case leap(minutes: Int, clock: String)
    /// Lets time pass, until the client leaves: says nothing, or a byte of the text each minute, over and over; after
    /// half a handshake the rest of it. A server that does not read gives up after five hours.
    case linger(saying: String? = nil, reading: Bool = true, clock: String)
  }

  /// What happened on one connection, in order.
  package struct Record: Sendable, Equatable {
    /// Lines, without their ends.
    package var lines: [String] = []
    /// How many of them came before a handshake; nil where none was begun.
    fileprivate(set) var linesInClear: Int?
    /// The handshake went on with the session of an earlier connection.
    package fileprivate(set) var isResumed = false
    package var messages: [[UInt8]] = []
    /// What broke the script off, in Python's words or ours.
    package var fault: String?
    /// What everybody on the way could read.
    package var inClear: [String] { Array(lines.prefix(linesInClear ?? lines.count)) }
  }

  /// One, or one for each script.
  package let ports: [Int]
  /// Where messages are put: they may be large.
  private let folder: TemporaryFolder
  private let child: ServerProcess
  private let reader: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor
  private let log: Locked<(text: [UInt8], records: [Int: Record], ended: Set<Int>)>

  package var port: Int { ports[0] }

  package convenience init(_ script: [Step], certificate: ServerCertificate? = nil) throws {
    try self.init(connections: [script], certificate: certificate)
  }

  /// - Parameters:
  ///   - connections: a script for each; further connections get the last one again.
  ///   - apart: each script has a port of its own, for one connection, and its records have the script's number.
  ///   - port: 0 for any that is free.
  package init(
    connections: [[Step]], apart: Bool = false, certificate: ServerCertificate? = nil, address: String = "127.0.0.1",
    port: Int = 0
  ) throws {
    folder = try TemporaryFolder()
    let script = try Pipe()
    let report = try Pipe()
    let standardError = try Descriptor(opening: "/dev/null", O_WRONLY)
    child = try ServerProcess(
      ["/usr/bin/python3", "-I", program("scripted-server"), address, "\(port)", apart ? "apart" : "", folder.path]
        + [certificate?.file ?? "", certificate?.key ?? ""],
      environment: ["OPENSSL_CONF": "/dev/null"],
      descriptors: [0: script.reader.number, 1: report.writer.number, 2: standardError.number])
    log = Locked(([], [:], []))
    reader = try report.reader.duplicate()
    lifeline = try script.writer.duplicate()
    try lifeline.write(connections.map { $0.map(\.line).joined() + "connection\n" }.joined() + "go\n")
    ports = try Self.firstNumbers(from: reader)
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  /// What happened on a connection, once it is over; waits for that.
  package func record(_ connection: Int = 0, within duration: Duration = .seconds(20)) throws -> Record {
    let deadline = Deadline.after(duration)
    while true {
      let found = log.withLock { $0.ended.contains(connection) ? $0.records[connection] ?? Record() : nil }
      if let found { return found }
      guard !waitReadable([reader.number], until: deadline).isEmpty else {
        throw KitError("connection \(connection) did not end in time")
      }
      let bytes = try reader.read(upTo: 65536)
      if bytes.isEmpty { throw KitError("the scripted server is gone") }
      log.withLock { log in
        log.text += bytes
        while let end = log.text.firstIndex(of: 10) {
          Self.note(String(decoding: log.text[..<end], as: UTF8.self), &log.records, &log.ended)
          log.text.removeSubrange(...end)
        }
      }
    }
  }

  private static func note(_ line: String, _ records: inout [Int: Record], _ ended: inout Set<Int>) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let connection = Int(words[0]) else { return }
    let text = String(decoding: bytes(hexadecimal: words[2]), as: UTF8.self)
    switch words[1] {
    case "line": records[connection, default: Record()].lines.append(text)
    case "message":
      records[connection, default: Record()].messages.append((try? Folder.contents(of: text, limit: 1 << 30)) ?? [])
    case "tls": records[connection, default: Record()].linesInClear = records[connection]?.lines.count ?? 0
    case "resumed": records[connection, default: Record()].isResumed = true
    case "fault": records[connection, default: Record()].fault = text
    default: ended.insert(connection)
    }
  }

  private static func bytes(hexadecimal text: Substring) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
    }
  }

  private static func firstNumbers(from reader: borrowing Descriptor) throws -> [Int] {
    var text = ""
    while !text.hasSuffix("\n") {
      let bytes = try reader.read(upTo: 1)
      if bytes.isEmpty { throw KitError("the scripted server did not start") }
      text += String(decoding: bytes, as: UTF8.self)
    }
    let numbers = text.dropLast().split(separator: " ").compactMap { Int($0) }
    if numbers.isEmpty { throw KitError("no port: \(text)") }
    return numbers
  }
}

extension ScriptedServer.Step {
  /// As the program reads it: a word, a number, bytes in hexadecimal.
  fileprivate var line: String {
    let (word, number, bytes): (String, Int, [UInt8]) =
      switch self {
      case .say(let text): ("say", 0, Array((text + "\r\n").utf8))
      case .sayBytes(let bytes): ("say", 0, bytes)
      case .drip(let text, let milliseconds): ("drip", milliseconds, Array((text + "\r\n").utf8))
      case .hear(let text): ("hear", 0, Array(text.utf8))
      case .hearMessage: ("message", 0, [])
      case .hearChunk: ("chunk", 0, [])
      case .hearChunks: ("chunks", 0, [])
      case .hearBytes(let count): ("take", count, [])
      case .sip(let count, let clock): ("sip", count, Array(clock.utf8))
      case .hearNothing(let milliseconds): ("nothing", milliseconds, [])
      case .halfHandshake: ("half", 0, [])
      case .startTLS(let version): ("tls", 0, Array((version ?? "").utf8))
      case .startTLSDemandingCertificate(let file, let version):
        ("mutual", 0, Array("\(version ?? "") \(file)".utf8))
      case .sayClient: ("client", 0, [])
      case .pause(let milliseconds): ("pause", milliseconds, [])
      case .reset: ("reset", 0, [])
      case .cut: ("cut", 0, [])
      case .hold: ("hold", 0, [])
      case .leap(let minutes, let clock): ("leap", minutes, Array(clock.utf8))
      case .linger(let text, let reading, let clock):
        ("linger", (reading ? 1 : 0) + (text == nil ? 0 : 2), Array("\(clock)\0\(text ?? "")".utf8))
      }
    return "\(word) \(number) \(hexadecimal(bytes))\n"
  }
}
