/// smtp.office365.com, and smtp-legacy.office365.com.
struct SubmissionService: Service {
  let tenant: Tenant

  var words: Words { .exchange }
  var keywords: [String] { ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"] }
  var advertisedSize: Int { exchangeSize }
  var mechanisms: [String] { ["LOGIN", "XOAUTH2"] }
  private var settings: SubmissionSettings { tenant.scenario.submission }

  var sessionLimit: (count: Int, refusal: Reply)? {
    (
      settings.connectionsPerMailbox,
      "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [{host}]"
    )
  }

  // MARK: Sign-in

  func signIn(_ credentials: Credentials, from peer: String) -> SignIn {
    switch credentials {
    case .password(let name, let secret): signIn(name, secret)
    case .bearer(let user, let token): signIn(user, token: token)
    case .malformedBearer: .refused(.unauthenticated)
    }
  }

  private func signIn(_ name: String, _ secret: String) -> SignIn {
    let world = tenant.scenario.tenant
    if !world.basicAuth { return .refused("550 5.7.30 Basic authentication is not supported for Client Submission.") }
    if world.securityDefaults {
      return .refused(
        .denied("user is locked by your organization's security defaults policy. Contact your administrator."))
    }
    guard let mailbox = tenant.mailbox(name) else {
      return .refused(.denied("the user credentials were incorrect."))
    }
    if !mailbox.allowsBasic { return .refused(.denied("basic authentication is disabled.")) }
    if let refusal = passwordRefusal(mailbox, secret) ?? switchRefusal(mailbox) { return .refused(refusal) }
    return .accepted(Identity(name: mailbox.address, app: nil))
  }

  private func passwordRefusal(_ mailbox: Mailbox, _ secret: String) -> Reply? {
    let key = mailbox.address.lowercased()
    let isLocked = tenant.withState { $0.failedSignIns[key, default: 0] >= lockoutThreshold }
    if isLocked || mailbox.state == .locked { return .denied("account locked.") }
    if mailbox.password != secret || mailbox.state == .disabled || mailbox.state == .mfa {
      tenant.withState { $0.failedSignIns[key, default: 0] += 1 }
      return .denied("the user credentials were incorrect.")
    }
    tenant.withState { $0.failedSignIns[key] = 0 }
    if mailbox.state == .passwordExpired { return .denied("the user password has expired.") }
    if tenant.scenario.tenant.conditionalAccess {
      return .denied(
        "the request did not meet the criteria to be authenticated successfully. Contact your administrator.")
    }
    return nil
  }

  /// SMTP AUTH of the tenant and of the mailbox, which OAuth does not pass by either.
  private func switchRefusal(_ mailbox: Mailbox) -> Reply? {
    if mailbox.smtpAuth == false { return .switchedOff("Mailbox") }
    if mailbox.smtpAuth == nil && !tenant.scenario.tenant.smtpAuth { return .switchedOff("Tenant") }
    return nil
  }

  private func signIn(_ user: String, token: String) -> SignIn {
    guard let grant = tenant.liveGrant(token), grant.provider == .microsoft, grant.audience == .exchange,
      let mailbox = tenant.mailbox(user)
    else { return .refused(.unauthenticated) }
    var identity = Identity(name: mailbox.address, app: grant.app)
    if let person = grant.user {
      guard grant.permissions.contains("SMTP.Send"),
        ([mailbox.address] + mailbox.delegates).contains(where: { isSame($0, person) })
      else { return .refused(.unauthenticated) }
    } else {
      let app = tenant.app(grant.app)
      let isOwn = app?.mailboxes.contains { isSame($0, mailbox.address) } ?? false
      guard app?.servicePrincipal == true, isOwn || grant.permissions.contains("SMTP.SendAsApp") else {
        return .refused(.unauthenticated)
      }
      if !isOwn { identity.refusal = "430 4.2.0 STOREDRV; mailbox logon failure; mailbox logon is denied [{host}]" }
    }
    return switchRefusal(mailbox).map { .refused($0) } ?? .accepted(identity)
  }

  // MARK: Messages

  func sender(_ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    guard let name = visitor.identity?.name, let mailbox = tenant.mailbox(name) else { return nil }
    if mailbox.state == .restricted { return "550 5.1.8 Access denied, bad outbound sender" }
    let sent = tenant.withState { $0.ledger.sum(messageKey(name), within: Ledger.minute) }
    // [K] The words are those of Exchange Server's MessageRateLimit; no log of Exchange Online was found.
    return sent < settings.messagesPerMinute
      ? nil : "421 4.4.2 Message submission rate for this client has exceeded the configured limit"
  }

  func recipient(_ address: String, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    envelope.recipients.count < settings.recipientsPerMessage ? nil : "452 4.5.3 Too many recipients"
  }

  func message(_ content: Content, _ envelope: Envelope, _ visitor: Visitor) -> Reply? {
    guard let name = visitor.identity?.name, let mailbox = tenant.mailbox(name) else { return nil }
    if content.size > mailbox.maxSendSize { return words.tooBig }
    if let refusal = exchangeForm(content, envelope) { return refusal }
    if !mailbox.owns(envelope.from) {
      return "550 5.7.60 SMTP; Client does not have permissions to send as this sender [{host}]"
    }
    if let stranger = content.headerFrom.first(where: { !mailbox.owns($0) }) { return .sendAsDenied(name, stranger) }
    return quotaRefusal(name, envelope)
  }

  /// Counts the message where no quota refuses it.
  private func quotaRefusal(_ name: String, _ envelope: Envelope) -> Reply? {
    let world = tenant.scenario.tenant
    let external = envelope.recipients.count { !world.accepts($0) }
    return tenant.withState { state in
      let recipients = "recipients " + name.lowercased()
      if state.ledger.sum(recipients, within: Ledger.day) + envelope.recipients.count > settings.recipientsPerDay {
        return
          "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception"
      }
      if state.ledger.sum("external", within: Ledger.day) + external > world.externalRecipientsPerDay {
        return
          "550 5.7.233 Your message can't be sent because your tenant exceeded its tenant external recipient rate limit"
      }
      state.ledger.record(recipients, envelope.recipients.count)
      state.ledger.record("external", external)
      state.ledger.record(messageKey(name))
      return nil
    }
  }

  private func messageKey(_ name: String) -> String { "messages " + name.lowercased() }
}

/// What Exchange advertises: 150 MiB.
let exchangeSize = 157_286_400

/// Failed sign-ins until Entra's smart lock-out.
private let lockoutThreshold = 10

extension Reply {
  static let unauthenticated: Reply = "535 5.7.3 Authentication unsuccessful [{host}]"

  static func denied(_ reason: String) -> Reply {
    Reply("535 5.7.139 Authentication unsuccessful, \(reason) [{host} {time} {id}]")
  }

  static func switchedOff(_ place: String) -> Reply {
    denied(
      "SmtpClientAuthentication is disabled for the \(place). Visit https://aka.ms/smtp_auth_disabled for more information."
    )
  }

  /// Several kilobytes long, as the real one.
  static func sendAsDenied(_ login: String, _ sender: String) -> Reply {
    let diagnostics = (0..<48).map { "0.\(35250 + $0 * 17):00000000" + randomHex(8) }.joined(separator: ", ")
    return Reply(
      "554 5.2.252 SendAsDenied; \(login) not allowed to send as \(sender); STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message [BeginDiagnosticData]Cannot submit message. \(diagnostics)[EndDiagnosticData] [Hostname={host}]"
    )
  }
}
