import Base
import COpenSSL

/// A private key that signs with SHA-256, from PEM.
@safe package final class SigningKey {
  /// What it signs with.
  package enum Kind: Sendable, Equatable {
    /// PKCS #1 1.5, JOSE's RS256.
    case rsa
    /// ECDSA over P-256, JOSE's ES256.
    case p256
  }

  package let kind: Kind
  private let handle: OpaquePointer

  /// Shorter keys are taken by no service any more.
  private static let shortestRSA: Int32 = 2048
  private static let p256Bits: Int32 = 256
  /// Of each number of an ECDSA signature over P-256.
  private static let coordinateBytes: Int32 = 32

  /// - Parameter pem: a private key without a passphrase; other blocks, such as certificates, may stand around it.
  package init(pem: [UInt8]) throws(SigningFault) {
    guard let handle = unsafe SigningKey.read(pem) else {
      _ = drainedErrors()
      throw .noKey
    }
    do throws(SigningFault) {
      kind = unsafe try SigningKey.kind(of: handle)
    } catch {
      unsafe EVP_PKEY_free(handle)
      throw error
    }
    unsafe self.handle = handle
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  private static func read(_ pem: [UInt8]) -> OpaquePointer? {
    guard let memory = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { return nil }
    defer { unsafe BIO_free(memory) }
    // An empty passphrase instead of none: without one OpenSSL would ask at the terminal.
    var passphrase: [CChar] = [0]
    return unsafe PEM_read_bio_PrivateKey(memory, nil, nil, &passphrase)
  }

  private static func kind(of handle: OpaquePointer) throws(SigningFault) -> Kind {
    let bits = unsafe EVP_PKEY_get_bits(handle)
    switch unsafe EVP_PKEY_get_base_id(handle) {
    case EVP_PKEY_RSA where bits >= shortestRSA: return .rsa
    case EVP_PKEY_EC where bits == p256Bits: return .p256
    case EVP_PKEY_RSA: throw .unfitKey("an RSA key of \(bits) bits; it must have 2048 or more")
    default: throw .unfitKey("a key that is neither RSA nor over P-256")
    }
  }

  /// The signature of `bytes` as JOSE has it (RFC 7518 section 3): for P-256 the two numbers, 32 bytes each.
  package func sign(_ bytes: [UInt8]) throws(SigningFault) -> [UInt8] {
    let signature = try digestSign(bytes)
    return kind == .rsa ? signature : try SigningKey.numbers(of: signature)
  }

  private func digestSign(_ bytes: [UInt8]) throws(SigningFault) -> [UInt8] {
    guard let context = unsafe EVP_MD_CTX_new() else { throw .failed("out of memory") }
    defer { unsafe EVP_MD_CTX_free(context) }
    var count = 0
    guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, handle) == 1,
      unsafe EVP_DigestSign(context, nil, &count, bytes, bytes.count) == 1
    else { throw .failed(drainedErrors().text) }
    var signature = [UInt8](repeating: 0, count: count)
    guard unsafe EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1 else {
      throw .failed(drainedErrors().text)
    }
    return Array(signature.prefix(count))
  }

  /// Out of the DER that OpenSSL makes.
  private static func numbers(of der: [UInt8]) throws(SigningFault) -> [UInt8] {
    let parsed = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var start = buffer.baseAddress
      return unsafe d2i_ECDSA_SIG(nil, &start, buffer.count)
    }
    guard let parsed = unsafe parsed else { throw .failed(drainedErrors().text) }
    defer { unsafe ECDSA_SIG_free(parsed) }
    let first = unsafe try number(ECDSA_SIG_get0_r(parsed))
    let second = unsafe try number(ECDSA_SIG_get0_s(parsed))
    return first + second
  }

  private static func number(_ number: OpaquePointer?) throws(SigningFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(coordinateBytes))
    guard unsafe BN_bn2binpad(number, &bytes, coordinateBytes) == coordinateBytes else {
      throw .failed(drainedErrors().text)
    }
    return bytes
  }
}

/// Why something could not be signed. Never shows a key.
package enum SigningFault: Error, Sendable, Equatable {
  /// No private key in the text, or one behind a passphrase.
  case noKey
  case noCertificate
  case unfitKey(String)
  /// In OpenSSL's words.
  case failed(String)
}

/// A certificate by which a signer is known.
package enum CertificateIdentity {
  /// SHA-256 of the DER of the first certificate in the text (RFC 7515 section 4.1.8).
  package static func thumbprint(pem: [UInt8]) throws(SigningFault) -> [UInt8] {
    guard let memory = unsafe BIO_new_mem_buf(pem, Int32(clamping: pem.count)) else { throw .failed("out of memory") }
    defer { unsafe BIO_free(memory) }
    guard let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil) else {
      _ = drainedErrors()
      throw .noCertificate
    }
    defer { unsafe X509_free(certificate) }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard unsafe X509_digest(certificate, EVP_sha256(), &digest, &count) == 1 else {
      throw .failed(drainedErrors().text)
    }
    return Array(digest.prefix(Int(count)))
  }
}
