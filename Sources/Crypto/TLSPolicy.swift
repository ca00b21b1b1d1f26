/// A version of TLS, oldest first.
package enum TLSVersion: String, Sendable, Comparable, CaseIterable {
  case tls10 = "1.0"
  case tls11 = "1.1"
  case tls12 = "1.2"
  case tls13 = "1.3"

  package static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.rawValue < right.rawValue }
}

/// What a TLS connection must be like. Nothing weakens it: not a server, not a retry, not a fallback.
package struct TLSPolicy: Sendable, Hashable {
  package enum Verification: String, Sendable, Hashable {
    /// The chain leads to a trusted root, the name matches, the dates hold.
    case full
    /// The server's own key is one of ``TLSPolicy/pins``, and that alone decides: authorities, name and dates do not
    /// count.
    case pin
    /// What a signed zone says of the server's key decides (RFC 7672): see ``TLSARecord``.
    case dane
    /// Nothing is checked. Forbids AUTH; said loudly wherever it is shown.
    case none
  }

  /// The oldest version that is spoken. Below 1.2 the security level is lowered for that connection only.
  package var floor: TLSVersion
  package var verification: Verification
  /// With ``Verification/pin``: the keys that will do. Two or more, so that a server may change over to the next.
  package var pins: [KeyPin]
  /// A file of PEM roots that replaces the system's trust store.
  package var authorityFile: String?
  /// The name the certificate must carry and that is sent as SNI, in place of the host connected to.
  package var serverName: String?

  package init(
    floor: TLSVersion = .tls12, verification: Verification = .full, pins: [KeyPin] = [],
    authorityFile: String? = nil, serverName: String? = nil
  ) {
    self.floor = floor
    self.verification = verification
    self.pins = pins
    self.authorityFile = authorityFile
    self.serverName = serverName
  }
}
