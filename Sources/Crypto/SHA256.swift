import Base
import COpenSSL

/// SHA-256 (FIPS 180-4), fed piece by piece.
///
/// OpenSSL's plain functions: those of EVP first set up every algorithm and read the system's configuration, which a
/// scan has no use for and which takes longer than the digest of a small page.
package struct SHA256: ByteDigest {
  private var state = SHA256_CTX()
  private var isFinished = false

  package init() { unsafe SHA256_Init(&state) }

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(!isFinished, "SHA-256 was fed after its end")
    unsafe SHA256_Update(&state, bytes.baseAddress, bytes.count)
  }

  package mutating func finish() -> [UInt8] {
    precondition(!isFinished, "SHA-256 was finished twice")
    isFinished = true
    var digest = [UInt8](repeating: 0, count: 32)
    unsafe SHA256_Final(&digest, &state)
    return digest
  }

  /// The digest of `bytes`, 32 bytes long.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    unsafe bytes.withUnsafeBytes { unsafe digest.update($0) }
    return digest.finish()
  }
}
