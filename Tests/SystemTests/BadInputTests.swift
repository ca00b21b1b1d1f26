import Base
import Glibc
import TestKit
import Testing

/// What people, files, scanners and servers get wrong: each a one-line cause, a next step, the exit code of the
/// table, and no lost document.
@Suite struct `Bad input` {
  /// A desk that could send: to a server that is not there.
  private func desk(_ more: String = "", environment: [String: String] = [:]) throws -> Desk {
    try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: 1, tls: { mode: "off" } }],
      \(more)
      """, environment: environment)
  }

  // MARK: People

  @Test func `an address without @`() throws {
    let desk = try desk()
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    expectFailure(try desk.platen("send", file, "--to", "ann.example.test"), 65, naming: "ann.example.test")
    #expect(try desk.jobs().isEmpty)
  }

  @Test(arguments: [["--subject", "a\r\nBcc: eve@example.test"], ["--from-user", "Eve\n <eve@example.test>"]])
  func `header injection`(_ option: [String]) throws {
    let desk = try desk()
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let command = desk.command(["send", file, "--to", "ann@example.test"] + option)
    expectFailure(try run(command), 65)
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `wrong usage`() throws {
    let desk = try desk()
    expectFailure(try desk.platen("scan"), 64, naming: "nothing to do", "--to", "--output")
    expectFailure(
      try desk.platen("scan", "--mode", "purple", "--output", "x.pdf"), 64, naming: "--mode", "purple", "gray")
    expectFailure(try desk.platen("scan", "--resolution", "0", "--output", "x.pdf"), 64, naming: "must be 1 or more")
    expectFailure(try desk.platen("scan", "-o", "x.pdf", "--timeout", "soon"), 64, naming: "--timeout", "soon", "90s")
    expectFailure(try desk.platen("send"), 64, naming: "FILE")
    expectFailure(try desk.platen("frobnicate"), 64, naming: "frobnicate")
    let mistyped = try desk.platen("jobs", "exprot", "A", json: true)
    expectFailure(mistyped, 64, naming: "exprot")
    #expect(mistyped.text.hasPrefix("{") && mistyped.text.contains("\"exitCode\":64"))
    #expect(mistyped.errors.contains("Did you mean export?"))
  }

  @Test func `values in any case, letters, and quiet`() throws {
    let desk = try desk(environment: try SaneWorld.testBackend().environment)
    let output = desk.folder.file("x.pdf")
    let scan = try desk.platen("scan", "-qdtest:0", "--mode", "GRAY", "--paper=A4", "--resolution=50", "-o", output)
    #expect(scan.exitCode == 0 && scan.errors.isEmpty, "\(scan.errors)")
    #expect(try run(["qpdf", "--check", output]).exitCode == 0)
  }

  @Test func `help and version are no failures`() throws {
    for words in [["--help"], [], ["help"], ["help", "jobs"], ["jobs", "export", "-h"], ["--version"]] {
      let result = try run([SaneWorld.platen] + words)
      #expect(result.exitCode == 0 && result.errors.isEmpty && !result.output.isEmpty, "\(words)")
    }
    #expect(try run([SaneWorld.platen, "--help"]).text == run([SaneWorld.platen]).text)
  }

  // MARK: Files

  @Test func `a file that is not there, empty, or nothing we know`() throws {
    let desk = try desk()
    let output = desk.folder.file("out.pdf")
    expectFailure(try desk.platen("send", "/no/such.pdf", "--output", output), 66, naming: "/no/such.pdf")
    let empty = try desk.folder.write("", to: "empty.pdf")
    expectFailure(try desk.platen("send", empty, "--output", output), 66, naming: empty)
    let text = try desk.folder.write("only words", to: "text.pdf")
    expectFailure(try desk.platen("send", text, "--output", output), 65, naming: text)
    let half = try desk.folder.write(String(smallestPDF.prefix(200)), to: "half.pdf")
    expectFailure(try desk.platen("send", half, "--output", output), 65, naming: half)
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `an image whose library cannot be loaded`() throws {
    let broken = try TemporaryFolder()
    _ = try broken.write("no library", to: "libtiff.so.6")
    let desk = try desk(environment: ["LD_LIBRARY_PATH": broken.path])
    let tiff = try run(["pnmtotiff"], input: Array("P1 1 1 0".utf8)).output
    let file = try desk.folder.write(tiff, to: "page.tif")
    let output = desk.folder.file("out.pdf")
    expectFailure(
      try desk.platen("send", file, "--output", output), 78, naming: file, "TIFF", "libtiff.so.6", "file too short")
    #expect(try desk.jobs().isEmpty)
    let other = try desk.folder.write("P1 1 1 0", to: "page.pbm")
    #expect(try desk.platen("send", other, "--output", output).exitCode == 0)
  }

  @Test func `a file that this user may not read`() throws {
    let desk = try desk()
    #expect(unsafe chmod(desk.folder.path, 0o755) == 0)
    let secret = try desk.folder.write(smallestPDF, to: "secret.pdf")
    #expect(unsafe chmod(secret, 0) == 0)
    let own = try Desk()
    let command = own.command(["send", secret, "--output", own.folder.file("never.pdf")])
    expectFailure(try run(try unprivileged(own) + command), 77, naming: secret)
  }

  /// What makes a command one without root's powers, for which the desk's folder is its own.
  ///
  /// In root's place comes the checkout's owner, who can reach the program wherever the checkout is.
  private func unprivileged(_ desk: Desk) throws -> [String] {
    if geteuid() != 0 { return [] }
    var owner = stat()
    #expect(unsafe stat(HouseTests.root, &owner) == 0)
    #expect(unsafe chown(desk.folder.path, owner.st_uid, owner.st_gid) == 0)
    let rightless = ["setpriv", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    return rightless + ["--regid=\(owner.st_gid)", "--reuid=\(owner.st_uid)"]
  }

  @Test func `a state folder of another user`() throws {
    let desk = try desk()
    var state = desk.state
    if geteuid() == 0 {
      try Folder.make(state)
      #expect(unsafe chown(state, 65534, 65534) == 0)
    } else {
      // Only root can give a folder away; this one is root's everywhere, and closed to others.
      state = "/usr"
    }
    let configuration = desk.folder.file("platen.json5")
    let result = try run([SaneWorld.platen, "jobs", "--config", configuration, "--state", state])
    expectFailure(result, 77, naming: state)
  }

  @Test func `an output that cannot be written`() throws {
    let desk = try desk()
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    expectFailure(try desk.platen("send", file, "--output", "/no/folder/out.pdf"), 73, naming: "/no/folder/out.pdf")
  }

  @Test func `files that are not one are not written as one, and nothing is kept of them`() throws {
    let desk = try desk()
    let (file, other) = (
      try desk.folder.write(smallestPDF, to: "a.pdf"), try desk.folder.write(smallestPDF, to: "b.pdf")
    )
    let output = desk.folder.file("out.pdf")
    let refused = try desk.platen("send", file, other, "--to", "ann@example.test", "--output", output)
    expectFailure(refused, 64, naming: "a.pdf, b.pdf")
    #expect(try desk.jobs().isEmpty && !Folder.exists(output))
  }

  @Test func `a mail goes although its copy cannot be written, and both are told of`() throws {
    let server = try ScriptedServer([
      .say("220 hi"), .hear("EHLO"), .say("250 hi"), .hear("MAIL"), .say("250 ok"), .hear("RCPT"), .say("250 ok"),
      .hear("DATA"), .say("354 go"), .hearMessage, .say("250 queued"), .hold,
    ])
    let desk = try Desk(
      """
      identity: { address: "scanner@example.test" },
      routes: [{ name: "office", server: "127.0.0.1", port: \(server.port), tls: { mode: "off" } }],
      """)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    // Too long a name for the temporary one beside it, which shows only when the copy is made.
    let long = desk.folder.file(String(repeating: "x", count: 254))
    let sent = try desk.platen("send", file, "--to", "ann@example.test", "--output", long)
    expectFailure(sent, 74, naming: "xxx")
    #expect(try desk.jobs().map(\.state) == ["accepted"])
  }

  // MARK: Configuration

  @Test func `bad JSON5 names file, line and column`() throws {
    let desk = try Desk()
    let file = try desk.folder.write("{ scan: {\n  mode: purple } }", to: "platen.json5")
    expectFailure(try desk.platen("jobs"), 78, naming: file + ":2:9")
  }

  @Test func `an unknown key names the nearest`() throws {
    let desk = try Desk("scan: { resolutoin: 300 },")
    expectFailure(try desk.platen("jobs"), 78, naming: "scan.resolutoin", "scan.resolution")
  }

  @Test func `a key of a later capability is refused by name`() throws {
    expectFailure(try Desk("document: { searchable: true },").platen("jobs"), 78, naming: "document.searchable")
    expectFailure(try Desk("scan: { mode: \"auto\" },").platen("jobs"), 78, naming: "scan.mode", "auto")
  }

  @Test func `set, show and unset`() throws {
    let desk = try Desk()
    #expect(try desk.platen("config", "set", "scan.resolution", "600").exitCode == 0)
    #expect(try desk.platen("config", "get", "scan.resolution").text == "600\n")
    #expect(try desk.platen("config", "show").text.contains(desk.folder.file("platen.json5")))
    expectFailure(try desk.platen("config", "set", "scan.resolution", "many"), 78, naming: "scan.resolution")
    #expect(try desk.platen("config", "unset", "scan.resolution").exitCode == 0)
    #expect(try desk.platen("config", "get", "scan.resolution").text == "300\n")
    let overridden = Desk(at: desk, environment: ["PLATEN_SCAN_RESOLUTION": "150"])
    #expect(try overridden.platen("config", "get", "scan.resolution").text == "150\n")
    expectFailure(
      try overridden.platen("config", "set", "scan.resolution", "200"), 78, naming: "PLATEN_SCAN_RESOLUTION")
  }

  @Test func `secrets are kept, listed and never shown`() throws {
    let desk = try Desk()
    #expect(try desk.platen("secret", "set", "routes.office.password", input: "s3cret!\n").exitCode == 0)
    let list = try desk.platen("secret", "list")
    #expect(list.text.hasPrefix("routes.office.password") && !list.text.contains("s3cret"))
    expectFailure(try desk.platen("secret", "set", "routes.office.passwort", input: "x"), 64, naming: "passwort")
    let files = try run(["grep", "-rl", "s3cret!", desk.folder.path])
    #expect(files.output.isEmpty)
  }

  // MARK: Scanners

  @Test func `a scanner that is not there`() throws {
    let desk = try desk(environment: try SaneWorld.testBackend().environment)
    let scan = try desk.platen("scan", "--device", "nowhere:0", "--output", desk.folder.file("x.pdf"))
    expectFailure(scan, 69, naming: "nowhere:0")
  }

  @Test func `a value that the scanner lacks`() throws {
    let desk = try desk(environment: try SaneWorld.testBackend().environment)
    let output = desk.folder.file("x.pdf")
    expectFailure(
      try desk.platen("scan", "--device", "test:0", "--resolution", "5000", "--output", output), 65, naming: "5000")
    #expect(try desk.jobs().isEmpty && !Folder.exists(output))
  }

  @Test func `an empty feeder`() throws {
    let world = try SaneWorld.replay(pages: try TemporaryFolder().path)
    let desk = try desk(environment: world.environment)
    let scan = try desk.platen(
      "scan", "--device", "replay:front", "--source", "adf", "--resolution", "75", "--output", desk.folder.file("x.pdf")
    )
    expectFailure(scan, 66)
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `a jam keeps the pages before it, to be looked at and sent`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(4), script: "page 3 read status JAMMED after 100")
    let desk = try desk(environment: world.environment)
    let scan = try desk.platen(
      "scan", "--device", "replay:front", "--source", "adf", "--resolution", "75", "--to", "ann@example.test")
    expectFailure(scan, 69)
    let job = try #require(try desk.jobs().first)
    #expect(job.state == "interrupted" && job.pages == 2)
    let output = desk.folder.file("kept.pdf")
    #expect(try desk.platen("jobs", "export", job.id, "--output", output).exitCode == 0)
    #expect(try run(["qpdf", "--check", output]).exitCode == 0)
    #expect(try run(["pdfinfo", output]).text.contains("Pages:           2\n"))
    #expect(try desk.platen("jobs", "retry", job.id).exitCode == 75)
    #expect(try desk.jobs().first?.state == "queued")
  }
}
