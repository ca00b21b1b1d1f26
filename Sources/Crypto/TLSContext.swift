import Base
import COpenSSL
import Glibc

/// What the connections of one route have in common: the policy and the trust store, loaded once.
@safe package final class TLSContext: @unchecked Sendable {
  // @unchecked Sendable because OpenSSL counts references to the handle under a lock of its own, and
  // nothing changes it after init.
  package let policy: TLSPolicy
  package let identity: TLSIdentity?
  let handle: OpaquePointer
  private let pinned: PinnedKeys

  /// - Parameter identity: what is shown to a server that asks who we are.
  /// - Throws: ``TLSFault/setup(_:)`` when the file of authorities, or the system's store, cannot be used.
  package init(_ policy: TLSPolicy, identity: TLSIdentity? = nil) throws(TLSFault) {
    ERR_clear_error()
    guard let method = unsafe TLS_client_method(), let handle = unsafe SSL_CTX_new(method) else {
      throw .setup("OpenSSL cannot start a TLS context: \(drainedErrors().text)")
    }
    self.policy = policy
    self.identity = identity
    pinned = PinnedKeys(policy.pins)
    unsafe self.handle = handle
    try applyFloor()
    unsafe copenssl_forbid_extras(handle)
    unsafe copenssl_set_modes(handle)
    unsafe SessionKeeper.collect(from: handle)
    try verify()
    if let identity, unsafe !identity.present(in: handle) {
      throw .ownCertificate("OpenSSL does not take the certificate of \(identity.subject): \(drainedErrors().text)")
    }
  }

  deinit { unsafe SSL_CTX_free(handle) }

  /// Whether the policy accepts a server with this chain, with the certificates trusted now.
  func vouches(
    for leaf: OpaquePointer, _ chain: OpaquePointer?, on connection: OpaquePointer, at date: time_t
  ) -> Bool {
    switch policy.verification {
    case .none: true
    case .pin: unsafe pinned.admits(leaf)
    case .full, .dane: unsafe verifies(leaf, chain, on: connection, at: date)
    }
  }

  /// The same verification as in a handshake on `connection`, with the name and the records that are set there.
  private func verifies(
    _ leaf: OpaquePointer, _ chain: OpaquePointer?, on connection: OpaquePointer, at date: time_t
  ) -> Bool {
    guard let verification = unsafe X509_STORE_CTX_new() else { return false }
    defer { unsafe X509_STORE_CTX_free(verification) }
    guard unsafe X509_STORE_CTX_init(verification, SSL_CTX_get_cert_store(handle), leaf, chain) == 1 else {
      return false
    }
    let parameters = unsafe X509_STORE_CTX_get0_param(verification)
    unsafe X509_VERIFY_PARAM_set_auth_level(parameters, SSL_get_security_level(connection))
    if policy.verification == .dane { unsafe X509_STORE_CTX_set0_dane(verification, SSL_get0_dane(connection)) }
    unsafe X509_STORE_CTX_set_default(verification, "ssl_server")
    unsafe X509_VERIFY_PARAM_set1(parameters, SSL_get0_param(connection))
    unsafe X509_STORE_CTX_set_time(verification, 0, date)
    return unsafe X509_verify_cert(verification) == 1
  }

  private func applyFloor() throws(TLSFault) {
    guard unsafe copenssl_set_min_version(handle, policy.floor.wireNumber) == 1 else {
      throw .setup("this OpenSSL does not speak TLS \(policy.floor.rawValue)")
    }
    // Versions before 1.2 sign with SHA-1, which every level above 0 refuses.
    if policy.floor < .tls12, unsafe SSL_CTX_set_cipher_list(handle, "DEFAULT@SECLEVEL=0") != 1 {
      throw .setup("this OpenSSL has no ciphers for TLS \(policy.floor.rawValue): \(drainedErrors().text)")
    }
  }

  private func verify() throws(TLSFault) {
    if policy.verification == .none { return }
    unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
    switch policy.verification {
    case .none: return
    case .full: try trust()
    case .pin: unsafe pinned.decide(for: handle)
    case .dane:
      if unsafe SSL_CTX_dane_enable(handle) == 1 { return }
      throw .setup("this OpenSSL has no DANE: \(drainedErrors().text)")
    }
  }

  private func trust() throws(TLSFault) {
    // An intermediate in the store is meant as a trust anchor.
    unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(handle), UInt(X509_V_FLAG_PARTIAL_CHAIN))
    guard let file = policy.authorityFile else { return try trustSystem() }
    guard unsafe SSL_CTX_load_verify_file(handle, file) == 1 else {
      throw .setup("no certificates to trust in \(file): \(drainedErrors().text)")
    }
  }

  private func trustSystem() throws(TLSFault) {
    guard unsafe SSL_CTX_set_default_verify_paths(handle) == 1 else {
      throw .setup("the system's trusted certificates cannot be read: \(drainedErrors().text)")
    }
  }
}

/// Keys that decide alone whether a server is the right one.
@safe private final class PinnedKeys: Sendable {
  private let pins: Set<KeyPin>

  init(_ pins: [KeyPin]) { self.pins = Set(pins) }

  /// - Parameter context: must not outlive this value.
  func decide(for context: OpaquePointer) {
    let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe SSL_CTX_set_cert_verify_callback(
      context,
      { verification, pointer in
        guard let verification = unsafe verification, let pointer = unsafe pointer else { return 0 }
        return unsafe Unmanaged<PinnedKeys>.fromOpaque(pointer).takeUnretainedValue().decide(verification) ? 1 : 0
      }, pointer)
  }

  func admits(_ leaf: OpaquePointer) -> Bool { unsafe pins.contains(KeyPin(publicKey: publicKey(of: leaf))) }

  private func decide(_ verification: OpaquePointer) -> Bool {
    unsafe copenssl_keep_leaf(verification)
    let isPinned = unsafe X509_STORE_CTX_get0_cert(verification).map { unsafe admits($0) } ?? false
    unsafe X509_STORE_CTX_set_error(verification, isPinned ? X509_V_OK : X509_V_ERR_CERT_REJECTED)
    return isPinned
  }
}

extension TLSVersion {
  /// The version as in a record (RFC 8446 section 4.1.2 and appendix D).
  var wireNumber: Int32 {
    switch self {
    case .tls10: TLS1_VERSION
    case .tls11: TLS1_1_VERSION
    case .tls12: TLS1_2_VERSION
    case .tls13: TLS1_3_VERSION
    }
  }

  init?(wireNumber: Int32) {
    guard let version = TLSVersion.allCases.first(where: { $0.wireNumber == wireNumber }) else { return nil }
    self = version
  }
}
