import Mail
import TestKit
import Testing

@testable import Diagnosis

private let route = RouteFacts(
  name: "office", server: "smtp.example.net", port: 587, username: "u", sender: "scanner@example.com")

/// A reply and what it must mean.
private struct Row: Sendable, CustomTestStringConvertible {
  let stage: SMTPStage
  let code: Int
  let enhanced: String?
  let text: String
  let wanted: FailureClass
  let exit: ExitCode

  init(
    _ stage: SMTPStage, _ code: Int, _ enhanced: String?, _ text: String, _ wanted: FailureClass, _ exit: ExitCode
  ) {
    self.stage = stage
    self.code = code
    self.enhanced = enhanced
    self.text = text
    self.wanted = wanted
    self.exit = exit
  }

  var testDescription: String { "\(stage) \(code) \(enhanced ?? "-") \(text)" }
}

private let authentication: [Row] = [
  // A refused password at any step is configuration.
  Row(.auth, 535, "5.7.8", "Error: authentication failed: UGFzc3dvcmQ6", .configuration, .refused),
  Row(.auth, 535, nil, "Incorrect authentication data", .configuration, .refused),
  Row(.auth, 535, "5.7.3", "Authentication unsuccessful [HOST]", .configuration, .refused),
  Row(.auth, 530, "5.7.0", "Authentication Required.", .configuration, .refused),
  Row(.auth, 534, "5.7.9", "Application-specific password required.", .configuration, .refused),
  Row(.auth, 534, "5.7.9", "Authentication mechanism is too weak", .configuration, .refused),
  Row(.auth, 534, "5.7.14", "Please log in via your web browser and then try again.", .configuration, .refused),
  Row(.auth, 538, "5.7.11", "Encryption required", .configuration, .refused),
  Row(.auth, 550, nil, "go away", .configuration, .refused),
  Row(.auth, 554, "5.7.8", "no", .configuration, .refused),
  Row(.auth, 501, "5.5.4", "Invalid base64", .configuration, .refused),
  Row(.auth, 503, "5.5.1", "Error: authentication not enabled", .configuration, .refused),
  Row(.auth, 504, "5.7.4", "Unrecognized authentication type", .configuration, .refused),
  Row(.auth, 504, "5.5.4", "Encryption required for requested authentication mechanism", .configuration, .refused),
  Row(.auth, 500, "5.5.6", "Authentication exchange line is too long", .configuration, .refused),
  Row(.auth, 432, "4.7.12", "A password transition is needed", .configuration, .refused),
  Row(.mail, 535, "5.7.8", "late refusal", .configuration, .refused),
  Row(.mail, 530, nil, "Must issue an AUTH command first", .configuration, .refused),
  Row(.rcpt, 550, nil, "Authentication required", .configuration, .refused),
  Row(.final, 550, "5.7.8", "sign in", .configuration, .refused),
  Row(.mail, 530, "5.7.0", "Must issue a STARTTLS command first", .configuration, .serverProtocol),
  Row(.auth, 530, "5.7.0", "Must issue a STARTTLS command first", .configuration, .serverProtocol),
  // A client certificate that is refused after the handshake (Postfix's words).
  Row(.hello, 421, "4.7.1", "Error: Client certificate not trusted", .configuration, .refused),
  Row(.mail, 421, "4.7.1", "Error: No client certificate presented", .configuration, .refused),
  // Temporary at sign-in.
  Row(.auth, 454, "4.7.0", "Temporary authentication failure", .transient, .notAcceptedYet),
  Row(.auth, 454, "4.7.0", "Too many login attempts, please try again later.", .transient, .notAcceptedYet),
  Row(.auth, 421, "4.7.0", "closing", .transient, .notAcceptedYet),
  Row(.auth, 450, nil, "later", .transient, .notAcceptedYet),
  Row(.auth, 451, "4.7.0", "Temporary server error. Please try again later. PRX2", .transient, .notAcceptedYet),
  Row(.auth, 432, "4.3.2", "Concurrent connections limit exceeded.", .transient, .notAcceptedYet),
]

private let microsoftAndGoogle: [Row] = [
  Row(
    .auth, 535, "5.7.139", "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    .configuration, .refused),
  Row(
    .mail, 530, "5.7.57",
    "Client not authenticated to send mail. Error: 535 5.7.139 Authentication unsuccessful, "
      + "SmtpClientAuthentication is disabled for the Tenant.", .configuration, .refused),
  Row(
    .auth, 535, "5.7.139", "user is locked by your organization's security defaults policy.", .configuration, .refused),
  Row(
    .auth, 535, "5.7.139", "the request did not meet the criteria to be authenticated successfully.", .configuration,
    .refused),
  Row(.auth, 535, "5.7.139", "the user credentials were incorrect.", .configuration, .refused),
  Row(.auth, 535, "5.7.139", "a sentence nobody has seen yet", .configuration, .refused),
  Row(.mail, 530, "5.7.57", "Client not authenticated to send mail.", .configuration, .refused),
  Row(.auth, 550, "5.7.30", "Basic authentication is not supported for Client Submission.", .configuration, .refused),
  Row(.hello, 421, "4.7.66", "TLS 1.0 and 1.1 are not supported. Please upgrade", .configuration, .refused),
  Row(.mail, 451, "5.7.3", "STARTTLS is required to send mail", .configuration, .serverProtocol),
  Row(.final, 550, "5.7.60", "SMTP; Client does not have permissions to send as this sender", .configuration, .refused),
  Row(.final, 554, "5.2.252", "SendAsDenied; a@x not allowed to send as b@x; STOREDRV", .configuration, .refused),
  Row(
    .final, 554, "5.2.0", "STOREDRV.Submission.Exception:SubmissionQuotaExceededException", .transient, .notAcceptedYet),
  Row(
    .mail, 550, "5.7.708", "Service unavailable. Access denied, traffic not accepted from this IP.", .configuration,
    .refused),
  Row(.rcpt, 550, "5.7.68", "TenantInboundAttribution; Direct Send not allowed", .configuration, .refused),
  Row(.rcpt, 550, "5.7.64", "TenantAttribution; Relay Access Denied", .configuration, .refused),
  Row(.auth, 535, "5.7.8", "Username and Password not accepted. ?p=BadCredentials", .configuration, .refused),
  Row(.data, 550, "5.4.5", "Daily user sending limit exceeded.", .transient, .notAcceptedYet),
  Row(.final, 552, "5.2.3", "Your message exceeded Google's message size limits.", .message, .badInput),
]

private let recipients: [Row] = [
  Row(.rcpt, 550, "5.1.1", "User unknown", .recipient, .badInput),
  Row(.rcpt, 550, nil, "No such user here", .recipient, .badInput),
  Row(.rcpt, 550, "5.1.10", "RESOLVER.ADR.RecipientNotFound", .recipient, .badInput),
  Row(.rcpt, 550, "5.1.0", "Address rejected", .recipient, .badInput),
  Row(.rcpt, 550, "5.1.2", "Recipient address rejected: Domain not found", .recipient, .noHost),
  Row(.rcpt, 550, nil, "Unrouteable address", .recipient, .noHost),
  Row(.rcpt, 550, "5.2.1", "Mailbox disabled", .recipient, .badInput),
  Row(.rcpt, 550, "5.5.0", "Requested action not taken: mailbox unavailable", .recipient, .badInput),
  Row(.rcpt, 550, "5.4.1", "Recipient address rejected: Access denied. AS(201806281)", .recipient, .badInput),
  Row(.rcpt, 551, nil, "User not local; please try <b@example.org>", .recipient, .badInput),
  Row(.rcpt, 553, nil, "mailbox name not allowed", .recipient, .badInput),
  Row(.rcpt, 501, "5.1.3", "Bad recipient address syntax", .recipient, .badInput),
  Row(.rcpt, 550, nil, "no", .recipient, .badInput),
  Row(.rcpt, 553, "5.6.7", "Must declare SMTPUTF8 to send unicode address", .recipient, .badInput),
  // The server's own rule, not the address.
  Row(.rcpt, 554, "5.7.1", "<a@b>: Relay access denied", .configuration, .refused),
  Row(.rcpt, 550, nil, "relay not permitted", .configuration, .refused),
  Row(.rcpt, 550, "5.7.1", "Unable to relay", .configuration, .refused),
  Row(.rcpt, 550, "5.7.1", "no", .configuration, .refused),
  Row(.rcpt, 454, "4.7.1", "<a@b>: Relay access denied", .configuration, .refused),
  Row(
    .rcpt, 554, "5.7.1", "Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org", .configuration,
    .refused),
  Row(
    .rcpt, 504, "5.5.2", "<localhost>: Helo command rejected: need fully-qualified hostname", .configuration,
    .configuration),
  Row(.rcpt, 450, "4.7.1", "Client host rejected: cannot find your hostname", .configuration, .refused),
  // Later.
  Row(.rcpt, 450, "4.2.0", "Greylisted", .transient, .notAcceptedYet),
  Row(.rcpt, 451, nil, "local error", .transient, .notAcceptedYet),
  Row(.rcpt, 452, "4.5.3", "Error: too many recipients", .transient, .notAcceptedYet),
  Row(.rcpt, 552, nil, "too many recipients", .transient, .notAcceptedYet),
  Row(.rcpt, 552, nil, "no", .transient, .notAcceptedYet),
  Row(.rcpt, 552, "5.2.2", "Mailbox full", .transient, .notAcceptedYet),
  Row(.rcpt, 421, nil, "bye", .transient, .notAcceptedYet),
]

private let messages: [Row] = [
  Row(.mail, 552, "5.3.4", "Message size exceeds fixed limit", .message, .badInput),
  Row(.mail, 552, nil, "Message size exceeds maximum permitted", .message, .badInput),
  Row(.data, 552, nil, "no", .message, .badInput),
  Row(.final, 552, nil, "no", .message, .badInput),
  Row(.body, 552, "5.3.4", "too big", .message, .badInput),
  Row(.final, 554, nil, "Transaction failed, message too big", .message, .badInput),
  Row(.final, 550, "5.6.11", "Invalid characters", .message, .badInput),
  Row(.final, 554, "5.7.1", "spam", .message, .badInput),
  Row(.final, 554, nil, "Transaction failed", .message, .badInput),
  // The sender.
  Row(.mail, 553, "5.7.1", "<s>: Sender address rejected: not owned by user u", .configuration, .refused),
  Row(.mail, 550, "5.1.8", "Access denied, bad outbound sender", .configuration, .refused),
  Row(.mail, 550, nil, "no", .configuration, .refused),
  Row(.mail, 450, "4.1.8", "Sender address rejected: Domain not found", .configuration, .refused),
  Row(.final, 550, "5.7.509", "sending domain does not pass DMARC verification", .configuration, .refused),
  // Later.
  Row(.mail, 452, "4.3.1", "Insufficient system storage", .transient, .notAcceptedYet),
  Row(.mail, 450, "4.7.1", "Error: too much mail from 192.0.2.1", .transient, .notAcceptedYet),
  Row(.final, 451, "4.3.0", "queue file write error", .transient, .notAcceptedYet),
  Row(.final, 421, "4.4.2", "timeout exceeded", .transient, .notAcceptedYet),
  Row(.data, 451, nil, "local error", .transient, .notAcceptedYet),
]

private let greetings: [Row] = [
  Row(.greeting, 421, nil, "too many connections", .transient, .notAcceptedYet),
  Row(.greeting, 554, nil, "No SMTP service here", .configuration, .refused),
  Row(.greeting, 554, nil, "IP address is block listed.", .configuration, .refused),
  Row(.hello, 501, "5.7.1", "<localhost>: Helo command rejected: Use a real hostname", .configuration, .configuration),
  Row(.hello, 550, "5.7.506", "Access Denied, Bad HELO", .configuration, .configuration),
  Row(.hello, 421, nil, "later", .transient, .notAcceptedYet),
  Row(.starttls, 454, "4.7.0", "TLS not available due to local problem", .transient, .notAcceptedYet),
  Row(.starttls, 502, nil, "not implemented", .configuration, .serverProtocol),
  // Not understood.
  Row(.mail, 555, nil, "parameters not recognised", .transient, .notAcceptedYet),
  Row(.mail, 500, nil, "what?", .transient, .notAcceptedYet),
  Row(.rcpt, 599, nil, "?", .transient, .notAcceptedYet),
  Row(.final, 354, nil, "?", .transient, .notAcceptedYet),
  Row(.quit, 500, nil, "?", .transient, .notAcceptedYet),
  Row(.greeting, 299, nil, "?", .transient, .notAcceptedYet),
]

@Suite struct ReplyTests {
  // case: smtp-33
  // case: smtp-41
  // case: smtp-47
  // case: smtp-54
  // case: smtp-55
  @Test(arguments: authentication + microsoftAndGoogle + recipients + messages + greetings)
  fileprivate func `a reply is classed by code, enhanced code and words`(row: Row) {
    let reply = SMTPReply(code: row.code, enhanced: row.enhanced, lines: [row.text])
    let failure = Failure(.reply(stage: row.stage, reply), route: route, recipient: "b@example.org")
    #expect(failure.class == row.wanted, "\(failure.cause)")
    #expect(failure.exitCode == row.exit, "\(failure.cause)")
    #expect(failure.stage == row.stage.rawValue)
    #expect(!failure.steps.isEmpty && !failure.cause.contains("{") && !failure.advice.contains("{"))
    #expect(failure.retry == (row.wanted == .transient))
  }

  @Test func `no code at all is without an explanation, and nothing is worse than transient that is not known`() {
    for code in 200..<600 {
      for stage in SMTPStage.allCases {
        let failure = Failure(.reply(stage: stage, SMTPReply(code: code)), route: route)
        #expect(!failure.cause.isEmpty && !failure.steps.isEmpty)
        if code / 100 != 5, stage != .auth { #expect(failure.class == .transient, "\(stage) \(code)") }
      }
    }
  }

  @Test func `every rule of the catalogue can win`() {
    for rule in ReplyMatching.rules {
      let stages = rule.stages.isEmpty ? SMTPStage.allCases : rule.stages
      // A class of codes, by one that other rules name and one that none does.
      let codes =
        rule.codes.isEmpty
        ? [450, 459, 550, 559] : rule.codes.flatMap { $0 < 10 ? [$0 * 100 + 50, $0 * 100 + 59] : [$0] }
      let enhanced: [String?] =
        rule.enhanced.isEmpty ? [nil] : rule.enhanced.map { $0.hasSuffix("x") ? $0.dropLast() + "99" : $0 }
      let texts = rule.texts.isEmpty ? ["?"] : rule.texts
      let wins = stages.contains { stage in
        codes.contains { code in
          enhanced.contains { enhanced in
            texts.contains { text in
              let reply = SMTPReply(code: code, enhanced: enhanced, lines: [text])
              return ReplyMatching.firstRule(for: reply, at: stage, toToken: rule.isToToken) == rule
            }
          }
        }
      }
      #expect(wins, "\(rule)")
    }
  }

  @Test func `a refused password names the user and the command, and is sure of it`() {
    let reply = SMTPReply(code: 535, enhanced: "5.7.8", lines: ["Error: authentication failed"])
    let failure = Failure(.reply(stage: .auth, reply), route: route)
    #expect(
      failure.cause
        == "smtp.example.net refused the user name or password for \"u\" (535 5.7.8 Error: authentication failed)")
    #expect(failure.steps.first == "Enter the password again: platen secret set routes.office.password")
    #expect(failure.confidence == 1 && !failure.retry && failure.who == .administrator)
  }

  @Test func `a refused recipient is named`() {
    let reply = SMTPReply(code: 550, enhanced: "5.1.1", lines: ["User unknown"])
    let failure = Failure(.reply(stage: .rcpt, reply), route: route, recipient: "b@example.org")
    #expect(failure.cause == "smtp.example.net has no mailbox b@example.org (550 5.1.1 User unknown)")
    #expect(failure.who == .person)
  }
}
