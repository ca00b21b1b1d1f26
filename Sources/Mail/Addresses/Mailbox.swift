/// Who a message is from or to: an address and, perhaps, the name people read.
///
/// The name may be any text; what a header must not contain is refused when the header is written.
package struct Mailbox: Sendable, Hashable {
  package var name: String?
  package var address: EmailAddress

  package init(name: String? = nil, address: EmailAddress) {
    self.name = name
    self.address = address
  }

  /// Reads `Ann Example <ann@example.com>`, `"Example, Ann" <ann@example.com>`, `<ann@example.com>` or the bare address.
  package init(parsing text: String) throws(AddressError) {
    func refuse(_ problem: AddressError.Problem) -> AddressError { AddressError(text, problem) }

    if let control = text.firstControl { throw refuse(.controlCharacter(control)) }
    let trimmed = text.trimmingSpaces
    if trimmed.isEmpty { throw refuse(.empty) }
    guard let open = try Self.openingBracket(trimmed) else {
      self.init(address: try EmailAddress(trimmed))
      return
    }
    guard trimmed.hasSuffix(">") else { throw refuse(.angleBrackets) }
    let address = try EmailAddress(String(trimmed[trimmed.index(after: open)...].dropLast()))
    let name = Self.unquoted(trimmed[..<open])
    self.init(name: name.isEmpty ? nil : name, address: address)
  }

  /// The first "<" outside quotation marks; nil if none.
  private static func openingBracket(_ text: String) throws(AddressError) -> String.Index? {
    var isQuoted = false
    var isEscaped = false
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      if scalar == "<", !isQuoted { return index }
      if scalar == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && scalar == "\\" && !isEscaped
    }
    if isQuoted { throw AddressError(text, .openQuote) }
    return nil
  }

  /// The name without the quotation marks around the whole of it; marks inside an unquoted name stay.
  private static func unquoted(_ text: Substring) -> String {
    let name = String(text).trimmingSpaces
    guard let value = try? AddressGrammar.unquoted(Array(name.utf8)), name.utf8.first == UInt8(ascii: "\"") else {
      return name
    }
    return String(decoding: value, as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    let inner = utf8.drop { $0 == UInt8(ascii: " ") }
    let end = inner.lastIndex { $0 != UInt8(ascii: " ") }.map(inner.index(after:)) ?? inner.startIndex
    return String(self[inner.startIndex..<end])
  }
}
