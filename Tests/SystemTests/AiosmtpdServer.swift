import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// Python's aiosmtpd on 127.0.0.1: a server that knows neither PIPELINING nor CHUNKING, and 8BITMIME and SMTPUTF8 only
/// where asked to. It ends with this value.
final class AiosmtpdServer: Sendable {
  struct Features: Codable {
    var startTLS = false
    /// nil: nobody signs in.
    var password: String?
    /// Of those it has, LOGIN and PLAIN.
    var mechanism: String?
    var eightBit = true
    var utf8 = true
    var sizeLimit = 50_000_000
  }

  /// What it was sent.
  struct Kept: Decodable {
    let from: String
    let recipients: [String]
    let parameters: [String]
    let tls: String?
    let mechanism: String?
    let user: String?
    let path: String

    func message() throws -> DeliveredMessage { try DeliveredMessage(path: path) }
  }

  private struct Event: Decodable {
    let kept: Kept?
    let refused: String?
  }

  let port: Int
  private let folder: TemporaryFolder
  private let child: ServerProcess
  private let reader: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor

  init(_ features: Features = Features(), certificate: ServerCertificate? = nil) throws {
    folder = try TemporaryFolder()
    try Folder.make(folder.file("new"))
    try Folder.make(folder.file("tmp"))
    let input = try Pipe()
    let output = try Pipe()
    let complaints = try Descriptor(opening: folder.file("complaints"), O_WRONLY | O_CREAT)
    child = try ServerProcess(
      [
        "/usr/bin/python3", "-I", program("aiosmtpd-server"), folder.file("new"), certificate?.file ?? "",
        certificate?.key ?? "",
      ],
      environment: ["OPENSSL_CONF": "/dev/null"],
      descriptors: [0: input.reader.number, 1: output.writer.number, 2: complaints.number])
    lifeline = try input.writer.duplicate()
    reader = try output.reader.duplicate()
    try lifeline.write(Array(JSONEncoder().encode(features)) + [10])
    // Our own writing end would keep a program that failed from being noticed.
    _ = consume output
    guard let port = Int(String(decoding: try Self.line(from: reader), as: UTF8.self).dropLast()) else {
      let complaints = try Folder.contents(of: folder.file("complaints"))
      throw KitError("aiosmtpd did not start: \(String(decoding: complaints, as: UTF8.self))")
    }
    self.port = port
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  /// The next message that it took, whole.
  func nextMessage() throws -> Kept { try #require(try event().kept) }

  /// Whom it refused to let in next.
  func nextRefusal() throws -> String { try #require(try event().refused) }

  /// Whether it had nothing more to say.
  var isSilent: Bool { waitReadable([reader.number], until: .now).isEmpty }

  private func event() throws -> Event {
    try JSONDecoder().decode(Event.self, from: Data(Self.line(from: reader)))
  }

  private static func line(from reader: borrowing Descriptor) throws -> [UInt8] {
    var line: [UInt8] = []
    while line.last != 10 {
      let byte = try reader.read(upTo: 1)
      if byte.isEmpty { break }
      line += byte
    }
    return line
  }
}
