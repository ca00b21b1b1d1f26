import Base
import FoundationEssentials
import Glibc

/// A token endpoint over HTTPS on 127.0.0.1: it answers what the test tells it, in order, and remembers what it was
/// asked. The last answer is given again and again.
///
/// It is a Python program, so that neither its TLS nor its HTTP is ours; it ends with this value. A second port is an
/// HTTP proxy that lets CONNECT through to the first, whatever host it is asked for.
package final class TokenEndpoint: Sendable {
  package struct Answer: Sendable, Codable {
    var status: Int
    var headers: [String: String]
    var body: String
    /// Nothing at all; the connection stays open until the client leaves.
    var isSilent = false
    /// A FIFO: the answer goes out when a writer of it is done.
    package var gate: String?

    package init(_ body: String, status: Int = 200, headers: [String: String] = [:]) {
      self.status = status
      self.body = body
      self.headers = headers
    }

    package static var silence: Answer {
      var answer = Answer("")
      answer.isSilent = true
      return answer
    }

    /// RFC 6749 section 5.1.
    package static func token(_ token: String, seconds: Int = 3600, refresh: String? = nil) -> Answer {
      let more = refresh.map { ", \"refresh_token\": \"\($0)\"" } ?? ""
      return Answer(
        "{\"token_type\": \"Bearer\", \"access_token\": \"\(token)\", \"expires_in\": \(seconds)\(more)}")
    }

    /// RFC 6749 section 5.2.
    package static func refusal(_ error: String, _ description: String, status: Int = 400) -> Answer {
      Answer("{\"error\": \"\(error)\", \"error_description\": \"\(description)\"}", status: status)
    }
  }

  package struct Request: Sendable, Codable {
    package let method: String
    package let path: String
    package let headers: [String: String]
    /// The fields of the form.
    package let form: [String: String]
    /// Where it came from.
    package let peer: String
  }

  package let port: Int
  /// Of the proxy.
  package let proxyPort: Int
  private let child: ServerProcess
  private let reader: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor
  private let log: Locked<(text: [UInt8], requests: [Request])>

  /// To be the authority of a route.
  package var address: String { "https://127.0.0.1:\(port)" }

  package init(_ answers: [Answer], certificate: ServerCertificate) throws {
    let script = try Pipe()
    let report = try Pipe()
    let standardError = try Descriptor(opening: "/dev/null", O_WRONLY)
    child = try ServerProcess(
      ["/usr/bin/python3", "-I", program("token-endpoint"), certificate.file, certificate.key],
      environment: ["OPENSSL_CONF": "/dev/null"],
      descriptors: [0: script.reader.number, 1: report.writer.number, 2: standardError.number])
    log = Locked(([], []))
    reader = try report.reader.duplicate()
    lifeline = try script.writer.duplicate()
    try lifeline.write(Array(JSONEncoder().encode(answers)) + [10])
    (port, proxyPort) = try Self.ports(from: reader)
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  /// What it was asked up to now, in order. A request is noted before its answer goes out.
  package func requests() throws -> [Request] {
    while !waitReadable([reader.number], until: .now).isEmpty {
      let bytes = try reader.read(upTo: 65536)
      if bytes.isEmpty { throw KitError("the token endpoint is gone") }
      try log.withLock { log in
        log.text += bytes
        while let end = log.text.firstIndex(of: 10) {
          log.requests.append(try JSONDecoder().decode(Request.self, from: Data(log.text[..<end])))
          log.text.removeSubrange(...end)
        }
      }
    }
    return log.withLock { $0.requests }
  }

  private static func ports(from reader: borrowing Descriptor) throws -> (Int, Int) {
    var text = ""
    while !text.hasSuffix("\n") {
      let bytes = try reader.read(upTo: 1)
      if bytes.isEmpty { throw KitError("the token endpoint did not start") }
      text += String(decoding: bytes, as: UTF8.self)
    }
    let numbers = text.dropLast().split(separator: " ").compactMap { Int($0) }
    guard numbers.count == 2 else { throw KitError("no ports: \(text)") }
    return (numbers[0], numbers[1])
  }
}
