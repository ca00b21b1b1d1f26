import Base
import Crypto
import TestKit
import Testing

/// The judge is the openssl program.
@Suite struct SigningKeyTests {
  @Test(arguments: SigningKey.Kind.allCases)
  func `openssl verifies what a new key signs, and what the key makes of itself`(kind: SigningKey.Kind) throws {
    let folder = try TemporaryFolder()
    let made = SigningKey.make(kind)
    let key = try SigningKey(pem: made.pem)
    #expect(key.kind == kind && key.publicKey == made.publicKey)
    let message = try folder.write("a message", to: "message")
    let signature = try folder.write(key.sign(Array("a message".utf8)), to: "signature")
    let publicKey = try folder.write(key.publicKey, to: "public.der")
    let way = kind == .ed25519 ? ["-rawin"] : ["-rawin", "-digest", "sha256"]
    let result = try run(
      ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", publicKey, "-in", message]
        + ["-sigfile", signature] + way)
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  @Test func `a new RSA key has 2048 bits, and Ed25519's public half is 32 bytes`() throws {
    // DER of a 2048-bit key: RFC 8017 appendix A.1.
    #expect(SigningKey.make(.rsa).publicKey.count == 294)
    #expect(SigningKey.make(.ed25519).rawPublicKey?.count == 32)
    #expect(SigningKey.make(.rsa).rawPublicKey == nil)
  }

  @Test func `what is no key, or none to sign with, is refused`() throws {
    func fault(_ arguments: [String]) throws -> SigningKey.Fault? {
      let made = try run(["openssl"] + arguments)
      #expect(made.exitCode == 0, "\(made.errors)")
      do throws(SigningKey.Fault) {
        _ = try SigningKey(pem: made.output)
        return nil
      } catch {
        return error
      }
    }
    #expect(try fault(["genrsa", "512"]) == .weak(bits: 512))
    #expect(try fault(["genpkey", "-algorithm", "X25519"]) == .unknownKind)
    #expect(try fault(["ecparam", "-genkey", "-noout", "-name", "secp384r1"]) == .unknownKind)
    #expect(try fault(["genrsa", "-traditional", "2048"]) == nil)
    let locked = ["genpkey", "-algorithm", "ED25519", "-aes256", "-pass", "pass:secret"]
    guard case .unreadable = try fault(locked) else {
      Issue.record("a locked key was read")
      return
    }
    #expect(throws: SigningKey.Fault.self) { try SigningKey(pem: Array("no key".utf8)) }
    #expect(throws: SigningKey.Fault.self) { try SigningKey(pem: []) }
  }
}
