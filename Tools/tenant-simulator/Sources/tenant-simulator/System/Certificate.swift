import COpenSSL

/// An X.509 certificate in memory.
@safe final class PEMCertificate: @unchecked Sendable {
  // @unchecked Sendable because nothing changes the handle after init.
  private let handle: OpaquePointer

  init(owning handle: OpaquePointer) { unsafe self.handle = handle }

  /// - Parameter text: PEM.
  init?(_ text: String) {
    let read = unsafe withMemory(text) { unsafe PEM_read_bio_X509($0, nil, nil, nil) }
    guard let handle = unsafe read else { return nil }
    unsafe self.handle = handle
  }

  deinit { unsafe X509_free(handle) }

  var subject: String {
    let memory = unsafe BIO_new(BIO_s_mem())
    defer { unsafe BIO_free(memory) }
    unsafe simulator_print_name(memory, X509_get_subject_name(handle))
    var start: UnsafeMutablePointer<CChar>?
    let count = unsafe simulator_memory(memory, &start)
    return unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Whether it is for `domain`, for a host below it, or names it with a wildcard.
  func isFor(_ domain: String) -> Bool {
    // A name that begins with a dot matches every host below it.
    let names: [String] = [domain, ".\(domain)"]
    return names.contains { unsafe X509_check_host(handle, $0, $0.utf8.count, 0, nil) == 1 }
  }

  var publicKey: PublicKey? { unsafe X509_get_pubkey(handle).map { unsafe PublicKey(owning: $0) } }

  /// Of the whole certificate, as `x5t` (SHA-1) and `x5t#S256` name it (RFC 7515 section 4.1.7).
  func thumbprint(_ algorithm: DigestAlgorithm) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    unsafe X509_digest(handle, algorithm.handle, &bytes, &count)
    return Array(bytes[..<Int(count)])
  }
}

/// Someone's public key.
@safe final class PublicKey: @unchecked Sendable {
  // @unchecked Sendable because nothing changes the handle after init.
  private let handle: OpaquePointer

  init(owning handle: OpaquePointer) { unsafe self.handle = handle }

  /// - Parameter text: PEM: a public key, or a certificate that holds one.
  static func read(_ text: String) -> PublicKey? {
    if let certificate = PEMCertificate(text) { return certificate.publicKey }
    let read = unsafe withMemory(text) { unsafe PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    return unsafe read.map { unsafe PublicKey(owning: $0) }
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  /// Whether `signature` is this key's over `bytes`: RSA with SHA-256, PKCS #1 or, with `usesPSS`, PSS.
  func verifies(_ signature: [UInt8], over bytes: [UInt8], usesPSS: Bool) -> Bool {
    guard let context = unsafe EVP_MD_CTX_new() else { return false }
    defer { unsafe EVP_MD_CTX_free(context) }
    var parameters: OpaquePointer?
    guard unsafe EVP_DigestVerifyInit(context, &parameters, EVP_sha256(), nil, handle) == 1 else { return false }
    if usesPSS, unsafe simulator_use_pss(parameters) != 1 { return false }
    return unsafe EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  /// SHA-256 of its SubjectPublicKeyInfo, as TLSA records with selector 1 hold it (RFC 6698 section 2.1.2).
  var digest: [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = unsafe i2d_PUBKEY(handle, &bytes)
    defer { unsafe CRYPTO_free(bytes, #file, #line) }
    guard count > 0 else { return [] }
    return unsafe DigestAlgorithm.sha256.digest(Array(UnsafeBufferPointer(start: bytes, count: Int(count))))
  }
}

/// Lets OpenSSL read `text`, which it does not copy.
private func withMemory(_ text: String, _ read: (OpaquePointer?) -> OpaquePointer?) -> OpaquePointer? {
  unsafe Array(text.utf8).withUnsafeBytes { buffer in
    let memory = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
    defer { unsafe BIO_free(memory) }
    return unsafe read(memory)
  }
}

enum DigestAlgorithm: Sendable {
  case sha1
  case sha256

  var handle: OpaquePointer? {
    switch self {
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    }
  }

  func digest(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    unsafe EVP_Digest(bytes, bytes.count, &digest, &count, handle, nil)
    return Array(digest[..<Int(count)])
  }
}
