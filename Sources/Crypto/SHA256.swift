import Base
import COpenSSL

/// SHA-256 (FIPS 180-4), fed piece by piece.
package struct SHA256: ByteDigest {
  private var state = DigestState()

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // A copy of this value goes on by itself.
    if !isKnownUniquelyReferenced(&state) { state = state.copy() }
    unsafe state.update(bytes)
  }

  package mutating func finish() -> [UInt8] {
    if !isKnownUniquelyReferenced(&state) { state = state.copy() }
    return state.finish()
  }

  /// The digest of `bytes`, 32 bytes long.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    unsafe bytes.withUnsafeBytes { unsafe digest.update($0) }
    return digest.finish()
  }
}

/// OpenSSL's digest context. Its calls fail only where memory ends or SHA-256 is switched off in the
/// system's OpenSSL, and nothing can be done without it then.
@safe private final class DigestState {
  private let handle: OpaquePointer

  convenience init() {
    unsafe self.init(handle: DigestState.newHandle())
    let started = unsafe EVP_DigestInit_ex(handle, EVP_sha256(), nil)
    precondition(started == 1, "OpenSSL has no SHA-256: \(drainedErrors().text)")
  }

  private init(handle: OpaquePointer) { unsafe self.handle = handle }

  deinit { unsafe EVP_MD_CTX_free(handle) }

  private static func newHandle() -> OpaquePointer {
    guard let handle = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory for a digest") }
    return unsafe handle
  }

  func copy() -> DigestState {
    let copy = unsafe DigestState(handle: DigestState.newHandle())
    let copied = unsafe EVP_MD_CTX_copy_ex(copy.handle, handle)
    precondition(copied == 1, "out of memory for a digest")
    return copy
  }

  func update(_ bytes: UnsafeRawBufferPointer) {
    let succeeded = unsafe EVP_DigestUpdate(handle, bytes.baseAddress, bytes.count)
    precondition(succeeded == 1, "SHA-256 was fed after its end")
  }

  func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let succeeded = unsafe EVP_DigestFinal_ex(handle, &digest, nil)
    precondition(succeeded == 1, "SHA-256 was finished twice")
    return digest
  }
}
