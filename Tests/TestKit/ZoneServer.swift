import Base
import Glibc

/// An authority for names of the test's choice, on a port of 127.0.0.1, over UDP and TCP; ends with this value.
///
/// What dnsmasq cannot be made to say can be said here: a null MX, SERVFAIL, silence.
package final class ZoneServer: Sendable {
  /// "127.0.0.1:port".
  package let address: String
  private let child: ServerProcess
  private let report: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor
  private let questionsFile: String
  private let folder: TemporaryFolder

  /// - Parameter zone: a record a line, "NAME TYPE DATA": A, AAAA, MX, TXT (a string in quotes, or several), PTR,
  ///   CNAME; "NAME SERVFAIL", "NAME REFUSED" and "NAME SILENCE" for a name that goes wrong. A name that is neither
  ///   there nor above one that is does not exist.
  package init(_ zone: String) throws {
    folder = try TemporaryFolder()
    questionsFile = try folder.write("", to: "questions")
    let script = try Pipe()
    let answers = try Pipe()
    let null = try Descriptor(opening: "/dev/null", O_WRONLY)
    child = try ServerProcess(
      ["/usr/bin/python3", "-I", program("zone-server"), try folder.write(zone, to: "zone"), questionsFile],
      environment: [:], descriptors: [0: script.reader.number, 1: answers.writer.number, 2: null.number])
    report = try answers.reader.duplicate()
    lifeline = try script.writer.duplicate()
    var text: [UInt8] = []
    while text.last != 10 {
      let bytes = try report.read(upTo: 1)
      if bytes.isEmpty { throw KitError("the zone server did not start") }
      text += bytes
    }
    address = "127.0.0.1:" + String(decoding: text.dropLast(), as: UTF8.self)
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  /// What was asked for so far: "mx.example.test A".
  package func questions() throws -> [String] {
    String(decoding: try Folder.contents(of: questionsFile), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
