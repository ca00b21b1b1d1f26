import Appliance
import Base
import Diagnosis
import Host
import Interface
import Jobs
import Spool
import TestKit

/// A site with routes to scripted servers, and a clock that only the test moves.
struct Mailroom {
  let folder: TemporaryFolder
  let clock: SimulatedTime

  private static let start = Moment(boot: "one", sinceBoot: .seconds(1000), wall: WallTime(seconds: 1_800_000_000))

  /// - Parameter routes: the inside of the list, as JSON5.
  init(routes: String) throws {
    folder = try TemporaryFolder()
    clock = try SimulatedTime(in: folder, at: Self.start)
    try folder.write("%PDF-1.4\nstartxref\n0\n%%EOF\n", to: "a.pdf")
    try configure(routes: routes)
  }

  /// - Parameter more: beside identity and routes.
  func configure(routes: String, _ more: String = "", sender: String = "scanner@contoso.com") throws {
    try folder.write(
      """
      { storage: { deviceKey: "\(folder.file("key"))" },
        identity: { address: "\(sender)", internalDomains: ["contoso.com"] }, routes: [\(routes)],
        \(more) }
      """, to: "platen.json5")
  }

  /// A route by a preset to a server without TLS and sign-in; its rules stay.
  static func route(_ preset: String, name: String = "office", port: Int, _ more: String = "") -> String {
    """
    { name: "\(name)", preset: "\(preset)", server: "127.0.0.1", port: \(port), username: "scanner@contoso.com",
      auth: "none", tls: { mode: "off" }, \(more) },
    """
  }

  /// A new one for each use: what it knows of earlier ones is on disk.
  func appliance(gap: Duration = .seconds(30)) throws -> Appliance {
    let site = try Site(
      configFile: folder.file("platen.json5"), stateFolder: folder.file("state"), environment: [:])
    return try Appliance(
      site, program: "/nonexistent", environment: [:], givenSecrets: EnvironmentSecrets(values: [:]),
      gap: gap, clock: clock.clock)
  }

  func take(_ files: [String] = ["a.pdf"], to recipients: [String]) throws -> JobID {
    var message = MessageDraft()
    message.to = recipients
    return try appliance().take(files.map(folder.file), message, interrupt: .never) { _ in }.id
  }

  /// - Parameter patience: nil for one attempt.
  func deliver(_ id: JobID, waiting patience: Duration? = nil) throws -> Job {
    try appliance().deliver(id, until: patience.map(clock.deadline(after:)), interrupt: .never) { _ in }
  }

  func send(_ files: [String] = ["a.pdf"], to recipients: [String], waiting patience: Duration? = nil) throws -> Job {
    try deliver(try take(files, to: recipients), waiting: patience)
  }

  func journal(_ id: JobID) throws -> [JournalLine] {
    var lines: [JournalLine] = []
    try appliance().spool.journal(job: id) { lines.append($0) }
    return lines
  }

  /// Pictures of noise, which no encoder makes small; each a pixel wider than the one before.
  func draw(_ count: Int, side: Int) throws -> [String] {
    let program = """
      import os, sys
      folder, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
      for number in range(count):
          with open(f"{folder}/page{number}.pgm", "wb") as page:
              page.write(b"P5\\n%d %d\\n255\\n" % (side + number, side) + os.urandom((side + number) * side))
      """
    let drawn = try run(["/usr/bin/python3", "-c", program, folder.path, "\(count)", "\(side)"])
    if drawn.exitCode != 0 { throw KitError(drawn.errors) }
    return (0..<count).map { "page\($0).pgm" }
  }
}

extension [ScriptedServer.Step] {
  static let hello: Self = [.say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok")]

  /// Takes a message to so many recipients, and answers its end.
  static func taking(_ recipients: Int = 1, _ answer: String = "250 2.0.0 queued") -> Self {
    hello + (0..<recipients).flatMap { _ -> Self in [.hear("RCPT"), .say("250 ok")] }
      + [.hear("DATA"), .say("354 go"), .hearMessage, .say(answer), .hold]
  }
}

extension Job {
  /// What is said to do about it.
  var steps: [String] { failure.map { Explanation($0, about: JobStanding(self)).steps } ?? [] }
}
