import Base
import Crypto
import TestKit
import Testing

@Suite struct DigestTests {
  // FIPS 180-4's examples, as NIST publishes them.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `known digests`(text: String, expected: String) {
    #expect(hexadecimal(SHA256.hash(Array(text.utf8))) == expected)
  }

  @Test func `pieces of any size give what openssl gives for the whole`() throws {
    let bytes = randomBytes(100_003)
    var digest = SHA256()
    var rest = bytes[...]
    var size = 0
    while !rest.isEmpty {
      unsafe rest.prefix(size).withUnsafeBytes { unsafe digest.update($0) }
      rest = rest.dropFirst(size)
      size = (size * 3 + 1) % 8191
    }
    let judge = try run(["openssl", "dgst", "-sha256", "-r"], input: bytes)
    #expect(hexadecimal(digest.finish()) == String(judge.text.prefix(64)))
  }

  @Test func `a copy of a digest goes on by itself`() {
    var first = SHA256()
    unsafe Array("a".utf8).withUnsafeBytes { unsafe first.update($0) }
    var second = first
    unsafe Array("bc".utf8).withUnsafeBytes { unsafe second.update($0) }
    #expect(first.finish() == SHA256.hash(Array("a".utf8)))
    #expect(second.finish() == SHA256.hash(Array("abc".utf8)))
  }

  @Test func `random bytes differ`() {
    #expect(randomBytes(0) == [])
    #expect(randomBytes(32).count == 32)
    #expect(randomBytes(32) != randomBytes(32))
  }

  @Test func `the library says which it is`() {
    #expect(Crypto.libraryVersion.hasPrefix("OpenSSL 3."))
  }
}
