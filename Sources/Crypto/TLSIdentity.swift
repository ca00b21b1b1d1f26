import COpenSSL

/// Our own certificate with the chain above it, and its key: what we show to a server that asks.
///
/// It has no description and no coding, and nothing leads from it to the key.
package struct TLSIdentity: Sendable {
  private let certificates: CertificateList
  private let key: PrivateKey
  /// Of the certificate that the key belongs to.
  private let own: Int
  /// As RFC 4514 writes it.
  package let subject: String
  /// RFC 3339.
  package let notAfter: String
  /// SHA-256 of the chain that is presented.
  let digest: [UInt8]

  /// The certificate comes without its issuer's, and is not self-signed: a server that has only the root cannot verify it.
  package let lacksChain: Bool

  /// - Parameters:
  ///   - chain: in PEM, in any order: the certificate that the key belongs to, and those between it and a root.
  ///     Without the latter most servers cannot verify it.
  ///   - key: in PEM, without a passphrase; other blocks, such as certificates, may stand around it.
  package init(chain: [UInt8], key: [UInt8]) throws(SigningFault) {
    defer { _ = drainedErrors() }
    certificates = CertificateList(pem: chain)
    guard let first = unsafe certificates.handles.first else { throw .noCertificate }
    guard let key = PrivateKey(pem: key) else { throw .noKey }
    guard
      let own = unsafe certificates.handles.firstIndex(where: { unsafe X509_check_private_key($0, key.handle) == 1 })
    else { throw unsafe .unfitKey("a key that does not belong to \(subjectText(first))") }
    self.key = key
    self.own = own
    subject = unsafe subjectText(certificates.handles[own])
    lacksChain =
      unsafe certificates.handles.count == 1
      && X509_NAME_cmp(X509_get_subject_name(first), X509_get_issuer_name(first)) != 0
    notAfter = unsafe timestamp(X509_get0_notAfter(certificates.handles[own]))
    unsafe digest = SHA256.hash(certificates.handles.flatMap { unsafe digest256(of: $0) } + [UInt8(clamping: own)])
  }

  /// Has the connections of `context` show it where a server asks; false where OpenSSL's security level forbids it.
  func present(in context: OpaquePointer) -> Bool {
    guard unsafe SSL_CTX_use_certificate(context, certificates.handles[own]) == 1,
      unsafe SSL_CTX_use_PrivateKey(context, key.handle) == 1
    else { return false }
    return unsafe certificates.handles.indices.allSatisfy { index in
      unsafe index == own || copenssl_add_chain_certificate(context, certificates.handles[index]) == 1
    }
  }
}

@safe private final class CertificateList: @unchecked Sendable {
  // @unchecked Sendable because OpenSSL counts references under a lock, and nothing changes the certificates.
  let handles: [OpaquePointer]

  init(pem: [UInt8]) {
    unsafe handles = withMemoryInput(pem) { input in
      var found: [OpaquePointer] = unsafe []
      while true {
        guard let next = unsafe PEM_read_bio_X509(input, nil, nil, nil) else { return unsafe found }
        unsafe found.append(next)
      }
    }
  }

  deinit { unsafe handles.forEach { unsafe X509_free($0) } }
}

@safe private final class PrivateKey: @unchecked Sendable {
  // @unchecked Sendable for the same reason as above.
  let handle: OpaquePointer

  init?(pem: [UInt8]) {
    // No passphrase, rather than a question on the terminal.
    let key = unsafe withMemoryInput(pem) { unsafe PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
    guard let key = unsafe key else { return nil }
    unsafe handle = key
  }

  deinit { unsafe EVP_PKEY_free(handle) }
}
