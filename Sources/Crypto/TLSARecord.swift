/// What a zone says of a server's certificate (RFC 6698 section 2.1). It proves something only where the answer was
/// validated.
package struct TLSARecord: Sendable, Hashable {
  /// 2: an authority in the server's chain; 3: the server's own certificate. 0 and 1 do not count for mail
  /// (RFC 7672 section 3.1.3).
  package let usage: UInt8
  /// 0: the whole certificate; 1: its public key.
  package let selector: UInt8
  /// 0: the thing itself; 1: its SHA-256; 2: its SHA-512.
  package let matching: UInt8
  package let data: [UInt8]

  /// - Parameter wire: the record's data as in the answer; nil if it is too short.
  package init?(wire: [UInt8]) {
    guard wire.count > 3 else { return nil }
    (usage, selector, matching, data) = (wire[0], wire[1], wire[2], Array(wire[3...]))
  }

  var countsForMail: Bool { usage == 2 || usage == 3 }
}
