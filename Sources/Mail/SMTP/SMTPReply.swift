package import Crypto

/// A server's reply (RFC 5321 section 4.2), with its enhanced status code where it has a valid one (RFC 3463).
package struct SMTPReply: Sendable, Equatable {
  /// Three digits, 200 to 599.
  package var code: Int
  /// "5.7.1"; nil when absent, malformed, or of another class than `code`.
  package var enhanced: String?
  /// The text of each line, without codes; bytes that are not UTF-8 replaced.
  package var lines: [String]

  package init(code: Int, enhanced: String? = nil, lines: [String] = []) {
    self.code = code
    self.enhanced = enhanced
    self.lines = lines
  }

  package var isPositive: Bool { code / 100 == 2 }
  package var isTransient: Bool { code / 100 == 4 }
  package var isPermanent: Bool { code / 100 == 5 }

  /// As a log and a person want it: "550 5.1.1 No such user", on one line.
  package var text: String {
    ([String(code), enhanced].compactMap { $0 } + lines.filter { !$0.isEmpty }).joined(separator: " ")
  }
}

/// Where in a submission something happened. The raw value is the word for logs and JSON.
package enum SMTPStage: String, Sendable, CaseIterable {
  case lookup, connect, tls, greeting, hello, starttls, auth, mail, rcpt, data
  /// While the message's bytes were on their way.
  case body
  /// After the final dot: the reply that decides.
  case final
  case quit
}

/// Why a message could not be handed over, from the first look-up to the final reply.
package enum DeliveryFault: Error, Sendable, Equatable {
  case nameNotFound(host: String)
  case nameServerFailure(host: String, detail: String)
  /// The domain declares that it accepts no mail (RFC 7505).
  case nullExchanger(domain: String)
  /// No address took the connection; `detail` says what the last one did ("connection refused", "no answer
  /// within 30 s").
  case connect(host: String, port: Int, detail: String)
  case tls(TLSFault)
  /// The server does not speak SMTP; its first bytes.
  case notSMTP(received: String)
  /// Speaks SMTP, but not as the standard has it.
  case protocolViolation(stage: SMTPStage, detail: String)
  case startTLSNotOffered
  /// What is needed is not offered, and something on the way blanks out words of the server; such a word.
  case smtpInspection(sign: String)
  /// Something followed the reply to STARTTLS in clear text: an injection (CVE-2011-0411).
  case startTLSInjection
  /// Credentials are set, but the server offers no AUTH mechanism that may be used; what it offers.
  case authNotOffered(offered: [String], wanted: String)
  /// The policy forbids AUTH on this connection (no verified TLS).
  case authForbidden(reason: String)
  case reply(stage: SMTPStage, SMTPReply)
  /// The server's SIZE limit is below the message's size, both in bytes.
  case tooBig(limit: Int, size: Int)
  /// The server needs SMTPUTF8 or 8BITMIME for what we have, and lacks it.
  case extensionMissing(String)
  case connectionLost(stage: SMTPStage, detail: String)
  case timedOut(stage: SMTPStage, seconds: Int)
  /// The final dot went out, its reply never came: the server may have the message.
  case finalReplyLost(detail: String)
  /// An attachment could not be read, or is no longer what it was when the message began.
  case document(detail: String)
  case interrupted(stage: SMTPStage)
  /// The intent to send the final dot could not be recorded, so it was not sent.
  case notRecorded(detail: String)
  /// Several hosts were tried, and none heard of the message. What the one did whose place `telling` is decides what
  /// is to be done.
  case hosts([TriedHost], telling: Int)
}

/// A host that was tried in vain.
package struct TriedHost: Sendable, Equatable {
  package var host: String
  /// The address that was connected to; nil where there was none.
  package var address: String?
  package var fault: DeliveryFault

  package init(_ host: String, address: String? = nil, fault: DeliveryFault) {
    self.host = host
    self.address = address
    self.fault = fault
  }
}

extension DeliveryFault {
  /// Another host of the same route may do better: this fault is about the one that was tried, and says nothing of the
  /// message, of who brings it, or of this device.
  package var isAboutHost: Bool {
    switch self {
    case .nameNotFound, .nameServerFailure, .connect, .notSMTP, .protocolViolation, .startTLSNotOffered,
      .smtpInspection, .startTLSInjection, .reply, .connectionLost, .timedOut:
      true
    case .tls(.setup), .tls(.ownCertificate), .tls(.dane(.noValidator)): false
    case .tls: true
    case .nullExchanger, .authNotOffered, .authForbidden, .tooBig, .extensionMissing, .finalReplyLost, .document,
      .interrupted, .notRecorded, .hosts:
      false
    }
  }
}
