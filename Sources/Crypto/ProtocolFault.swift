import Base
import COpenSSL

/// The fault behind OpenSSL's reasons, where the certificate is not it.
///
/// - Parameters:
///   - opening: the first bytes received; empty once the handshake is done.
///   - identity: what we show to a server that asks.
func protocolFault(
  _ errors: OpenSSLErrors, opening: [UInt8], floor: TLSVersion, identity: TLSIdentity?
) -> TLSFault {
  let reasons = errors.tlsReasons
  if !looksLikeTLS(opening) { return .notTLS(received: printable(opening)) }
  if reasons.contains(where: saysTooOld) { return .belowFloor(floor: floor) }
  if let identity, let alert = reasons.first(where: isAboutOwnCertificate).flatMap(alertName) {
    return .ownCertificateRefused(alert: alert, subject: identity.subject, notAfter: identity.notAfter)
  }
  if reasons.contains(SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED) { return .ownCertificateDemanded }
  if let alert = reasons.lazy.compactMap(alertName).first { return .alert(alert) }
  if reasons.contains(SSL_R_UNEXPECTED_EOF_WHILE_READING) { return .truncated }
  return .other(errors.text)
}

/// No common version: the peer's alert, or our own verdict on what it chose.
private func saysTooOld(_ reason: Int32) -> Bool {
  let tooOld = [
    SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_NO_PROTOCOLS_AVAILABLE,
    SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW, SSL_R_WRONG_VERSION_NUMBER,
  ]
  return tooOld.contains(reason)
}

/// The peer's verdict on what we showed (RFC 8446 section 6.2).
private func isAboutOwnCertificate(_ reason: Int32) -> Bool {
  let verdicts = [
    SSL_AD_BAD_CERTIFICATE, SSL_AD_UNSUPPORTED_CERTIFICATE, SSL_AD_CERTIFICATE_REVOKED, SSL_AD_CERTIFICATE_EXPIRED,
    SSL_AD_CERTIFICATE_UNKNOWN, SSL_AD_UNKNOWN_CA, SSL_AD_ACCESS_DENIED, SSL_AD_DECRYPT_ERROR,
    SSL_AD_CERTIFICATE_REQUIRED,
  ]
  return verdicts.contains(reason - SSL_AD_REASON_OFFSET)
}

/// The peer's alert by its name in RFC 8446 section 6, if the reason is one.
private func alertName(_ reason: Int32) -> String? {
  let number = reason - SSL_AD_REASON_OFFSET
  guard (0...255).contains(number), let words = unsafe SSL_alert_desc_string_long(number) else { return nil }
  let name = unsafe String(cString: words).lowercased()
  return name == "unknown" ? "alert \(number)" : String(name.map { $0 == " " ? "_" : $0 })
}

/// Whether a first record of TLS, or nothing at all, was received: a type of 20 to 24, then version 3.x
/// (RFC 8446 section 5.1).
func looksLikeTLS(_ opening: [UInt8]) -> Bool {
  guard let type = opening.first else { return true }
  return (20...24).contains(type) && (opening.count < 2 || opening[1] == 3)
}

/// The first line received, as text on one line.
func printable(_ opening: [UInt8]) -> String {
  let line = opening.prefix { $0 != 13 && $0 != 10 }
  return String(decoding: line, as: UTF8.self).onOneLine(limit: 120)
}
