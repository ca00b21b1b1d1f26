import Base
import COpenSSL
import Glibc

/// A session as OpenSSL has it, with the certificates that the server showed when it began.
@safe final class StoredSession: @unchecked Sendable {
  // @unchecked Sendable because OpenSSL counts references under a lock, and nothing changes a session that is kept.
  private let session: OpaquePointer
  private let chain: OpaquePointer?
  /// What the server asked for when the session began: it does not ask again.
  let asksForCertificate: Bool

  /// RFC 8446 section 4.6.1.
  private static let longestLife = 7 * 24 * 3600

  /// - Parameters:
  ///   - session: a reference that this value takes over.
  ///   - connection: the one that it came on.
  init(adopting session: OpaquePointer, of connection: OpaquePointer, asksForCertificate: Bool) {
    unsafe self.session = session
    unsafe chain = SSL_get_peer_cert_chain(connection).flatMap { unsafe X509_chain_up_ref($0) }
    self.asksForCertificate = asksForCertificate
  }

  deinit {
    unsafe SSL_SESSION_free(session)
    unsafe copenssl_free_chain(chain)
  }

  var isForOnce: Bool { unsafe SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION }

  /// How long the server, or OpenSSL, would have it used. Before TLS 1.3 a ticket's 0 is no limit (RFC 5077 section
  /// 3.3), and a session without a ticket has none.
  var life: Duration {
    let hint = unsafe Int(clamping: SSL_SESSION_get_ticket_lifetime_hint(session))
    let limit = hint == 0 && !isForOnce ? Self.longestLife : hint
    return .seconds(min(unsafe SSL_SESSION_get_timeout(session), limit))
  }

  /// Has `connection` ask the server to go on with this session; false where it must not.
  func resume(on connection: OpaquePointer, in context: TLSContext, at date: WallTime) -> Bool {
    defer { _ = drainedErrors() }
    var date = time_t(date.seconds)
    guard unsafe SSL_SESSION_is_resumable(session) == 1, let leaf = unsafe SSL_SESSION_get0_peer(session),
      unsafe X509_cmp_time(X509_get0_notAfter(leaf), &date) > 0,
      unsafe context.vouches(for: leaf, chain, on: connection, at: date)
    else { return false }
    return unsafe SSL_set_session(connection, session) == 1
  }
}

/// Between a connection and the store: what it is offered, and where the sessions go that it brings.
@safe final class SessionKeeper {
  private let store: TLSSessionStore
  private let key: TLSSessionKey
  private let request: CertificateRequest
  /// The session that the server is asked to go on with.
  private let offered: StoredSession?

  /// - Parameter connection: must not go on after this value.
  init(
    _ store: TLSSessionStore, _ key: TLSSessionKey, _ request: CertificateRequest, on connection: OpaquePointer,
    in context: TLSContext
  ) {
    self.store = store
    self.key = key
    self.request = request
    let found = store.take(key)
    let isGood = unsafe found?.resume(on: connection, in: context, at: store.date) ?? false
    if !isGood { store.drop(key) }
    offered = isGood ? found : nil
    unsafe SSL_set_ex_data(connection, Self.place, Unmanaged.passUnretained(self).toOpaque())
  }

  /// OpenSSL leaves it to applications (SSL_set_app_data).
  private static let place: Int32 = 0

  var offersSession: Bool { offered != nil }

  /// When the session began that is offered.
  var askedForCertificate: Bool { offered?.asksForCertificate ?? false }

  func drop() { store.drop(key) }

  /// Has the connections of `context` hand over what servers give; those without a keeper leave it.
  static func collect(from context: OpaquePointer) {
    unsafe copenssl_hand_out_sessions(context)
    unsafe SSL_CTX_sess_set_new_cb(context) { connection, session in
      guard let connection = unsafe connection, let session = unsafe session,
        let pointer = unsafe SSL_get_ex_data(connection, SessionKeeper.place)
      else { return 0 }
      unsafe Unmanaged<SessionKeeper>.fromOpaque(pointer).takeUnretainedValue().keep(session, of: connection)
      return 1
    }
  }

  private func keep(_ session: OpaquePointer, of connection: OpaquePointer) {
    let asked = unsafe SSL_session_reused(connection) == 1 ? askedForCertificate : request.isSpoken
    store.add(unsafe StoredSession(adopting: session, of: connection, asksForCertificate: asked), for: key)
  }
}
