/// From the greeting to the end of AUTH: who we are, and over what.
extension SMTPSession {
  mutating func handle(_ reply: SMTPReply) {
    if reply.code == 421 && !isLeaving { return abort(.reply(stage: stage, reply)) }
    switch state {
    case .greeting: handleGreeting(reply)
    case .hello(let extended): handleHello(reply, extended: extended)
    case .startTLS: handleStartTLS(reply)
    case .auth(let exchange, let challenges): handleAuth(reply, exchange, challenges)
    case .authCancelled(let reason): leave(.protocolViolation(stage: .auth, detail: reason))
    case .noop: handleNoop(reply)
    case .envelope: handleEnvelope(reply)
    case .body, .intent, .dot: handleDuringBody(reply)
    case .final: handleFinal(reply)
    case .abandon: leave()
    case .rest: violate("\"\(quoted(reply))\" was unexpected")
    case .tls, .farewell, .done: break
    }
  }

  private var isLeaving: Bool {
    switch state {
    case .abandon, .farewell, .done: true
    default: false
    }
  }

  private mutating func handleGreeting(_ reply: SMTPReply) {
    greeting = reply
    if reply.isPositive { sayHello(extended: true) } else { refuse(reply) }
  }

  mutating func sayHello(extended: Bool) {
    capabilities = nil
    state = .hello(extended: extended)
    send((extended ? "EHLO " : "HELO ") + plan.helloName)
  }

  private mutating func handleHello(_ reply: SMTPReply, extended: Bool) {
    if reply.isPositive {
      capabilities = extended ? SMTPCapabilities(reply) : SMTPCapabilities()
      return isSecured ? authenticate() : secure()
    }
    if extended && reply.isPermanent && canDoWithoutExtensions { return sayHello(extended: false) }
    refuse(reply)
  }

  /// HELO brings neither STARTTLS nor AUTH.
  private var canDoWithoutExtensions: Bool {
    plan.usedCredentials == nil && (isSecured || plan.encryption != .startTLS)
  }

  // MARK: STARTTLS

  private mutating func secure() {
    let isOffered = capabilities?.has("STARTTLS") == true
    switch (plan.encryption, isOffered) {
    case (.startTLS, false): leave(inspection ?? .startTLSNotOffered)
    case (.startTLS, true), (.opportunistic, true):
      state = .startTLS
      send("STARTTLS")
    default: authenticate()
    }
  }

  /// The fault of a firewall that blanks out words: of what is offered with X, of the greeting with stars.
  private var inspection: DeliveryFault? {
    let stars = greeting?.lines.first { $0.contains("****") }
    return (capabilities?.maskedKeyword ?? stars).map { .smtpInspection(sign: $0) }
  }

  private mutating func handleStartTLS(_ reply: SMTPReply) {
    if reply.code == 220 {
      // Bytes that came in clear text must not be taken for the server's after TLS (CVE-2011-0411); and what it
      // offered in clear text is forgotten with them (RFC 3207 section 4.2).
      if reader.hasUnread { return abort(.startTLSInjection) }
      capabilities = nil
      state = .tls
    } else if plan.encryption == .opportunistic && (reply.isTransient || reply.isPermanent) {
      authenticate()
    } else {
      refuse(reply)
    }
  }

  // MARK: AUTH

  private mutating func authenticate() {
    guard let credentials = plan.usedCredentials else { return rest() }
    if let reason = plan.authenticationBan { return leave(.authForbidden(reason: reason)) }
    if credentials.username.utf8.contains(0) || credentials.secret.utf8.contains(0) {
      return leave(.authForbidden(reason: "the user name or password contains a NUL, which AUTH cannot send"))
    }
    let offered = capabilities?.mechanisms ?? []
    let choices = SASLMechanism.choices(plan.authentication, for: credentials, overTLS: isSecured)
    guard
      let exchange = SASLExchange(
        choices, offered: offered, credentials: credentials, lineLimit: plan.authenticationLineLimit, nonce: plan.nonce)
    else {
      return leave(
        inspection ?? .authNotOffered(offered: offered, wanted: choices.map(\.rawValue).joined(separator: " or ")))
    }
    willSendSecrets(of: credentials)
    state = .auth(exchange, challenges: 0)
    send(exchange.command)
  }

  /// One mechanism, once: a second try with the same password brings an account nearer to its lock-out.
  private mutating func handleAuth(_ reply: SMTPReply, _ exchange: SASLExchange, _ challenges: Int) {
    if reply.isPositive {
      if let doubt = exchange.doubt { return leave(.protocolViolation(stage: .auth, detail: doubt)) }
      return rest()
    }
    guard reply.code == 334 else { return refuse(reply) }
    if challenges >= SMTPLimit.challenges { return violate("AUTH sends challenges without end") }
    var exchange = exchange
    switch exchange.answer(to: reply.lines.first ?? "") {
    case .line(let answer):
      state = .auth(exchange, challenges: challenges + 1)
      send(answer)
    case .cancel(let reason):
      state = .authCancelled(reason)
      send("*")
    }
  }
}
