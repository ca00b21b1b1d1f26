/// An SMTP session's server, credentials and permissions: everything that the engine knows before the first byte.
package struct SMTPPlan: Sendable {
  /// How TLS comes about.
  package enum Encryption: Sendable, Equatable {
    /// TLS before the greeting (RFC 8314).
    case implicit
    /// STARTTLS; without it nothing else is said.
    case startTLS
    /// STARTTLS where the server offers it. A server that offers it and then fails the handshake is a failure,
    /// not a reason for clear text: nothing that happens on the wire weakens what was begun.
    case opportunistic
    case off
  }

  /// Whether AUTH may run where TLS is not certain or not verified.
  package enum UnprotectedAuthentication: Sendable, Equatable {
    case forbidden
    /// The route allows it to private addresses, and this one is not private.
    case forbiddenTo(address: String)
    case allowed
  }

  /// What EHLO says: see ``SMTPHelloName``.
  package var helloName: String
  package var encryption: Encryption
  /// TLS is established only with a peer that proved its name.
  package var verifiesPeer: Bool
  package var unprotectedAuthentication: UnprotectedAuthentication
  package var credentials: SMTPCredentials?
  package var authentication: Authentication
  /// The longest AUTH line that the server takes, with its CRLF; a token beyond it goes in two steps. RFC 4954 leaves it
  /// at 512.
  package var authenticationLineLimit = SMTPLimit.commandLine
  /// RFC 4954 section 4: the longest line of an exchange, for a server that takes a token on the line of AUTH.
  package static let tokenLineLimit = 12288
  /// Random, printable, without a comma: what tells one SCRAM exchange from another.
  package var nonce = ""
  package static let nonceBytes = 18
  /// The port is the one where TLS comes first. A plan that begins in clear text waits but a moment there.
  package var beginsOnTLSPort = false

  package init(
    helloName: String, encryption: Encryption, verifiesPeer: Bool = true,
    unprotectedAuthentication: UnprotectedAuthentication = .forbidden, credentials: SMTPCredentials? = nil,
    authentication: Authentication = .auto
  ) {
    self.helloName = helloName
    self.encryption = encryption
    self.verifiesPeer = verifiesPeer
    self.unprotectedAuthentication = unprotectedAuthentication
    self.credentials = credentials
    self.authentication = authentication
  }

  /// RFC 8314 section 3.3.
  package static let portOfImplicitTLS = 465

  /// The credentials, where the session is to use any.
  var usedCredentials: SMTPCredentials? { authentication == .none ? nil : credentials }

  /// Why AUTH must not run in a session of this kind; nil where it may.
  var authenticationBan: String? {
    let word = if case .token = credentials?.proof { "access token" } else { "password" }
    let weakness: String
    switch (encryption, verifiesPeer) {
    case (.implicit, true), (.startTLS, true): return nil
    case (.off, _): weakness = "the connection is not encrypted"
    case (.opportunistic, _): weakness = "the connection may be unencrypted"
    case (_, false): weakness = "the server's certificate is not verified"
    }
    switch unprotectedAuthentication {
    case .allowed: return nil
    case .forbidden: return weakness + ", so the \(word) is not sent"
    case .forbiddenTo(let address):
      return weakness + ", and the server's address \(address) is not private, so the \(word) is not sent"
    }
  }
}

/// What a session carries: a message, as far as its envelope tells of it.
package struct SMTPMessage: Sendable {
  /// The envelope's sender; empty for the null reverse-path.
  package var reversePath: String
  package var recipients: [String]
  /// The message's bytes, exactly, as SIZE counts them: before dot-stuffing.
  package var size: Int
  package var needs8BitMIME: Bool
  /// The message has parts in binary: it goes as BODY=BINARYMIME by BDAT or not at all (RFC 3030 section 3).
  package var isBinary = false
  /// Whether BDAT may be used where nothing forces it.
  package var mayChunk = true
  package var chunkSize = SMTPLimit.chunk

  package init(reversePath: String, recipients: [String], size: Int, needs8BitMIME: Bool = false) {
    self.reversePath = reversePath
    self.recipients = recipients
    self.size = size
    self.needs8BitMIME = needs8BitMIME
  }
}

/// What became of one recipient.
package enum RecipientOutcome: Sendable, Equatable {
  /// The server took responsibility, in these words.
  case accepted(SMTPReply)
  case failed(DeliveryFault)
}

/// How a session ended.
package struct SMTPResult: Sendable, Equatable {
  /// One for each of the message's recipients, in their order.
  package var outcomes: [RecipientOutcome]
  package var greeting: SMTPReply?
  /// What the server offered last.
  package var capabilities: SMTPCapabilities?
  /// Why it ended before it was given a message.
  package var fault: DeliveryFault?
}

/// How long the driver may wait. A reply that comes in pieces has one deadline: it starts anew only when
/// `number` changes.
package struct SMTPWait: Sendable, Equatable {
  package let stage: SMTPStage
  package let seconds: Int
  package let number: Int
}

/// What the driver of a session does next.
package enum SMTPStep: Sendable, Equatable {
  /// Write all of it.
  case send([UInt8], SMTPWait)
  /// Wait for bytes and hand them over: ``SMTPSession/receive(_:)``.
  case receive(SMTPWait)
  /// Do the TLS handshake, then ``SMTPSession/tlsEstablished()``.
  case startTLS(SMTPWait)
  /// Write one block of the message through ``SMTPSession/encode(_:into:)``, or say ``SMTPSession/bodyEnded()``;
  /// hand over what the server says meanwhile.
  case sendBody(SMTPWait)
  /// Put on disk that the message's last bytes go out now, then ``SMTPSession/intentRecorded()``.
  case recordIntent
  /// There is no message yet: ``SMTPSession/begin(_:)`` when there is. Meanwhile hand over what the server says, and
  /// now and then call ``SMTPSession/keepAlive()``.
  case rest
  /// Close the connection.
  case finished(SMTPResult)
}
