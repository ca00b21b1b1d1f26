import Mail

/// The input is what somebody typed.
enum AddressesDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: input, as: UTF8.self)
    try enterAddress(text)
    try enterMailbox(text)
  }

  private static func enterAddress(_ text: String) throws(BrokenPromise) {
    let address: EmailAddress
    do throws(AddressError) {
      address = try EmailAddress(text)
    } catch {
      return try promise(isOneLine(error.description), "an error over lines: \(error.description.debugDescription)")
    }
    try check(address)
  }

  private static func check(_ address: EmailAddress) throws(BrokenPromise) {
    let isPrintable = address.text.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
    try promise(isPrintable && address.text.utf8.count <= 254, "an address of \(address.text.debugDescription)")
    let fault = SMTPPath.fault(in: address.text)
    try promise(fault == nil, "the session refuses \(address.text.debugDescription): \(fault.debugDescription)")
    let again = try must("not readable again") { () throws(AddressError) in try EmailAddress(address.text) }
    try promise(again.text == address.text, "read again \(address.text.debugDescription) is another")
  }

  private static func enterMailbox(_ text: String) throws(BrokenPromise) {
    guard let mailbox = try? Mailbox(parsing: text) else { return }
    try check(mailbox.address)
    let header = try must("what was read cannot be written") { () throws(MessageError) in try mailbox.headerText }
    let lines = header.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    try promise(
      lines.dropFirst().allSatisfy { $0.hasPrefix(" ") }, "a fold without a space: \(header.debugDescription)")
    try promise(lines.allSatisfy { isOneLine($0) && $0.utf8.allSatisfy { $0 < 128 } }, header.debugDescription)
    try promise(lines.allSatisfy { $0.utf8.count <= 998 }, "a line that is too long: \(header.debugDescription)")
    try checkRoundTrip(mailbox, lines.joined())
  }

  private static func checkRoundTrip(_ mailbox: Mailbox, _ header: String) throws(BrokenPromise) {
    guard let again = try? Mailbox(parsing: header) else {
      throw BrokenPromise(description: "not readable again: \(header.debugDescription)")
    }
    try promise(again.address == mailbox.address, "another address is in \(header.debugDescription)")
    let name = again.name.map { MailReader.decoded($0) } ?? ""
    let same = Array(name.utf8) == Array((mailbox.name ?? "").utf8)
    try promise(same, "\(mailbox.name.debugDescription) is read as \(name.debugDescription)")
  }
}
