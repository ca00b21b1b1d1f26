/// A version of TLS, oldest first.
package enum TLSVersion: String, Sendable, Comparable, Codable, CaseIterable {
  case tls10 = "1.0"
  case tls11 = "1.1"
  case tls12 = "1.2"
  case tls13 = "1.3"

  package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

/// What a TLS connection must be like. Nothing weakens it: not a server, not a retry, not a fallback.
package struct TLSPolicy: Sendable, Hashable {
  package enum Verification: String, Sendable, Hashable, Codable {
    /// The chain leads to a trusted root, the name matches, the dates hold.
    case full
    /// Nothing is checked. Forbids AUTH; said loudly wherever it is shown.
    case none
  }

  /// The oldest version that is spoken. Below 1.2 the security level is lowered for that connection only.
  package var floor: TLSVersion
  package var verification: Verification
  /// A file of PEM roots that replaces the system's trust store.
  package var authorityFile: String?
  /// The name the certificate must carry and that is sent as SNI, in place of the host connected to.
  package var serverName: String?

  package init(
    floor: TLSVersion = .tls12, verification: Verification = .full, authorityFile: String? = nil,
    serverName: String? = nil
  ) {
    self.floor = floor
    self.verification = verification
    self.authorityFile = authorityFile
    self.serverName = serverName
  }
}

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
  case revoked(subject: String)
  /// Any other verdict on the certificate, in OpenSSL's words.
  case certificate(String)
  /// What the peer sent is not TLS: a plain-text port, most often.
  case notTLS(received: String)
  /// The peer sent a fatal alert; its name (RFC 8446 section 6).
  case alert(String)
  /// The peer closed without close_notify while more was due.
  case truncated
  /// Our own side: the trust store or a file could not be read.
  case setup(String)
  case other(String)
}
