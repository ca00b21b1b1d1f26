import Base
import Crypto
import TestKit
import Testing

@Suite struct `Keys and sessions` {
  @Test(arguments: [
    "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55",
  ])
  func `a pin is read as curl and openssl write it`(text: String) {
    #expect(KeyPin(text)?.description == "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
  }

  @Test(arguments: [
    "", "sha256//", "sha1//47DEQpj8HBSa", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "sha256//AAAA",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8", "zz" + String(repeating: "0", count: 62),
    "-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ])
  func `anything else is none`(text: String) { #expect(KeyPin(text) == nil) }

  @Test func `a TLSA record is read, and one that is too short is none`() {
    let record = TLSARecord(wire: [3, 1, 1, 9, 8])
    #expect(record?.usage == 3 && record?.selector == 1 && record?.matching == 1 && record?.data == [9, 8])
    #expect(TLSARecord(wire: [3, 1, 1]) == nil && TLSARecord(wire: []) == nil)
  }

  @Test func `an identity tells whose it is, and never its key`() throws {
    let root = try CertificateAuthority()
    let own = try root.issue([], named: "device", to: "20300102030405Z")
    let identity = try TLSIdentity(chain: Folder.contents(of: own.file), key: Folder.contents(of: own.key))
    #expect(identity.subject == "CN=device,O=Platen Tests" && identity.notAfter == "2030-01-02T03:04:05Z")
    #expect(!"\(identity)".contains("PRIVATE"))
  }

  @Test func `a key that is too weak for OpenSSL's security level is refused as our own fault`() throws {
    let root = try CertificateAuthority()
    let weak = try root.issue([], named: "weak", key: .rsa1024)
    let identity = try TLSIdentity(chain: Folder.contents(of: weak.file), key: Folder.contents(of: weak.key))
    #expect {
      _ = try TLSContext(TLSPolicy(), identity: identity)
    } throws: { fault in
      if case .ownCertificate(let text) = fault as? TLSFault { text.contains("CN=weak") } else { false }
    }
  }
}
