import COpenSSL

/// A version of TLS as scenarios write it.
enum TLSVersion: String, Codable, Comparable {
  case tls10 = "1.0"
  case tls11 = "1.1"
  case tls12 = "1.2"
  case tls13 = "1.3"

  static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }

  /// As it stands in a record (RFC 8446 section 4.1.2).
  var wireNumber: Int32 {
    switch self {
    case .tls10: TLS1_VERSION
    case .tls11: TLS1_1_VERSION
    case .tls12: TLS1_2_VERSION
    case .tls13: TLS1_3_VERSION
    }
  }
}

/// What the TLS of an endpoint is made of.
struct TLSOffer: Sendable {
  var lowest: TLSVersion
  var highest: TLSVersion
  var certificate: CertificateFiles
  /// PEM of the roots whose client certificates count; nil asks for none.
  var clientRoots: String?
}

/// A server's side of TLS, shared by the connections of an endpoint.
@safe final class TLSContext: @unchecked Sendable {
  // @unchecked Sendable because OpenSSL counts references under a lock and nothing changes it after init.
  let handle: OpaquePointer

  init(_ offer: TLSOffer) throws(Fault) {
    ERR_clear_error()
    guard let method = unsafe TLS_server_method(), let handle = unsafe SSL_CTX_new(method) else {
      throw Fault("OpenSSL cannot create a TLS context")
    }
    unsafe self.handle = handle
    try set(unsafe simulator_set_versions(handle, offer.lowest.wireNumber, offer.highest.wireNumber), "versions")
    // Versions before 1.2 sign with SHA-1, which every level above 0 refuses.
    if offer.lowest < .tls12 { try set(unsafe SSL_CTX_set_cipher_list(handle, "DEFAULT@SECLEVEL=0"), "ciphers") }
    try set(unsafe SSL_CTX_use_certificate_chain_file(handle, offer.certificate.chain), offer.certificate.chain)
    try set(
      unsafe SSL_CTX_use_PrivateKey_file(handle, offer.certificate.key, SSL_FILETYPE_PEM), offer.certificate.key)
    if let roots = offer.clientRoots { try askForCertificate(roots) }
  }

  deinit { unsafe SSL_CTX_free(handle) }

  /// Any certificate is taken; whether it proves something is asked afterwards, as Exchange does.
  private func askForCertificate(_ roots: String) throws(Fault) {
    try set(unsafe SSL_CTX_load_verify_file(handle, roots), roots)
    unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER) { _, _ in 1 }
    let name = Array("tenant-simulator".utf8)
    try set(unsafe SSL_CTX_set_session_id_context(handle, name, UInt32(name.count)), "session context")
  }

  private func set(_ result: Int32, _ what: String) throws(Fault) {
    if result != 1 { throw Fault("OpenSSL does not accept \(what): \(lastOpenSSLError())") }
  }
}

/// What a handshake came to.
struct TLSSession: Sendable {
  let version: String
  let cipher: String
  let isResumed: Bool
  /// The client's certificate as RFC 2253 writes names; nil where it showed none.
  let clientSubject: String?
  /// Whether that certificate chains to a root that counts.
  let isClientVerified: Bool
  /// The DNS names it holds of those that were asked about.
  private let clientCertificate: PEMCertificate?

  init(_ tls: OpaquePointer) {
    version = unsafe String(cString: SSL_get_version(tls))
    cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(tls)).map { unsafe String(cString: $0) } ?? ""
    isResumed = unsafe SSL_session_reused(tls) == 1
    clientCertificate = unsafe SSL_get1_peer_certificate(tls).map { unsafe PEMCertificate(owning: $0) }
    clientSubject = clientCertificate?.subject
    isClientVerified = unsafe clientCertificate != nil && SSL_get_verify_result(tls) == Int(X509_V_OK)
  }

  /// Whether the client proved to be `domain` or a host of it.
  func proves(_ domain: String) -> Bool { isClientVerified && clientCertificate?.isFor(domain) == true }
}

func lastOpenSSLError() -> String {
  let code = ERR_get_error()
  if code == 0 { return "the connection ended" }
  return unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
