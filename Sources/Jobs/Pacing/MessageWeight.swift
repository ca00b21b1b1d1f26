/// How many bytes a message has on the wire, reckoned before it is made.
package struct MessageWeight: Sendable, Equatable {
  /// How files travel.
  package enum Transfer: String, Sendable {
    /// Lines of 76 characters (RFC 2045 section 6.8).
    case base64
    /// As they are (RFC 3030).
    case binary
  }

  package let transfer: Transfer
  /// Everything that is no file: headers, text, boundaries.
  package let envelope: Int

  /// What stands around each file: a boundary and its part's headers, the name of at most 255 bytes encoded, twice.
  package static let perFile = 2500

  package init(transfer: Transfer = .base64, envelope: Int) {
    self.transfer = transfer
    self.envelope = envelope
  }

  /// Bytes of a message with files of these sizes.
  package func bytes(of files: [Int]) -> Int {
    envelope + files.reduce(0) { $0 + encoded($1) + MessageWeight.perFile }
  }

  private func encoded(_ count: Int) -> Int {
    if transfer == .binary { return count }
    let bytesPerLine = 57
    return (count + 2) / 3 * 4 + (count + bytesPerLine - 1) / bytesPerLine * 2
  }
}
