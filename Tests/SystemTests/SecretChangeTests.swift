import Base
import Glibc
import TestKit
import Testing

/// Secrets that one process changes while another uses them.
@Suite struct `Secrets changed meanwhile` {
  private static let hello: [ScriptedServer.Step] = [
    .say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go"), .startTLS(),
    .hear("EHLO"), .say("250-hi"), .say("250 AUTH XOAUTH2"),
  ]
  private static let accepts: [ScriptedServer.Step] =
    hello + [
      .hear("AUTH XOAUTH2"), .say("235 2.7.0 ok"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
      .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hold,
    ]

  private let authority: CertificateAuthority
  private let certificate: ServerCertificate
  private let scratch: TemporaryFolder

  init() throws {
    authority = try CertificateAuthority()
    certificate = try authority.issue(["IP:127.0.0.1"])
    scratch = try TemporaryFolder()
  }

  private func desk(_ endpoint: TokenEndpoint, port: Int) throws -> Desk {
    let desk = try Desk(
      """
      identity: { address: "scanner@contoso.com" }, network: { caFile: "\(authority.file)" },
      routes: [{ name: "office", preset: "m365-oauth", server: "127.0.0.1", port: \(port), tenant: "contoso.com",
        clientID: "app", username: "scanner@contoso.com", authority: "\(endpoint.address)" }],
      """)
    try desk.folder.write(smallestPDF, to: "a.pdf")
    return desk
  }

  /// Starts a verb and leaves it running; what it says goes into files of the desk.
  private func start(_ desk: Desk, _ arguments: [String], input: String = "", as name: String) throws -> Running {
    let input = try Descriptor(opening: desk.folder.write(input, to: name + ".in"), O_RDONLY)
    let output = try Descriptor(opening: desk.folder.file(name + ".out"), O_RDWR | O_CREAT)
    return Running(
      try ChildProcess(
        desk.command(arguments), environment: ourEnvironment(),
        descriptors: [0: input.number, 1: output.number, 2: output.number]), output: desk.folder.file(name + ".out"))
  }

  @Test func `a token that is rotated while another is set does not take its place, and the mail goes`() throws {
    let gate = scratch.file("gate")
    #expect(unsafe mkfifo(gate, 0o600) == 0)
    var slow = TokenEndpoint.Answer.token("one", refresh: "rotated")
    slow.gate = gate
    let endpoint = try TokenEndpoint([slow, .token("two", refresh: "next")], certificate: certificate)
    let server = try ScriptedServer(Self.accepts, certificate: certificate)
    let desk = try desk(endpoint, port: server.port)
    let name = "routes.office.refreshToken"
    #expect(try desk.platen("secret", "set", name, input: "old").exitCode == 0)

    let sending = try start(desk, ["send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com"], as: "send")
    // The endpoint reads the gate once it has been asked; opening it waits for that.
    let release = try Descriptor(opening: gate, O_WRONLY)
    #expect(try endpoint.requests().map(\.form["refresh_token"]) == ["old"])
    #expect(try sending.said().contains("getting a token from 127.0.0.1\n"))
    let set = try desk.platen("secret", "set", name, input: "set by a person")
    #expect(set.exitCode == 0, "\(set.errors)")
    letGo(release)

    #expect(sending.end() == "0")
    let second = try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com")
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(try endpoint.requests().map(\.form["refresh_token"]) == ["old", "set by a person"])
  }

  @Test func `a sign-in that is taken back while its token is renewed stays taken back`() throws {
    let gate = scratch.file("gate")
    #expect(unsafe mkfifo(gate, 0o600) == 0)
    var slow = TokenEndpoint.Answer.token("one", refresh: "rotated")
    slow.gate = gate
    let endpoint = try TokenEndpoint([slow], certificate: certificate)
    let server = try ScriptedServer(Self.accepts, certificate: certificate)
    let desk = try desk(endpoint, port: server.port)
    #expect(try desk.platen("secret", "set", "routes.office.refreshToken", input: "old").exitCode == 0)
    let sending = try start(desk, ["send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com"], as: "send")
    let release = try Descriptor(opening: gate, O_WRONLY)
    #expect(try desk.platen("secret", "unset", "routes.office.refreshToken").exitCode == 0)
    letGo(release)
    #expect(sending.end() == "0")
    #expect(try desk.platen("secret", "list").text == "no secrets\n")
  }

  /// A terminal's line shows what is waited for, even right after another word.
  private static let terminal = """
    import os, pty, select, sys
    gate, command = sys.argv[1], sys.argv[2:]
    child, master = pty.fork()
    if child == 0: os.execv(command[0], command)
    shown = b""
    def read():
        global shown
        try: piece = os.read(master, 4096) if select.select([master], [], [], 20)[0] else b""
        except OSError: piece = b""
        shown += piece
        return piece
    release = os.open(gate, os.O_WRONLY)
    while b"getting a token from 127.0.0.1" not in shown and read(): pass
    print(b"getting a token from 127.0.0.1" in shown)
    os.close(release)
    while read(): pass
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """

  @Test func `a terminal shows that a token is waited for`() throws {
    let gate = scratch.file("gate")
    #expect(unsafe mkfifo(gate, 0o600) == 0)
    var slow = TokenEndpoint.Answer.token("one")
    slow.gate = gate
    let endpoint = try TokenEndpoint([slow], certificate: certificate)
    let server = try ScriptedServer(Self.accepts, certificate: certificate)
    let desk = try desk(endpoint, port: server.port)
    #expect(try desk.platen("secret", "set", "routes.office.refreshToken", input: "old").exitCode == 0)
    let command = desk.command(["send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com"])
    let seen = try run(["/usr/bin/python3", "-c", Self.terminal, gate] + command)
    #expect(seen.text == "True\n0\n", "\(seen.errors)")
  }

  @Test func `a sign-in does not wait for who is sending`() throws {
    let endpoint = try TokenEndpoint([.token("one", refresh: "r3fresh")], certificate: certificate)
    let desk = try desk(endpoint, port: 1)
    #expect(try desk.platen("jobs").exitCode == 0)
    let lock = try Descriptor(opening: desk.state + "/sender.lock", O_RDWR | O_CREAT)
    #expect(try lock.tryLock())
    // The person: reads the address, signs in, and pastes where the browser ended.
    let person = #"""
      import re, subprocess, sys, urllib.parse
      platen = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
      address = next(line.strip() for line in platen.stdout if line.startswith("https://"))
      query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
      answer = urllib.parse.urlencode({"code": "c0de", "state": query["state"]})
      platen.communicate(query["redirect_uri"] + "/?" + answer + "\n")
      sys.exit(platen.returncode)
      """#
    let began = Deadline.now
    let signIn = try run(["/usr/bin/python3", "-c", person] + desk.command(["authorize", "office", "--browser"]))
    #expect(signIn.exitCode == 0 && Deadline.now.since(began) < .seconds(30), "\(signIn.errors)")
    #expect(try desk.platen("secret", "list").text.contains("routes.office.refreshToken"))
    _ = lock.number
  }

  @Test func `many processes set one secret at once: each succeeds, and one whole value is left`() throws {
    let desk = try Desk()
    let name = "routes.office.password"
    for _ in 0..<4 {
      let all = try (0..<6).map { number in
        try start(
          desk, ["secret", "set", name], input: String(repeating: "\(number)", count: 5000), as: "set\(number)")
      }
      for process in all { #expect(process.end() == "0") }
    }
    #expect(try Folder.names(in: desk.state + "/secrets") == [name + ".secret"])
  }

  @Test func `many processes change the configuration at once, and every change is kept`() throws {
    let desk = try Desk()
    let changes = [
      ("scan.resolution", "150"), ("scan.mode", "gray"), ("document.quality", "60"), ("identity.name", "Desk"),
      ("locale.timeZone", "Europe/Brussels"), ("network.ipv6", "off"),
    ]
    let all = try changes.map { try start(desk, ["config", "set", $0.0, $0.1], as: $0.0) }
    for process in all { #expect(process.end() == "0") }
    for (key, value) in changes { #expect(try desk.platen("config", "get", key).text == value + "\n") }
  }

  /// A word that is not on the way while it is asked for.
  @Test func `who waits for a token hears so, in JSON too`() throws {
    let endpoint = try TokenEndpoint([.token("one")], certificate: certificate)
    let server = try ScriptedServer(Self.accepts, certificate: certificate)
    let desk = try desk(endpoint, port: server.port)
    #expect(try desk.platen("secret", "set", "routes.office.refreshToken", input: "old").exitCode == 0)
    let sent = try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com", json: true)
    #expect(sent.exitCode == 0, "\(sent.errors)")
    let told = sent.text.split(separator: "\n").filter { $0.hasPrefix("{\"event\":\"token\",") }
    #expect(told.count == 1 && told[0].contains("\"text\":\"127.0.0.1\""), "\(sent.text)")
    // With the token that is kept nothing is asked for.
    let again = try desk.platen("send", desk.folder.file("a.pdf"), "--to", "ann@contoso.com")
    #expect(again.exitCode == 0 && !again.errors.contains("getting a token"))
  }
}

/// A verb under way.
private final class Running {
  private let child: ChildProcess
  private let output: String

  init(_ child: consuming ChildProcess, output: String) {
    self.child = child
    self.output = output
  }

  func said() throws -> String { String(decoding: try Folder.contents(of: output), as: UTF8.self) }

  /// Waits for it: "0", or another ending and all that it said.
  func end() -> String {
    let ending = child.wait()
    return ending == .exited(0) ? "0" : "\(ending) " + ((try? said()) ?? "")
  }
}

/// Closes it now.
private func letGo(_ descriptor: consuming Descriptor) {}
