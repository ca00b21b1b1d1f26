import Base
import Crypto
import Mail
import TestKit
import Testing

/// The judges are dkimpy and opendkim; what they look up in the DNS is given to them in files.
@Suite struct DKIMTests {
  private static let rsa = SigningKey.make(.rsa)
  private static let ed25519 = SigningKey.make(.ed25519)

  private static let signings = [
    signing(.rsa, "r2026", rsa), signing(.ed25519, "e2026", ed25519),
  ]

  private static func signing(_ algorithm: DKIMSigning.Algorithm, _ selector: String, _ key: SigningKey) -> DKIMSigning
  {
    DKIMSigning(algorithm: algorithm, domain: "example.test", selector: selector) { key.sign($0) }
  }

  /// Bodies and headers at which canonicalisation goes wrong.
  private static let messages: [(message: Message, files: [[UInt8]])] = {
    var generator = SeededGenerator(state: 6376)
    let bodies = [
      "", "one line", "  leading,\ttabs  and   runs \r\nand trailing \t \r\n\r\n\r\n", "\r\n\r\n", "grün=\t ",
      ".\r\n..\r\n",
    ]
    return bodies.flatMap { body in
      [[], [generator.bytes(3)], [generator.bytes(100_000), []]].map { files in
        let attachments = files.map {
          Message.Attachment(fileName: "ä b.pdf", mediaType: "application/pdf", size: $0.count)
        }
        let message = sample(
          subject: "Scan  with  Größe " + String(repeating: "long ", count: 30), body: body, attachments: attachments)
        return (message, files)
      }
    }
  }()

  private static func signed(_ message: Message, _ files: [[UInt8]], _ signings: [DKIMSigning]) throws -> [UInt8] {
    var stream = try MessageStream(message)
    func reading(_ file: Int, _ offset: Int, _ count: Int) -> [UInt8] {
      Array(files[file].dropFirst(offset).prefix(count))
    }
    try stream.sign(with: signings, date: message.date, reading: reading)
    var bytes: [UInt8] = []
    while try stream.next(into: &bytes, reading: reading) {}
    #expect(bytes.count == stream.size)
    return bytes
  }

  /// The lines of a folder's files: a message each, and the records that a DNS would hold.
  private static func laidOut(in folder: TemporaryFolder) throws -> [String] {
    let records = signings.map { "\($0.selector)._domainkey.example.test \($0.record(publicKey: publicKey(of: $0)))\n" }
    try folder.write(records.joined(), to: "records")
    return try messages.enumerated().map { index, sample in
      try folder.write(try signed(sample.message, sample.files, signings), to: "message\(index)")
    }
  }

  private static func publicKey(of signing: DKIMSigning) -> [UInt8] {
    signing.algorithm == .rsa ? rsa.publicKey : ed25519.rawPublicKey ?? []
  }

  @Test func `dkimpy accepts both signatures of each message`() throws {
    let folder = try TemporaryFolder()
    let files = try Self.laidOut(in: folder)
    let program = """
      import dkim, sys
      records = dict(line.rstrip("\\n").split(" ", 1) for line in open(sys.argv[1]))
      def look(name, timeout=5): return records[name.decode().rstrip(".")].encode()
      for path in sys.argv[2:]:
          raw = open(path, "rb").read()
          for index in (0, 1):
              if not dkim.DKIM(raw).verify(idx=index, dnsfunc=look): sys.exit(f"{path} {index}: {raw[:3000]}")
          broken = raw.replace(b"Subject:", b"Subject: x", 1)
          if dkim.DKIM(broken).verify(idx=0, dnsfunc=look): sys.exit("a changed subject went through")
          added = b"Subject: another\\r\\n" + raw
          if dkim.DKIM(added).verify(idx=0, dnsfunc=look): sys.exit("an added subject went through")
      """
    let result = try run(["/usr/bin/python3", "-c", program, folder.file("records")] + files)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `opendkim accepts each message`() throws {
    let folder = try TemporaryFolder()
    let files = try Self.laidOut(in: folder)
    let configuration = try folder.write(
      "TestDNSData file:\(folder.file("records"))\nInternalHosts 192.0.2.1\n", to: "opendkim.conf")
    for file in files {
      let result = try run(["opendkim", "-x", configuration, "-vvv", "-t", file])
      let passes = String(decoding: result.output, as: UTF8.self).split(separator: "dkim=pass").count - 1
      #expect(result.exitCode == 0 && passes == 2, "\(result)")
    }
  }

  @Test func `the same message is signed with the same bytes, and without a key with none`() throws {
    let (message, files) = Self.messages[1]
    #expect(try Self.signed(message, files, Self.signings) == Self.signed(message, files, Self.signings))
    let plain = try Self.signed(message, files, [])
    #expect(!String(decoding: plain, as: UTF8.self).contains("DKIM-Signature"))
  }

  @Test func `lines of the field stay within 78 characters`() throws {
    let (message, files) = Self.messages[1]
    let header = String(decoding: try Self.signed(message, files, Self.signings), as: UTF8.self)
    let lines = header.split(separator: "\r\n").prefix { !$0.hasPrefix("Date:") }
    #expect(lines.count > 8 && lines.allSatisfy { $0.utf8.count <= 78 })
  }
}
