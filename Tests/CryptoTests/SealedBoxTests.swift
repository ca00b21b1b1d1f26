import Base
import Crypto
import TestKit
import Testing

@Suite struct SealedBoxTests {
  private let key = Array(UInt8(0)..<32)
  private let name = Array("routes.office.password".utf8)

  @Test(arguments: [0, 1, 15, 16, 17, 4096, 100_000])
  func `what was sealed comes out`(count: Int) throws {
    let plaintext = randomBytes(count)
    let box = SealedBox.seal(plaintext, key: key, additionalData: name)
    #expect(box.count == count + 29)
    #expect(try SealedBox.open(box, key: key, additionalData: name) == plaintext)
    let bare = SealedBox.seal(plaintext, key: key, additionalData: [])
    #expect(try SealedBox.open(bare, key: key, additionalData: []) == plaintext)
  }

  // Test cases 13 to 16 of the GCM submission (McGrew and Viega), appendix B, in our format.
  @Test(arguments: [
    (
      String(repeating: "0", count: 64), "000000000000000000000000", "", "", "",
      "530f8afbc74536b9a963b4f1c4cb738b"
    ),
    (
      String(repeating: "0", count: 64), "000000000000000000000000", "",
      "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"
    ),
    (
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
      "76fc6ece0f4e1768cddf8853bb2d551b"
    ),
  ])
  func `known boxes open`(
    key: String, nonce: String, data: String, plaintext: String, ciphertext: String, tag: String
  ) throws {
    let box = bytes("01" + nonce + ciphertext + tag)
    #expect(try SealedBox.open(box, key: bytes(key), additionalData: bytes(data)) == bytes(plaintext))
  }

  @Test func `two boxes of the same content differ`() {
    let boxes = (0..<2).map { _ in SealedBox.seal([1, 2, 3], key: key, additionalData: name) }
    #expect(boxes[0] != boxes[1])
  }

  @Test func `one changed bit anywhere keeps it shut`() {
    let box = SealedBox.seal(Array("secret".utf8), key: key, additionalData: name)
    for index in 1..<box.count {
      var changed = box
      changed[index] ^= 1 << (index % 8)
      #expect(throws: SealedBox.Fault.notAuthentic) {
        _ = try SealedBox.open(changed, key: key, additionalData: name)
      }
    }
  }

  @Test func `another key, other data or a cut keep it shut`() {
    let box = SealedBox.seal(Array("secret".utf8), key: key, additionalData: name)
    #expect(throws: SealedBox.Fault.notAuthentic) {
      _ = try SealedBox.open(box, key: key.reversed(), additionalData: name)
    }
    #expect(throws: SealedBox.Fault.notAuthentic) { _ = try SealedBox.open(box, key: key, additionalData: []) }
    #expect(throws: SealedBox.Fault.notAuthentic) {
      _ = try SealedBox.open(box.dropLast(), key: key, additionalData: name)
    }
    #expect(throws: SealedBox.Fault.unknownFormat) {
      _ = try SealedBox.open(Array(box.prefix(28)), key: key, additionalData: name)
    }
    #expect(throws: SealedBox.Fault.unknownFormat) {
      _ = try SealedBox.open([2] + box.dropFirst(), key: key, additionalData: name)
    }
    #expect(throws: SealedBox.Fault.unknownFormat) { _ = try SealedBox.open([], key: key, additionalData: name) }
  }
}

/// The bytes behind hexadecimal digits.
private func bytes(_ digits: String) -> [UInt8] {
  let digits = Array(digits)
  return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
}
