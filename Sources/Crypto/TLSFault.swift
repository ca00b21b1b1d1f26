/// Why a TLS connection could not be had, or ended badly.
package enum TLSFault: Error, Sendable, Equatable {
  /// The peer's highest version is below the floor (alert 70, or no common version).
  case belowFloor(floor: TLSVersion)
  /// The certificate is for other names.
  case wrongName(expected: String, names: [String])
  case expired(subject: String, notAfter: String)
  case notYetValid(subject: String, notBefore: String)
  /// No trusted root at the end of the chain; `selfSigned` when the leaf signed itself.
  case unknownAuthority(issuer: String, selfSigned: Bool)
  /// The server sends nothing that leads from its own certificate to its issuer, which publishes its certificate at
  /// `location`, as authorities that stand between a root and servers do.
  case missingIntermediate(issuer: String, location: String)
  case revoked(subject: String)
  /// The server's key is not pinned; this is its digest.
  case unpinned(found: KeyPin)
  case dane(DANEFault)
  /// Any other verdict on the certificate, in OpenSSL's words.
  case certificate(String)
  /// What the peer sent is not TLS: a plain-text port, most often.
  case notTLS(received: String)
  /// The server requires a client certificate, and none is configured.
  case ownCertificateDemanded
  /// The peer does not take the certificate of ours; its alert by name, and what we showed. In TLS 1.3 it comes only
  /// when the handshake is done, at the first read (RFC 8446 section 4.4.2.4).
  case ownCertificateRefused(alert: String, subject: String, notAfter: String)
  /// Our own certificate or its key cannot be used; says which file, and why.
  case ownCertificate(String)
  /// The peer sent a fatal alert; its name (RFC 8446 section 6).
  case alert(String)
  /// The peer closed without close_notify while more was due.
  case truncated
  /// Our own side: the trust store or a file could not be read.
  case setup(String)
  case other(String)
}

/// Why the names of a zone do not vouch for a server. `name` is the one that was asked for.
package enum DANEFault: Error, Sendable, Equatable {
  /// The answer is not signed, so it proves nothing.
  case unsigned(name: String)
  /// DNSSEC validation failed: the answer was changed on its way, or the zone is signed wrongly.
  case bogus(name: String, detail: String)
  /// The zone is signed, and says nothing of this server.
  case noRecord(name: String)
  /// There are records, none of a kind that counts for mail (RFC 7672 section 3.1).
  case unusable(name: String)
  case noAnswer(name: String, detail: String)
  /// The server's certificates fit none of the records.
  case mismatch
  /// What validates answers is not there.
  case noValidator(detail: String)
}
