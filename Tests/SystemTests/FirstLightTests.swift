import Base
import Glibc
import TestKit
import Testing

/// The whole way, on real parts: SANE, our program, Postfix, and other people's readers at the end.
@Suite struct `From glass to mailbox` {
  private let server: MailServer

  init() throws { server = try MailServer.shared.get() }

  @Test(arguments: ["color", "gray"])
  func `ten pages from the feeder arrive pixel for pixel`(mode: String) throws {
    let world = try SaneWorld.testBackend()
    let desk = try Desk(server.configuration(), environment: server.secrets.merging(world.environment) { $1 })
    let scan = try desk.platen(
      "scan", "--device", "test:0", "--source", "adf", "--mode", mode, "--resolution", "100", "--to",
      "ann@example.test", "--wait")
    try #require(scan.exitCode == 0, "\(scan.errors)")

    let job = try #require(try desk.jobs().first)
    #expect(job.state == "accepted" && job.pages == 10)
    let message = try server.delivered(try #require(job.messageID))
    #expect(message.defects.isEmpty)
    #expect(message.parts.map(\.type) == ["text/plain", "application/pdf"])
    let document = try #require(message.parts.last?.path)
    #expect(try PDFReaders.complaints(about: document, pages: 10).isEmpty)

    let images = desk.folder.file("image")
    #expect(try run(["pdfimages", "-j", document, images]).exitCode == 0)
    let reference = try encodedByOthers(world, mode: mode, at: desk)
    let pages = try Folder.names(in: desk.folder.path).filter { $0.hasPrefix("image-") }
    #expect(pages.count == 10)
    for page in pages { #expect(try pixels(desk.folder.file(page)) == reference) }
  }

  @Test func `a one-bit page arrives bit for bit`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2, mode: "lineart", dpi: 150), dpi: 150)
    let desk = try Desk(server.configuration(), environment: server.secrets.merging(world.environment) { $1 })
    let scan = try desk.platen(
      "scan", "--device", "replay:front", "--source", "adf", "--mode", "lineart", "--resolution", "150", "--to",
      "ann@example.test", "--wait")
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let message = try server.delivered(try #require(try desk.jobs().first?.messageID))
    let document = try #require(message.parts.last?.path)
    #expect(try PDFReaders.complaints(about: document, pages: 2).isEmpty)

    #expect(try run(["pdfimages", document, desk.folder.file("image")]).exitCode == 0)
    let scanimage = try run(
      [
        "scanimage", "-d", "replay:front", "--source", "Automatic Document Feeder", "--mode", "Lineart",
        "--resolution", "150", "-x", "210", "-y", "297", "--format=pnm", "--batch=\(desk.folder.file("page-%d.pbm"))",
      ], environment: world.environment)
    #expect(scanimage.exitCode == 0, "\(scanimage.errors)")
    for page in 0..<2 {
      // scanimage writes a comment into the header: compare what a reader makes of both.
      let ours = try run(["pnmtopnm", desk.folder.file("image-00\(page).pbm")]).output
      let theirs = try run(["pnmtopnm", desk.folder.file("page-\(page + 1).pbm")]).output
      #expect(!ours.isEmpty && ours == theirs)
    }
  }

  @Test func `the person gets the replies and Bcc shows nowhere`() throws {
    let desk = try Desk(server.configuration(), environment: server.secrets)
    let file = try desk.folder.write(smallestPDF, to: "Überweisung 5 €.pdf")
    let send = try desk.platen(
      "send", file, "--to", "Ann Ünal <ann@example.test>", "--cc", "cc@example.test", "--bcc", "hidden@example.test",
      "--from-user", "Bob Example <bob@example.test>", "--subject", "Rechnung für März 😀", "--wait")
    try #require(send.exitCode == 0, "\(send.errors)")
    let message = try server.delivered(try #require(try desk.jobs().first?.messageID))
    #expect(message.headers["From"] == "Bob Example via Front desk scanner <scanner@example.test>")
    #expect(message.headers["Reply-To"] == "Bob Example <bob@example.test>")
    #expect(message.headers["To"] == "Ann Ünal <ann@example.test>")
    #expect(message.headers["Cc"] == "cc@example.test")
    #expect(message.headers["Subject"] == "Rechnung für März 😀")
    let postfixOwn = ["Received", "Delivered-To", "X-Original-To", "Return-Path"]
    #expect(!message.headers.contains { !postfixOwn.contains($0.key) && $0.value.contains("hidden@") })
    #expect(message.parts.last?.name == "Überweisung 5 €.pdf")
    let attached = try Folder.contents(of: try #require(message.parts.last?.path))
    #expect(attached == Array(smallestPDF.utf8))
  }

  @Test func `each recipient has an outcome of its own`() throws {
    let desk = try Desk(server.configuration(), environment: server.secrets)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let send = try desk.platen(
      "send", file, "--to", "ok@example.test", "--to", "nobody@example.test", "--to", "later@example.test")
    let job = try #require(try desk.jobs().first)
    let states = job.recipients.map { "\($0.address) \($0.state)" }
    #expect(states == ["ok@example.test accepted", "nobody@example.test refused", "later@example.test queued"])
    #expect(send.exitCode == 75)
    #expect(job.recipients[1].reply?.hasPrefix("550 5.1.1") == true)

    let kept = try desk.platen("jobs", "delete", "--all", "--force")
    #expect(kept.text == "deleted: 0 jobs\nkept, not finished: 1 job; see platen jobs\n")
    #expect(try desk.platen("jobs", "delete", job.id, "--force").exitCode == 64)
    let cancelled = try desk.platen("jobs", "cancel", job.id)
    #expect(cancelled.exitCode == 0)
    let unasked = try desk.platen("jobs", "delete", job.id)
    #expect(unasked.exitCode == 64 && unasked.errors.contains("--force"))
    let deleted = try desk.platen("jobs", "delete", "--all", "--force", "--json")
    #expect(deleted.exitCode == 0 && deleted.text == "{\"deleted\":1,\"kept\":0}\n")
    #expect(try desk.jobs().isEmpty)
  }

  @Test func `implicit TLS and a plain relay`() throws {
    let desk = try Desk()
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    for route in [
      "port: \(server.smtpsPort), username: \"\(server.user)\", tls: { mode: \"implicit\", caFile: \"\(server.authorityFile)\" }",
      "port: \(server.smtpPort), tls: { mode: \"starttls\", caFile: \"\(server.authorityFile)\" }",
      "port: \(server.smtpPort), tls: { mode: \"off\" }",
    ] {
      try desk.configure(
        "identity: { address: \"scanner@example.test\" }, routes: [{ name: \"office\", server: \"localhost\", \(route) }],"
      )
      let secrets = Desk(at: desk, environment: server.secrets)
      let send = try secrets.platen("send", file, "--to", "ann@example.test", "--wait")
      #expect(send.exitCode == 0, "\(route): \(send.errors)")
    }
  }

  @Test func `PDF/A-1b on request, as a validator wants it`() throws {
    let world = try SaneWorld.testBackend()
    let desk = try Desk("document: { format: \"pdf/a-1b\" },", environment: world.environment)
    let document = desk.folder.file("Über Maß.pdf")
    let scan = try desk.platen("scan", "--device", "test:0", "--resolution", "75", "--output", document)
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let verdict = try PDFReaders.preflight(document)
    #expect(verdict.exitCode == 0, "\(verdict.text)")
    #expect(try PDFReaders.complaints(about: document, pages: 1).isEmpty)
    #expect(try desk.jobs().isEmpty, "a job that was never to be sent does not stay")
  }

  // MARK: Judges

  /// The page as scanimage scans it and cjpeg encodes it.
  private func encodedByOthers(_ world: SaneWorld, mode: String, at desk: Desk) throws -> [UInt8] {
    let scanned = try world.scanimage([
      "--source", "Automatic Document Feeder", "--mode", mode == "gray" ? "Gray" : "Color", "--resolution", "100",
      "-x", "210", "-y", "297", "--format=pnm",
    ])
    try #require(scanned.exitCode == 0, "\(scanned.errors)")
    let page = try desk.folder.write(scanned.output, to: "reference.pnm")
    let encoded = desk.folder.file("reference.jpg")
    #expect(try run(["cjpeg", "-quality", "75", "-outfile", encoded, page]).exitCode == 0)
    return try pixels(encoded)
  }

  private func pixels(_ image: String) throws -> [UInt8] { try run(["djpeg", "-pnm", image]).output }
}

/// One empty page.
let smallestPDF = """
  %PDF-1.4
  1 0 obj
  <</Type/Catalog/Pages 2 0 R>>
  endobj
  2 0 obj
  <</Type/Pages/Count 1/Kids[3 0 R]>>
  endobj
  3 0 obj
  <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>
  endobj
  xref
  0 4
  0000000000 65535 f\u{20}
  0000000009 00000 n\u{20}
  0000000055 00000 n\u{20}
  0000000107 00000 n\u{20}
  trailer
  <</Size 4/Root 1 0 R>>
  startxref
  169
  %%EOF

  """

@Suite struct `From glass to file` {
  @Test func `a scan into a file leaves nothing in the spool, and the file is like any new one there`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(2))
    let desk = try Desk("", environment: world.environment)
    let output = desk.folder.file("out.pdf")
    let other = try desk.folder.write("", to: "other")
    let scan = try desk.platen("scan", "--device", "replay:front", "--resolution", "75", "--output", output)
    try #require(scan.exitCode == 0, "\(scan.errors)")
    #expect(try PDFReaders.complaints(about: output, pages: 1).isEmpty)
    #expect(try Folder.names(in: desk.state + "/jobs").isEmpty)
    #expect(try Folder.names(in: desk.folder.path).filter { $0.hasPrefix("out.pdf") } == ["out.pdf"])
    let permissions = try Descriptor(opening: other, O_RDONLY).permissions()
    #expect(try Descriptor(opening: output, O_RDONLY).permissions() == permissions)
  }
}
