import COpenSSL

/// Bytes encrypted and authenticated with AES-256-GCM under a random nonce (NIST SP 800-38D).
///
/// A box is: one byte for the format, 1; the nonce, 12 bytes; the ciphertext; the tag, 16 bytes.
package enum SealedBox {
  /// Why a box stays shut.
  package enum Fault: Error, Sendable, Equatable {
    /// Too short, or of a format that this version does not know.
    case unknownFormat
    /// Not sealed with this key and this additional data, or changed since.
    case notAuthentic
  }

  package static let keyLength = 32
  static let format: UInt8 = 1
  static let nonceLength = 12
  static let tagLength = 16

  /// - Parameters:
  ///   - key: ``keyLength`` bytes. One key may seal 2^32 boxes before nonces may meet.
  ///   - additionalData: what the box belongs to; not in the box, and demanded again to open it.
  package static func seal(_ plaintext: [UInt8], key: [UInt8], additionalData: [UInt8]) -> [UInt8] {
    let nonce = randomBytes(nonceLength)
    let cipher = Cipher(sealing: true, key: key, nonce: nonce)
    cipher.authenticate(additionalData)
    let ciphertext = cipher.process(plaintext)
    precondition(cipher.finish(), "AES-256-GCM failed: \(drainedErrors().text)")
    return [format] + nonce + ciphertext + cipher.tag()
  }

  /// What was sealed, once it has been found authentic.
  package static func open(_ box: [UInt8], key: [UInt8], additionalData: [UInt8]) throws(Fault) -> [UInt8] {
    let start = 1 + nonceLength
    guard box.count >= start + tagLength, box[0] == format else { throw .unknownFormat }
    let cipher = Cipher(sealing: false, key: key, nonce: Array(box[1..<start]))
    cipher.authenticate(additionalData)
    let plaintext = cipher.process(Array(box[start..<(box.count - tagLength)]))
    cipher.expect(tag: Array(box.suffix(tagLength)))
    guard cipher.finish() else {
      _ = drainedErrors()
      throw .notAuthentic
    }
    return plaintext
  }
}

/// One pass of AES-256-GCM. Apart from the tag's check its calls fail only where memory ends.
@safe private struct Cipher: ~Copyable {
  private let handle: OpaquePointer

  init(sealing: Bool, key: [UInt8], nonce: [UInt8]) {
    precondition(key.count == SealedBox.keyLength, "a key of AES-256 has 32 bytes")
    precondition(nonce.count == SealedBox.nonceLength, "a nonce has 12 bytes")
    guard let handle = unsafe EVP_CIPHER_CTX_new() else { preconditionFailure("out of memory for a cipher") }
    unsafe self.handle = handle
    let started = unsafe EVP_CipherInit_ex(handle, EVP_aes_256_gcm(), nil, key, nonce, sealing ? 1 : 0)
    precondition(started == 1, "OpenSSL has no AES-256-GCM: \(drainedErrors().text)")
  }

  deinit { unsafe EVP_CIPHER_CTX_free(handle) }

  func authenticate(_ data: [UInt8]) {
    // With no data the call would be taken for the end of the input.
    if data.isEmpty { return }
    var count: Int32 = 0
    let succeeded = unsafe EVP_CipherUpdate(handle, nil, &count, data, Int32(data.count))
    precondition(succeeded == 1, "AES-256-GCM failed: \(drainedErrors().text)")
  }

  /// The other side of `bytes`, as many of them.
  func process(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.isEmpty { return [] }
    var count: Int32 = 0
    var result = [UInt8](repeating: 0, count: bytes.count)
    let succeeded = unsafe EVP_CipherUpdate(handle, &result, &count, bytes, Int32(bytes.count))
    precondition(succeeded == 1 && count == bytes.count, "AES-256-GCM failed: \(drainedErrors().text)")
    return result
  }

  func expect(tag: [UInt8]) {
    let succeeded = unsafe copenssl_set_tag(handle, tag, Int32(tag.count))
    precondition(succeeded == 1, "AES-256-GCM failed: \(drainedErrors().text)")
  }

  /// Ends the pass; false when the tag does not fit.
  func finish() -> Bool {
    // GCM has nothing left to give here; the call wants a place for it anyway.
    var rest = [UInt8](repeating: 0, count: 16)
    var count: Int32 = 0
    return unsafe EVP_CipherFinal_ex(handle, &rest, &count) == 1
  }

  func tag() -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: SealedBox.tagLength)
    let succeeded = unsafe copenssl_get_tag(handle, &tag, Int32(tag.count))
    precondition(succeeded == 1, "AES-256-GCM failed: \(drainedErrors().text)")
    return tag
  }
}
