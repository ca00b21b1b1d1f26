import Base
import TestKit
import Testing

/// The completion of real shells, typed on a terminal of their own.
@Suite struct `Completion in a shell` {
  static let shells = [
    ["bash --norc -i", "source <(platen completion bash)"],
    ["zsh -f -i", "autoload -U compinit; compinit -u -D; source <(platen completion zsh)"],
  ]

  private let desk: Desk

  init() throws {
    desk = try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }],
      """)
  }

  /// What the shell shows for lines that are typed, one by one.
  private func type(_ shell: [String], _ lines: [String]) throws -> String {
    let folder = SaneWorld.platen.split(separator: "/").dropLast().joined(separator: "/")
    let setUp = "PATH=/\(folder):$PATH; cd \(desk.folder.path); PS1=; \(shell[1])"
    let typed = ([setUp] + lines + ["exit"]).map { $0 + "\n" }.joined()
    let command = ["timeout", "60", "script", "-qec", shell[0], "/dev/null"]
    return try run(command, input: Array(typed.utf8), environment: ["TERM": "dumb"]).text
  }

  @Test(arguments: shells)
  func `verbs, options, words and files`(_ shell: [String]) throws {
    try desk.folder.write("x", to: "letter.pdf")
    let shown = try type(
      shell,
      [
        "platen jobs exp\t--help", "platen dns dkim --alg\tED\t--repl\t", "platen scan --mode=LINE\t --resol\t0",
        "platen config import lett\tx",
      ])
    #expect(shown.contains("Usage: platen jobs export ID"), "\(shown)")
    #expect(shown.contains("--algorithm requires --new SELECTOR"), "\(shown)")
    #expect(shown.contains("--resolution must be 1 or more, not 0"), "\(shown)")
    #expect(shown.contains("unexpected argument \"x\""), "\(shown)")
  }

  @Test(arguments: shells)
  func `names of what is there`(_ shell: [String]) throws {
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    #expect(try desk.platen("send", file, "--to", "ann@example.test").exitCode == 75)
    let job = try #require(try desk.jobs().first)
    let place = "--config platen.json5 --state state"
    let shown = try type(
      shell,
      [
        "platen \(place) jobs show \(job.id.prefix(3))\t--json",
        "platen \(place) config get routes.office.serv\t", "platen \(place) config get scan.resol\t",
      ])
    #expect(shown.contains("\"id\":\"\(job.id)\""), "\(shown)")
    let lines = shown.split(whereSeparator: \.isNewline)
    #expect(lines.contains("127.0.0.1") && lines.contains("300"), "\(shown)")
  }

  @Test func `the program answers for the shells, and says nothing where nothing is there`() throws {
    let place = ["--config", desk.folder.file("platen.json5"), "--state", desk.state]
    func answers(_ words: String...) throws -> [String] {
      try run([SaneWorld.platen, "complete", "--"] + place + words).text.split(separator: "\n").map(String.init)
    }
    #expect(try answers("authorize", "") == ["office"])
    #expect(try answers("authorize", "x") == [])
    #expect(try answers("scan", "--source=A") == ["--source=adf", "--source=adf-duplex"])
    #expect(try answers("secret", "set", "routes.office.p") == ["routes.office.password", "routes.office.privateKey"])
    #expect(try answers("send", "") == [":file"] && answers("scan", "--state", "") == [":folder"])
    #expect(try answers("jobs", "show", "") == [])
    let broken = try desk.folder.write("{", to: "broken.json5")
    let silent = try run([SaneWorld.platen, "complete", "--", "--config", broken, "authorize", ""])
    #expect(silent.exitCode == 0 && silent.text.isEmpty && silent.errors.isEmpty)
  }
}
