import Base
import Crypto
import TestKit
import Testing

@Suite struct SigningTests {
  private func key(_ arguments: [String], in folder: TemporaryFolder, _ name: String = "key.pem") throws -> [UInt8] {
    let made = try run(["openssl", "genpkey", "-out", folder.path + "/" + name] + arguments)
    try #require(made.exitCode == 0)
    return try run(["cat", folder.path + "/" + name]).output
  }

  /// Whether openssl accepts a signature in its own form.
  private func isGood(_ signature: [UInt8], of bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
    try folder.write(signature, to: "sig")
    try folder.write(bytes, to: "data")
    _ = try run(["openssl", "pkey", "-in", folder.path + "/key.pem", "-pubout", "-out", folder.path + "/public"])
    return try run([
      "openssl", "dgst", "-sha256", "-verify", folder.path + "/public", "-signature", folder.path + "/sig",
      folder.path + "/data",
    ]).exitCode == 0
  }

  @Test func `openssl accepts what an RSA key signs, and nothing else`() throws {
    let folder = try TemporaryFolder()
    let key = try SigningKey(pem: key(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], in: folder))
    #expect(key.kind == .rsa)
    let signature = key.sign([1, 2, 3])
    #expect(try isGood(signature, of: [1, 2, 3], in: folder))
    #expect(try !isGood(signature, of: [1, 2, 4], in: folder))
  }

  @Test func `openssl accepts what a P-256 key signs, once its numbers are in DER`() throws {
    let folder = try TemporaryFolder()
    let key = try SigningKey(pem: key(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], in: folder))
    #expect(key.kind == .p256)
    for number in 0..<4 {
      let signature = key.sign([UInt8(number)])
      #expect(signature.count == 64)
      #expect(try isGood(der(signature), of: [UInt8(number)], in: folder))
    }
  }

  /// SEQUENCE of two INTEGERs, each below 128 bytes.
  private func der(_ signature: [UInt8]) -> [UInt8] {
    let numbers = [signature.prefix(32), signature.suffix(32)].flatMap { half -> [UInt8] in
      var bytes = Array(half.drop { $0 == 0 })
      if bytes.first ?? 0 > 127 { bytes.insert(0, at: 0) }
      return [2, UInt8(bytes.count)] + bytes
    }
    return [0x30, UInt8(numbers.count)] + numbers
  }

  @Test func `openssl accepts what a new key signs, and a key comes back from its PEM`() throws {
    for kind in SigningKey.Kind.allCases where kind != .p256 {
      let folder = try TemporaryFolder()
      let made = SigningKey.make(kind)
      let key = try SigningKey(pem: made.pem)
      #expect(key.kind == kind && key.publicKey == made.publicKey)
      let way = kind == .ed25519 ? ["-rawin"] : ["-rawin", "-digest", "sha256"]
      let result = try run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER"]
          + ["-inkey", try folder.write(key.publicKey, to: "public.der")]
          + ["-in", try folder.write("a message", to: "message")]
          + ["-sigfile", try folder.write(key.sign(Array("a message".utf8)), to: "signature")] + way)
      #expect(result.exitCode == 0, "\(result.errors)")
    }
  }

  @Test func `a new RSA key has 2048 bits, and Ed25519's public half is 32 bytes`() {
    // DER of a 2048-bit key: RFC 8017 appendix A.1.
    #expect(SigningKey.make(.rsa).publicKey.count == 294)
    #expect(SigningKey.make(.ed25519).rawPublicKey?.count == 32)
    #expect(SigningKey.make(.rsa).rawPublicKey == nil)
  }

  @Test func `keys that do not serve are refused, and none asks at the terminal`() throws {
    let folder = try TemporaryFolder()
    let short = try key(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], in: folder, "short")
    #expect(throws: SigningFault.unfitKey("an RSA key of 1024 bits; the minimum is 2048")) {
      try SigningKey(pem: short)
    }
    let other = try key(["-algorithm", "X25519"], in: folder, "other")
    #expect(throws: SigningFault.unfitKey("a key that is not RSA, Ed25519 or P-256")) {
      try SigningKey(pem: other)
    }
    let closed = try key(
      ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes256", "-pass", "pass:x"], in: folder, "closed")
    #expect(throws: SigningFault.noKey) { try SigningKey(pem: closed) }
    for text in ["", "x", "-----BEGIN PRIVATE KEY-----\n"] {
      #expect(throws: SigningFault.noKey) { try SigningKey(pem: Array(text.utf8)) }
      #expect(throws: SigningFault.noCertificate) { try CertificateIdentity.thumbprint(pem: Array(text.utf8)) }
    }
  }

  @Test func `the thumbprint is openssl's, with the key in the same file`() throws {
    let folder = try TemporaryFolder()
    let key = try key(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], in: folder)
    let path = folder.path + "/certificate"
    _ = try run([
      "openssl", "req", "-x509", "-new", "-key", folder.path + "/key.pem", "-subj", "/CN=x", "-days", "2", "-out", path,
    ])
    let certificate = try run(["cat", path]).output
    let said = try run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256"]).text
    let digits = said.split(separator: "=").last.map { $0.lowercased().filter(\.isHexDigit) }
    #expect(hexadecimal(try CertificateIdentity.thumbprint(pem: key + certificate)) == digits)
    #expect(try SigningKey(pem: certificate + key).kind == .p256)
  }
}
