/// How a message carries its attachments.
package enum MessageEncoding: String, Sendable, CaseIterable {
  /// For every server; a third more bytes.
  case base64
  /// As they are, for servers with BINARYMIME (RFC 3030). No signature by DKIM: where the message has to be encoded on its
  /// way, that would break.
  case binary
}

extension DeliveryFault {
  /// A definite no to BDAT itself, whatever the message: what a server says that does not know it, though it is offered.
  package var refusesChunks: Bool {
    switch self {
    case .reply(.body, let reply), .reply(.final, let reply): [500, 502, 503, 504].contains(reply.code)
    default: false
    }
  }

  /// A definite no to a binary message that the same message in base64 need not get: to the extension, to MAIL's
  /// parameter, or to the kind of content (RFC 3463 section 3.7).
  package var refusesBinary: Bool {
    switch self {
    case .extensionMissing("CHUNKING"), .extensionMissing("BINARYMIME"): true
    case .reply(.mail, let reply): [500, 501, 504, 555].contains(reply.code)
    case .reply(.body, let reply), .reply(.final, let reply):
      refusesChunks || reply.isPermanent && reply.enhanced?.hasPrefix("5.6.") == true
    default: false
    }
  }
}
