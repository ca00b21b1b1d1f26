import Base

/// The last check before the wire: what may be between the angle brackets of MAIL and RCPT.
///
/// Addresses are validated where they come in; this refuses whatever could end the command early or begin
/// another one, whatever the caller checked.
package enum SMTPPath {
  /// What is wrong with `address` as a mailbox; nil where nothing is.
  package static func fault(in address: String) -> DeliveryFault? {
    let bytes = Array(address.utf8)
    if bytes.contains(where: { $0 < 32 || $0 == 127 }) { return unfit(address, "contains a control character") }
    if bytes.contains(where: { $0 > 127 }) { return .extensionMissing("SMTPUTF8") }
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return unfit(address, "has no @") }
    let local = bytes[..<at]
    let domain = bytes[(at + 1)...]
    // RFC 5321 section 4.5.3.1.
    if local.count > 64 || bytes.count > 254 { return unfit(address, "is too long") }
    if !isDotString(local) && !isQuotedString(local) { return unfit(address, "has an invalid part before the @") }
    if !isDomain(domain) { return unfit(address, "has an invalid domain") }
    return nil
  }

  private static func unfit(_ address: String, _ reason: String) -> DeliveryFault {
    .document(detail: "the address \"\(address.onOneLine(limit: 100))\" \(reason) and was not given to the server")
  }

  private static func isDotString(_ text: ArraySlice<UInt8>) -> Bool {
    let atoms = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let special = Array("!#$%&'*+-/=?^_`{|}~".utf8)
    return atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy { isAlphanumeric($0) || special.contains($0) } }
  }

  private static func isQuotedString(_ text: ArraySlice<UInt8>) -> Bool {
    let quote = UInt8(ascii: "\"")
    guard text.count >= 2, text.first == quote, text.last == quote else { return false }
    var rest = text.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      if byte == quote { return false }
      if byte == UInt8(ascii: "\\") && rest.popFirst() == nil { return false }
    }
    return true
  }

  private static func isDomain(_ text: ArraySlice<UInt8>) -> Bool {
    if text.first == UInt8(ascii: "[") && text.last == UInt8(ascii: "]") {
      let marks = Array(".:-".utf8)
      return text.count > 2 && text.dropFirst().dropLast().allSatisfy { isAlphanumeric($0) || marks.contains($0) }
    }
    let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return !text.isEmpty && labels.allSatisfy { isLabel($0, underscores: true) }
  }
}

/// The name by which we greet.
package enum SMTPHelloName {
  /// `name` where it is a full host name, else the address literal of our end of the connection (RFC 5321
  /// section 4.1.3): servers refuse names without a dot, and device names are seldom registered.
  ///
  /// - Parameter address: numeric, without port; a zone ("%eth0") is dropped.
  package static func choose(_ name: String, address: String) -> String {
    let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
    return isHostName(bare) ? bare : literal(address)
  }

  static func literal(_ address: String) -> String {
    let bare = address.split(separator: "%").first.map(String.init) ?? address
    if !bare.contains(":") { return "[\(bare)]" }
    let mapped = "::ffff:"
    if bare.lowercased().hasPrefix(mapped), bare.contains(".") { return "[\(bare.dropFirst(mapped.count))]" }
    return "[IPv6:\(bare)]"
  }

  private static func isHostName(_ name: String) -> Bool {
    let labels = Array(name.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isNumeric = labels.last.map { $0.allSatisfy { (48...57).contains($0) } } ?? true
    return labels.count >= 2 && name.utf8.count <= 253 && !isNumeric
      && labels.allSatisfy { isLabel($0, underscores: false) }
  }
}

private func isLabel(_ label: ArraySlice<UInt8>, underscores: Bool) -> Bool {
  let hyphen = UInt8(ascii: "-")
  return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
    && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen || underscores && $0 == UInt8(ascii: "_") }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}
