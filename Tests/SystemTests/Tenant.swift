import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// A Microsoft 365 and Gmail tenant (Tools/tenant-simulator) of a test's own; it ends with this value.
final class Tenant: Sendable {
  struct Endpoint: Decodable {
    let address: String
    let port: Int
    let host: String
  }

  /// The line with which it says that it is ready.
  struct Ready: Decodable {
    struct Client: Decodable {
      let certificate: String
      let key: String
    }

    let ca: String
    let client: Client
    let dns: Address
    let endpoints: [String: Endpoint]
  }

  struct Address: Decodable {
    let address: String
    let port: Int
  }

  /// What it keeps of a message.
  struct Kept: Decodable {
    let endpoint: String
    let host: String
    let tls: String?
    let mechanism: String?
    let identity: String?
    let from: String
    let recipients: [String]
    let parameters: [String]
    let transfer: String
    let size: Int
    let bytesReceived: Int
  }

  let ready: Ready
  private let folder: TemporaryFolder
  private let child: ServerProcess
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor

  /// - Parameter scenario: the inside of a scenario's object, laid over `contoso.json5`.
  init(_ scenario: String = "") throws {
    let program = try Self.program.get()
    folder = try TemporaryFolder()
    let scenario = try folder.write("{ \(scenario) }", to: "scenario.json5")
    let input = try Pipe()
    let output = try Pipe()
    let complaints = try Descriptor(opening: folder.file("complaints"), O_WRONLY | O_CREAT)
    child = try ServerProcess(
      [program, "--data", Self.place, "--scenario", scenario, "--folder", folder.file("kept")]
        + ["--authority", try Self.authority.get().path],
      environment: ourEnvironment().merging(["TMPDIR": folder.path]) { $1 },
      descriptors: [0: input.reader.number, 1: output.writer.number, 2: complaints.number])
    lifeline = try input.writer.duplicate()
    let reader = try output.reader.duplicate()
    // Our own writing end would keep a program that failed from being noticed.
    _ = consume output
    do {
      ready = try JSONDecoder().decode(Ready.self, from: Data(Self.line(from: reader)))
    } catch {
      child.send(signal: SIGKILL)
      child.wait()
      throw error
    }
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  /// What was accepted, in order.
  func kept() throws -> [Kept] {
    try messages(ending: ".json").map { try JSONDecoder().decode(Kept.self, from: Data($0)) }
  }

  /// The messages as they were accepted.
  func mail() throws -> [[UInt8]] { try messages(ending: ".eml") }

  private func messages(ending: String) throws -> [[UInt8]] {
    let kept = folder.file("kept")
    return try Folder.names(in: kept).filter { $0.hasSuffix(ending) }.sorted().map {
      try Folder.contents(of: kept + "/" + $0, limit: 1 << 30)
    }
  }

  /// Everything that happened, one JSON object a line.
  func events() throws -> String {
    String(decoding: try Folder.contents(of: folder.file("kept") + "/events.jsonl", limit: 1 << 26), as: UTF8.self)
  }

  /// The part of a configuration by which every name leads here.
  var network: String { "network: { dns: [\"127.0.0.1:\(ready.dns.port)\"], caFile: \"\(ready.ca)\" }," }

  func port(_ endpoint: String) throws -> Int { try #require(ready.endpoints[endpoint]).port }

  // MARK: Shared by all tests

  private static let place = HouseTests.root + "/Tools/tenant-simulator"

  /// Certificates take seconds to make: once for all, by the first that starts.
  private static let authority = Result { () throws -> TemporaryFolder in
    let folder = try TemporaryFolder()
    atexit { Tenant.forget() }
    let made = try run([
      try program.get(), "--data", place, "--authority", folder.path, "--folder", folder.file("none"),
    ])
    guard made.exitCode == 0 else { throw KitError("the tenant simulator: \(made.errors)") }
    return folder
  }

  private static func forget() {
    if let folder = try? authority.get() { try? Folder.removeTree(folder.path) }
  }

  private static let program = Result { () throws -> String in
    let build = try run(["swift", "build", "--package-path", place, "--product", "tenant-simulator", "--quiet"])
    guard build.exitCode == 0 else { throw KitError("the tenant simulator cannot be built: \(build.errors)") }
    return place + "/.build/debug/tenant-simulator"
  }

  private static func line(from reader: borrowing Descriptor) throws -> [UInt8] {
    var text: [UInt8] = []
    while text.last != 10 {
      let piece = try reader.read(upTo: 65536)
      if piece.isEmpty { throw KitError("the tenant simulator ended: \(String(decoding: text, as: UTF8.self))") }
      text += piece
    }
    return text
  }
}
