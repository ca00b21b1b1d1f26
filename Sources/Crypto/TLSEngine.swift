package import Base
import COpenSSL
import Glibc

/// What came of a read.
package enum TLSRead: Sendable, Equatable {
  case bytes(Int)
  /// Nothing until more of the peer's bytes are received.
  case needsMore
  /// The peer said that nothing more comes (close_notify).
  case closed
}

/// What a handshake agreed on.
package struct TLSSession: Sendable, Hashable {
  package let version: TLSVersion
  /// The cipher suite, by OpenSSL's name.
  package let cipher: String
  /// The names of the server's certificate, where none of them is the one that was expected and something else than
  /// the name decided.
  package let strayNames: [String]?
  /// The server asked for a certificate of ours, and was shown it where there is one.
  package let asksForCertificate: Bool
  /// Went on with the session of an earlier connection.
  package let isResumed: Bool
}

/// The client's side of one TLS connection, without a socket: the peer's bytes are received, ours are
/// taken out, and after each call, also one that threw, what is outgoing must be sent.
///
/// A fault is final: every later call throws the same one.
@safe package struct TLSEngine: ~Copyable, @unchecked Sendable {
  // @unchecked Sendable because the handle has one owner, this value, and every use of it is mutating.
  private let connection: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OutgoingRecords
  private let context: TLSContext
  private let expectedName: String
  /// That certificates are judged by.
  private let date: WallTime
  private let request: CertificateRequest
  private let keeper: SessionKeeper?
  private var ended = false
  private var failure: TLSFault?
  /// The first bytes received, to tell a plain-text port by what it says.
  private var opening: [UInt8] = []
  /// What the handshake agreed on, once it is done.
  package private(set) var session: TLSSession?

  /// Enough of a plain-text greeting to recognise it.
  private static let openingLimit = 200

  /// - Parameters:
  ///   - host: the name or address that is connected to; `policy.serverName` goes before it.
  ///   - records: what a signed zone says of the host; where the policy verifies by that.
  ///   - port: tells servers of one host apart.
  ///   - sessions: where sessions of connections like this one are; nil for a full handshake each time.
  ///   - date: that certificates are judged by.
  package init(
    _ context: TLSContext, host: String, port: Int = 0, records: [TLSARecord] = [], sessions: TLSSessionStore? = nil,
    at date: WallTime
  ) throws(TLSFault) {
    let name = bareName(context.policy.serverName ?? host)
    let outgoing = OutgoingRecords()
    let handles = try unsafe openedConnection(context, expecting: name, records, into: outgoing)
    unsafe X509_VERIFY_PARAM_set_time(SSL_get0_param(handles.connection), time_t(date.seconds))
    unsafe connection = handles.connection
    unsafe incoming = handles.incoming
    self.outgoing = outgoing
    self.context = context
    expectedName = name
    self.date = date
    let request = CertificateRequest()
    unsafe request.listen(on: connection)
    self.request = request
    let key = TLSSessionKey(
      host: bareName(host), port: port, policy: context.policy, identity: context.identity?.digest,
      records: Set(records))
    keeper = sessions.map { unsafe SessionKeeper($0, key, request, on: handles.connection, in: context) }
  }

  deinit {
    if session == nil { keeper?.drop() }
    unsafe SSL_free(connection)
  }

  /// The server is asked to go on with an earlier session. It may refuse that, and then all is as without.
  package var offersSession: Bool { keeper?.offersSession ?? false }

  // MARK: The peer's bytes and ours

  /// Takes in what came from the peer.
  package mutating func receive(_ ciphertext: UnsafeRawBufferPointer) {
    guard let start = ciphertext.baseAddress, unsafe !ciphertext.isEmpty else { return }
    if session == nil {
      let wanted = Self.openingLimit - opening.count
      unsafe opening.append(contentsOf: ciphertext.prefix(wanted))
    }
    var taken = 0
    // A memory BIO takes everything; it fails only where an allocation would.
    let succeeded = unsafe BIO_write_ex(incoming, start, ciphertext.count, &taken)
    precondition(succeeded == 1 && taken == ciphertext.count, "out of memory for what the peer sent")
  }

  /// Says that the peer's bytes have ended: whatever still needs some is ``TLSFault/truncated``.
  package mutating func receiveEnd() { ended = true }

  /// Ciphertext to send to the peer now.
  package mutating func takeOutgoing() -> [UInt8] { outgoing.take() }

  // MARK: The connection

  /// Goes on with the handshake; true once it is done, false while more of the peer's bytes are needed.
  package mutating func handshake() throws(TLSFault) -> Bool {
    try rethrowFailure()
    if session != nil { return true }
    ERR_clear_error()
    let result = unsafe SSL_do_handshake(connection)
    if result != 1 {
      guard try outcome(of: result) == .needsMore else { throw fail(.truncated) }
      return false
    }
    session = try establishedSession()
    opening = []
    return true
  }

  private mutating func establishedSession() throws(TLSFault) -> TLSSession {
    guard let version = unsafe TLSVersion(wireNumber: SSL_version(connection)) else {
      throw fail(.other("a version of TLS that is not known was agreed on"))
    }
    let cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(connection))
    return TLSSession(
      version: version, cipher: unsafe cipher.map { unsafe String(cString: $0) } ?? "", strayNames: strayNames,
      asksForCertificate: asksForCertificate, isResumed: isResumed)
  }

  private var isResumed: Bool { unsafe SSL_session_reused(connection) == 1 }

  /// Who we are was settled when a session began that is gone on with.
  private var asksForCertificate: Bool { isResumed ? keeper?.askedForCertificate ?? false : request.isSpoken }

  private var strayNames: [String]? {
    if context.policy.verification == .full { return nil }
    return unsafe CertificateChain(leaf: SSL_get0_peer_certificate(connection)).names(otherThan: expectedName)
  }

  /// Reads plaintext; the handshake must be done.
  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TLSFault) -> TLSRead {
    try requireSession()
    if unsafe buffer.isEmpty { return .bytes(0) }
    ERR_clear_error()
    var count = 0
    let result = unsafe SSL_read_ex(connection, buffer.baseAddress, buffer.count, &count)
    return result == 1 ? .bytes(count) : try outcome(of: result)
  }

  /// Turns all of `plaintext` into records, of 16 KiB but for the last; the handshake must be done.
  ///
  /// The records wait in memory until they are taken out: large content is to be written piece by piece.
  package mutating func write(_ plaintext: UnsafeRawBufferPointer) throws(TLSFault) {
    try requireSession()
    if unsafe plaintext.isEmpty { return }
    ERR_clear_error()
    var count = 0
    let result = unsafe SSL_write_ex(connection, plaintext.baseAddress, plaintext.count, &count)
    if result == 1 { return }
    _ = try outcome(of: result)
    throw fail(.other("the connection takes no more bytes"))
  }

  /// Says that nothing more comes from us (close_notify); reading on is possible.
  package mutating func close() {
    guard failure == nil, session != nil else { return }
    unsafe SSL_shutdown(connection)
    _ = drainedErrors()
  }

  // MARK: Faults

  private func rethrowFailure() throws(TLSFault) {
    if let failure { throw failure }
  }

  private func requireSession() throws(TLSFault) {
    try rethrowFailure()
    if session == nil { throw .other("the TLS handshake is not done") }
  }

  private mutating func fail(_ fault: TLSFault) -> TLSFault {
    failure = fault
    keeper?.drop()
    return fault
  }

  /// What a call that did not succeed means: waiting, the peer's end, or a fault.
  private mutating func outcome(of result: Int32) throws(TLSFault) -> TLSRead {
    let kind = unsafe SSL_get_error(connection, result)
    let errors = drainedErrors()
    switch kind {
    case SSL_ERROR_WANT_READ where !ended: return .needsMore
    case SSL_ERROR_WANT_READ: throw fail(faultAtEnd)
    case SSL_ERROR_ZERO_RETURN: return .closed
    default: throw fail(fault(for: errors))
    }
  }

  private var faultAtEnd: TLSFault { looksLikeTLS(opening) ? .truncated : .notTLS(received: printable(opening)) }

  private func fault(for errors: OpenSSLErrors) -> TLSFault {
    let verdict = unsafe Int32(SSL_get_verify_result(connection))
    if verdict != X509_V_OK, errors.tlsReasons.contains(SSL_R_CERTIFICATE_VERIFY_FAILED) {
      let chain = unsafe CertificateChain(SSL_get0_verified_chain(connection))
      return verdictOnCertificate(chain.fault(verdict: verdict, expected: expectedName, at: date), chain)
    }
    let fault = protocolFault(
      errors, opening: session == nil ? opening : [], floor: context.policy.floor,
      identity: asksForCertificate ? context.identity : nil)
    // Before TLS 1.3 no alert says that a certificate is missing (RFC 5246 section 7.4.6).
    let isAboutNone = asksForCertificate && context.identity == nil && fault == .alert("handshake_failure")
    return isAboutNone ? .ownCertificateDemanded : fault
  }

  /// What authorities mean depends on what decides.
  private func verdictOnCertificate(_ fault: TLSFault, _ chain: CertificateChain) -> TLSFault {
    switch (context.policy.verification, fault) {
    case (.pin, _): chain.leafKey.map { .unpinned(found: $0) } ?? fault
    case (.dane, .unknownAuthority), (.dane, .missingIntermediate): .dane(.mismatch)
    default: fault
    }
  }
}

/// Whether the server asked for a client certificate.
@safe final class CertificateRequest {
  private(set) var isSpoken = false

  /// - Parameter connection: must not go on after this value.
  func listen(on connection: OpaquePointer) {
    unsafe SSL_set_cert_cb(
      connection,
      { _, pointer in
        if let pointer = unsafe pointer {
          unsafe Unmanaged<CertificateRequest>.fromOpaque(pointer).takeUnretainedValue().isSpoken = true
        }
        return 1
      }, Unmanaged.passUnretained(self).toOpaque())
  }
}

/// A host as certificates and SNI have it: no trailing dot, no brackets or zone around an IPv6 address.
private func bareName(_ host: String) -> String {
  var name = host[...]
  if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
  if name.contains(":"), let zone = name.firstIndex(of: "%") { name = name[..<zone] }
  if name.hasSuffix(".") { name.removeLast() }
  return String(name)
}

/// A connection on two memory BIOs, which it owns.
private func openedConnection(
  _ context: TLSContext, expecting name: String, _ records: [TLSARecord], into output: OutgoingRecords
) throws(TLSFault) -> (connection: OpaquePointer, incoming: OpaquePointer) {
  ERR_clear_error()
  guard let connection = unsafe SSL_new(context.handle) else {
    throw .setup("OpenSSL cannot start a connection: \(drainedErrors().text)")
  }
  guard let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe output.stream() else {
    unsafe SSL_free(connection)
    throw .setup("OpenSSL has no memory for a connection")
  }
  unsafe SSL_set_bio(connection, incoming, outgoing)
  unsafe SSL_set_connect_state(connection)
  guard unsafe expectName(name, on: connection) else {
    unsafe SSL_free(connection)
    throw .setup("\(name.onOneLine()) cannot be the name of a server")
  }
  if context.policy.verification == .dane, unsafe !expect(records, of: name, on: connection) {
    unsafe SSL_free(connection)
    throw .dane(.unusable(name: name))
  }
  return unsafe (connection, incoming)
}

/// Has the certificate checked for the name or address, and sends a name (never an address) as SNI.
private func expectName(_ name: String, on connection: OpaquePointer) -> Bool {
  // A text that is not an address leaves an error in OpenSSL's queue.
  defer { _ = drainedErrors() }
  // An empty name would switch the check off.
  if name.isEmpty { return false }
  let parameters = unsafe SSL_get0_param(connection)
  if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return true }
  unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
  return unsafe X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1
    && copenssl_set_server_name(connection, name) == 1
}

/// Has the certificate checked against what a signed zone says; false where that says nothing that counts.
private func expect(_ records: [TLSARecord], of name: String, on connection: OpaquePointer) -> Bool {
  defer { _ = drainedErrors() }
  guard unsafe SSL_dane_enable(connection, name) == 1 else { return false }
  // The record binds the key to the name already (RFC 7672 section 3.1.1).
  unsafe SSL_dane_set_flags(connection, UInt(DANE_FLAG_NO_DANE_EE_NAMECHECKS))
  let usable = records.filter(\.countsForMail).filter { record in
    unsafe SSL_dane_tlsa_add(
      connection, record.usage, record.selector, record.matching, record.data, record.data.count) == 1
  }
  return !usable.isEmpty
}
