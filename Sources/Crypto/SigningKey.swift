import COpenSSL

/// A private key that signs: RSA, Ed25519 or ECDSA on P-256.
///
/// It has no description and no coding: it leaves this type as ``pem`` only, for the secret store.
@safe package final class SigningKey: @unchecked Sendable {
  // @unchecked Sendable because OpenSSL's key is not changed once it is made, and reading it is safe from any thread.
  package enum Kind: Sendable, Equatable, CaseIterable {
    case rsa
    case ed25519
    case p256
  }

  /// Shorter RSA keys are taken by no service any more, and longer ones do not go into one string of a DNS record
  /// (RFC 8301 section 3.2).
  private static let rsaBits: Int32 = 2048
  private static let p256Bits: Int32 = 256
  /// Of each number of an ECDSA signature over P-256.
  fileprivate static let coordinateBytes: Int32 = 32

  package let kind: Kind
  private let handle: OpaquePointer

  private init(owning handle: OpaquePointer) throws(SigningFault) {
    unsafe self.handle = handle
    let bits = unsafe EVP_PKEY_get_bits(handle)
    switch unsafe EVP_PKEY_get_base_id(handle) {
    case EVP_PKEY_RSA where bits >= Self.rsaBits: kind = .rsa
    case EVP_PKEY_ED25519: kind = .ed25519
    case EVP_PKEY_EC where bits == Self.p256Bits: kind = .p256
    case EVP_PKEY_RSA: throw .unfitKey("an RSA key of \(bits) bits; the minimum is \(Self.rsaBits)")
    default: throw .unfitKey("a key that is not RSA, Ed25519 or P-256")
    }
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  /// - Parameter pem: a private key, PKCS #8 or older, without a passphrase; other blocks, such as certificates, may
  ///   stand around it.
  package convenience init(pem: [UInt8]) throws(SigningFault) {
    let key = unsafe withMemoryInput(pem) { input in
      // No passphrase, rather than a question on the terminal.
      unsafe PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
    }
    guard let key = unsafe key else {
      _ = drainedErrors()
      throw .noKey
    }
    try unsafe self.init(owning: key)
  }

  /// A new key.
  package static func make(_ kind: Kind) -> SigningKey {
    let context = unsafe EVP_PKEY_CTX_new_id(kind.identifier, nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    var succeeded = unsafe EVP_PKEY_keygen_init(context) == 1
    switch kind {
    case .rsa: succeeded = unsafe succeeded && EVP_PKEY_CTX_set_rsa_keygen_bits(context, rsaBits) == 1
    case .p256:
      succeeded = unsafe succeeded && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1
    case .ed25519: break
    }
    succeeded = unsafe succeeded && EVP_PKEY_generate(context, &key) == 1
    guard succeeded, let key = unsafe key, let made = try? unsafe SigningKey(owning: key) else {
      preconditionFailure("OpenSSL makes no \(kind) key: \(drainedErrors().text)")
    }
    return made
  }

  /// The key as PKCS #8 in PEM form, unencrypted.
  package var pem: [UInt8] {
    unsafe withMemoryOutput { unsafe PEM_write_bio_PKCS8PrivateKey($0, handle, nil, nil, 0, nil, nil) }
  }

  /// The public half: SubjectPublicKeyInfo in DER (RFC 5280 section 4.1).
  package var publicKey: [UInt8] { unsafe withMemoryOutput { unsafe i2d_PUBKEY_bio($0, handle) } }

  /// The 32 bytes of an Ed25519 public key; nil for other kinds.
  package var rawPublicKey: [UInt8]? {
    guard kind == .ed25519 else { return nil }
    var count = 32
    var bytes = [UInt8](repeating: 0, count: count)
    guard unsafe EVP_PKEY_get_raw_public_key(handle, &bytes, &count) == 1 else { return nil }
    return bytes
  }

  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), Ed25519 (RFC 8032), or ECDSA with SHA-256 as JOSE has it: the two
  /// numbers, 32 bytes each (RFC 7518 section 3.4).
  package func sign(_ message: [UInt8]) -> [UInt8] {
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory for a signature") }
    defer { unsafe EVP_MD_CTX_free(context) }
    var count = 0
    var succeeded = unsafe EVP_DigestSignInit(context, nil, kind == .ed25519 ? nil : EVP_sha256(), nil, handle) == 1
    succeeded = unsafe succeeded && EVP_DigestSign(context, nil, &count, message, message.count) == 1
    var signature = [UInt8](repeating: 0, count: count)
    succeeded = unsafe succeeded && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    precondition(succeeded, "OpenSSL does not sign with this key: \(drainedErrors().text)")
    signature.removeLast(signature.count - count)
    return kind == .p256 ? numbers(of: signature) : signature
  }
}

extension SigningKey.Kind {
  fileprivate var identifier: Int32 {
    switch self {
    case .rsa: EVP_PKEY_RSA
    case .ed25519: EVP_PKEY_ED25519
    case .p256: EVP_PKEY_EC
    }
  }
}

/// Out of the DER that OpenSSL makes of an ECDSA signature.
private func numbers(of der: [UInt8]) -> [UInt8] {
  let parsed = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
    var start = buffer.baseAddress
    return unsafe d2i_ECDSA_SIG(nil, &start, buffer.count)
  }
  defer { unsafe ECDSA_SIG_free(parsed) }
  var bytes = [UInt8](repeating: 0, count: 2 * Int(SigningKey.coordinateBytes))
  let half = SigningKey.coordinateBytes
  let succeeded = unsafe bytes.withUnsafeMutableBytes { bytes in
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    return unsafe BN_bn2binpad(ECDSA_SIG_get0_r(parsed), start, half) == half
      && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), start?.advanced(by: Int(half)), half) == half
  }
  precondition(succeeded, "OpenSSL made no ECDSA signature: \(drainedErrors().text)")
  return bytes
}

/// Why something cannot sign, or be shown beside a signature. Never shows a key.
package enum SigningFault: Error, Sendable, Equatable {
  /// No private key in the text, or one behind a passphrase.
  case noKey
  case noCertificate
  case unfitKey(String)
}
