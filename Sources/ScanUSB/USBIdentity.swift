import Base

/// What a USB scanner is known by from one plugging in to the next: vendor, product, and its serial number,
/// or, where it has none, the port it hangs on.
package struct USBIdentity: Hashable, Sendable, CustomStringConvertible {
  package let vendor: UInt16
  package let product: UInt16
  /// The serial number, or a port path such as `1-2.4`.
  package let place: String

  package init(vendor: UInt16, product: UInt16, place: String) {
    self.vendor = vendor
    self.product = product
    self.place = place
  }

  /// Reads `usb:VID:PID:serial` or `usb:VID:PID:port-path`, the numbers as four hexadecimal digits; a serial
  /// number may hold colons. Nil for anything else.
  package init?(parsing text: String) {
    let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "usb", let vendor = fourDigits(parts[1]), let product = fourDigits(parts[2]),
      !parts[3].isEmpty, !parts[3].unicodeScalars.contains(where: { $0.value < 32 })
    else { return nil }
    self.init(vendor: vendor, product: product, place: String(parts[3]))
  }

  package var description: String { "usb:\(hexadecimal(vendor)):\(hexadecimal(product)):\(place)" }
}

private func fourDigits(_ text: Substring) -> UInt16? {
  guard text.utf8.count == 4, !text.hasPrefix("+"), !text.hasPrefix("-") else { return nil }
  return UInt16(text, radix: 16)
}

private func hexadecimal(_ number: UInt16) -> String {
  Base.hexadecimal([UInt8(number >> 8), UInt8(number & 255)])
}
