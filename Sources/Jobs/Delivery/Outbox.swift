package import Base
package import Crypto
package import Diagnosis
package import Mail
import Routes

/// One attempt at handing a message to a route's server.
package struct Transmission: Sendable {
  package var caller: Caller
  /// The envelope's sender.
  package var reversePath: String
  package var recipients: [String]
  /// The message's bytes.
  package var size: Int
  package var needs8BitMIME: Bool
  /// Of the message's attachments.
  package var encoding = MessageEncoding.base64
  /// Whether BDAT may be used where the encoding does not force it.
  package var mayChunk = true

  package init(
    by caller: Caller, reversePath: String, recipients: [String], size: Int, needs8BitMIME: Bool = false
  ) {
    self.caller = caller
    self.reversePath = reversePath
    self.recipients = recipients
    self.size = size
    self.needs8BitMIME = needs8BitMIME
  }
}

extension Transmission: CustomStringConvertible, CustomReflectable {
  package var description: String { "message of \(size) bytes by route \(caller.route.name)" }
  /// Without password and token, so that no dump shows them.
  package var customMirror: Mirror {
    Mirror(self, children: ["route": caller.route.name, "recipients": recipients, "size": size])
  }
}

/// How far an attempt is.
package enum DeliveryProgress: Sendable, Equatable {
  case stage(SMTPStage)
  /// The server's address and port, "192.0.2.1:587".
  case connected(peer: String)
  case secured(version: TLSVersion, cipher: String)
  /// Something the operator should know, though it does not stop delivery.
  case notice(Failure)
  /// Bytes of the message handed to the network.
  case sent(bytes: Int, of: Int)
}

/// What an attempt came to.
package struct DeliveryReport: Sendable, Equatable {
  /// The TLS of a connection.
  package struct Encryption: Sendable, Equatable {
    package var version: TLSVersion
    package var cipher: String
    /// What decided that the server is the right one.
    package var verification: TLSPolicy.Verification

    package init(version: TLSVersion, cipher: String, verification: TLSPolicy.Verification = .full) {
      self.version = version
      self.cipher = cipher
      self.verification = verification
    }

    /// For the journal: "TLS 1.3 TLS_AES_256_GCM_SHA384", and what else than an authority decided.
    package var text: String {
      let words = "TLS \(version.rawValue) \(cipher)"
      return switch verification {
      case .full: words
      case .pin: words + ", verified by its pinned key"
      case .dane: words + ", verified by DANE"
      case .none: words + ", NOT VERIFIED"
      }
    }
  }

  /// One for each recipient, in the transmission's order.
  package var outcomes: [RecipientOutcome]
  /// The server's address and port, "192.0.2.1:587"; nil where none was reached.
  package var peer: String?
  /// nil where the connection was in clear text.
  package var encryption: Encryption?
  /// The server's greeting, for the journal and for diagnosis.
  package var greeting: SMTPReply?
  /// What the server offered last.
  package var capabilities: SMTPCapabilities?
  /// Bytes of the message that went to the network.
  package var bytesSent: Int
  package var seconds: Double

  package init(
    outcomes: [RecipientOutcome], peer: String? = nil, encryption: Encryption? = nil, greeting: SMTPReply? = nil,
    capabilities: SMTPCapabilities? = nil, bytesSent: Int = 0, seconds: Double = 0
  ) {
    self.outcomes = outcomes
    self.peer = peer
    self.encryption = encryption
    self.greeting = greeting
    self.capabilities = capabilities
    self.bytesSent = bytesSent
    self.seconds = seconds
  }
}

/// Appends the next piece of a message to what it is given; false once that was the last. A fault ends the attempt
/// before the final dot.
package typealias MessageSource = (inout [UInt8]) throws(DeliveryFault) -> Bool

/// Puts on disk that a message may arrive from now on; where it throws, the final dot is not sent.
package typealias IntentRecorder = () throws(DeliveryFault) -> Void

/// Something that hands messages to servers.
package protocol Outbox {
  /// Makes one attempt and blocks until it has ended.
  ///
  /// - Parameters:
  ///   - body: the message; asked from the start once.
  ///   - recordIntent: called at most once, right before the final dot or the end of the last chunk.
  ///   - interrupt: raised when the attempt is to end at once.
  func deliver(
    _ transmission: Transmission, body: MessageSource, recordIntent: IntentRecorder,
    progress: (DeliveryProgress) -> Void, interrupt: StopSignal
  ) -> DeliveryReport
}
