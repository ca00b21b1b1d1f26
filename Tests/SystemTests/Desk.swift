import Base
import FoundationEssentials
import TestKit
import Testing

/// One user's place: a configuration, a state folder, a device key, and the program run with them.
struct Desk {
  let folder: TemporaryFolder
  /// Added to the program's environment: SANE's folders, secrets.
  var environment: [String: String]

  /// - Parameter configuration: the inside of the configuration's object, as JSON5.
  init(_ configuration: String = "", environment: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    self.environment = environment
    try configure(configuration)
  }

  func configure(_ configuration: String) throws {
    let key = "storage: { deviceKey: \"\(folder.file("device.key"))\" },"
    try folder.write("{ \(key)\n\(configuration)\n}", to: "platen.json5")
  }

  var state: String { folder.file("state") }

  /// Runs a verb to its end; where it fails, what it tells people to do is tried.
  func platen(
    _ arguments: String..., input: String = "", json: Bool = false, at location: SourceLocation = #_sourceLocation
  ) throws -> RunResult {
    let result = try run(command(arguments, json: json), input: Array(input.utf8), environment: environment)
    expectNoSentence(in: state, at: location)
    try StepTrial(desk: self).run(result.errors, at: location)
    return result
  }

  func command(_ arguments: [String], json: Bool = false) -> [String] {
    [SaneWorld.platen] + arguments + ["--config", folder.file("platen.json5"), "--state", state]
      + (json ? ["--json"] : [])
  }

  /// The jobs as `platen jobs list --json` tells them.
  func jobs() throws -> [JobRecord] {
    let listing = try platen("jobs", "list", json: true)
    try #require(listing.exitCode == 0, "\(listing.errors)")
    return try JSONDecoder().decode(JobListing.self, from: Data(listing.output)).jobs
  }
}

struct JobListing: Decodable { let jobs: [JobRecord] }

/// A job as CONTRACT's JSON has it.
struct JobRecord: Decodable {
  struct Recipient: Decodable {
    struct Failure: Decodable {
      let `class`: String
      let steps: [String]
    }

    let address: String
    let state: String
    let route: String?
    let attempts: Int
    let reply: String?
    let failure: Failure?
  }

  let id: String
  let state: String
  let pages: Int
  let bytes: Int
  let messageID: String?
  let file: String?
  let recipients: [Recipient]
}

extension Desk {
  /// The same place with another environment.
  init(at desk: Desk, environment: [String: String]) {
    folder = desk.folder
    self.environment = environment
  }
}

/// A failure as everyone is to see it: the exit code of the table, one line that names the value, then a step.
func expectFailure(
  _ result: RunResult, _ code: Int32, naming values: String..., at location: SourceLocation = #_sourceLocation
) {
  #expect(result.exitCode == code, "\(result.errors)", sourceLocation: location)
  // Progress may stand before it.
  let lines = result.errors.split(separator: "\n").drop { !$0.hasPrefix("platen: ") }
  #expect(lines.first?.hasPrefix("platen: ") == true, "\(result.errors)", sourceLocation: location)
  for value in values {
    #expect(lines.first?.contains(value) == true, "\(result.errors)", sourceLocation: location)
  }
  #expect(lines.dropFirst().first?.hasPrefix("  → ") == true, "\(result.errors)", sourceLocation: location)
}
