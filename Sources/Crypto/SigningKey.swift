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

  /// Why a text is no key that can be used here.
  package enum Fault: Error, Sendable, Equatable {
    /// No unencrypted private key in PEM form; with OpenSSL's words.
    case unreadable(String)
    /// RSA of fewer than ``leastBits`` bits.
    case weak(bits: Int)
    /// A key, but of a kind that nothing here signs with.
    case unknownKind
  }

  /// RFC 8301 section 3.2 demands 1024 of signers and advises 2048; so do Microsoft and Google.
  package static let leastBits = 1024
  /// What new RSA keys have: longer ones do not go into one string of a DNS record.
  static let newBits: Int32 = 2048

  package let kind: Kind
  private let handle: OpaquePointer

  private init(owning handle: OpaquePointer) throws(Fault) {
    unsafe self.handle = handle
    switch unsafe EVP_PKEY_get_base_id(handle) {
    case EVP_PKEY_RSA: kind = .rsa
    case EVP_PKEY_ED25519: kind = .ed25519
    case EVP_PKEY_EC where unsafe EVP_PKEY_get_bits(handle) == 256: kind = .p256
    default: throw .unknownKind
    }
    let bits = unsafe Int(EVP_PKEY_get_bits(handle))
    if kind == .rsa, bits < Self.leastBits { throw .weak(bits: bits) }
  }

  deinit { unsafe EVP_PKEY_free(handle) }

  /// - Parameter pem: PKCS #8 or the older forms, without a passphrase.
  package convenience init(pem: [UInt8]) throws(Fault) {
    let key = unsafe withMemoryInput(pem) { input in
      // No passphrase, rather than a question on the terminal.
      unsafe PEM_read_bio_PrivateKey(input, nil, { _, _, _, _ in -1 }, nil)
    }
    let errors = drainedErrors()
    guard let key = unsafe key else { throw .unreadable(errors.text) }
    try unsafe self.init(owning: key)
  }

  /// A new key.
  package static func make(_ kind: Kind) -> SigningKey {
    let context = unsafe EVP_PKEY_CTX_new_id(kind.identifier, nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    var succeeded = unsafe EVP_PKEY_keygen_init(context) == 1
    switch kind {
    case .rsa: succeeded = unsafe succeeded && EVP_PKEY_CTX_set_rsa_keygen_bits(context, newBits) == 1
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

  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), Ed25519 (RFC 8032), or ECDSA with SHA-256 in DER.
  package func sign(_ message: [UInt8]) -> [UInt8] {
    guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory for a signature") }
    defer { unsafe EVP_MD_CTX_free(context) }
    var count = 0
    var succeeded = unsafe EVP_DigestSignInit(context, nil, kind == .ed25519 ? nil : EVP_sha256(), nil, handle) == 1
    succeeded = unsafe succeeded && EVP_DigestSign(context, nil, &count, message, message.count) == 1
    var signature = [UInt8](repeating: 0, count: count)
    succeeded = unsafe succeeded && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
    precondition(succeeded, "OpenSSL does not sign with this key: \(drainedErrors().text)")
    return Array(signature.prefix(count))
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
