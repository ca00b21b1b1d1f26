/// One conversation, on the thread of its connection.
final class Session {
  let endpoint: SMTPEndpoint
  let wire: Wire
  let number: Int
  var helo: String?
  var identity: Identity?
  var mechanism: String?
  var envelope: Envelope?
  var chunks: ChunkedMessage?
  /// The bytes that had gone over the wire when the transaction began.
  var mark = (received: 0, sent: 0)
  private let id = randomHex(16)

  /// RFC 4954 section 4 allows 12,288 octets of an AUTH line; the verb and longer tokens get room.
  static let lineLimit = 65536

  var service: any Service { endpoint.service }
  var tenant: Tenant { endpoint.tenant }
  var visitor: Visitor {
    Visitor(peer: wire.connection.peer, helo: helo ?? "", tls: wire.session, identity: identity)
  }

  init(_ endpoint: SMTPEndpoint, _ connection: Connection) {
    self.endpoint = endpoint
    wire = Wire(connection)
    number = endpoint.tenant.newConnectionNumber()
  }

  func run() {
    note("connect", wire.connection.peer)
    do throws(Ended) {
      try converse()
      note("end", "in order")
    } catch {
      note("end", error.reason)
    }
    if let identity { release(identity) }
    wire.finish()
  }

  private func converse() throws(Ended) {
    if endpoint.settings.mode == .implicit { try secure() }
    guard try settle(.greeting, service.words.banner).isPositive else { return }
    while true {
      let line = try wire.readLine(limit: Self.lineLimit)
      let command = Command(line)
      noteCommand(command)
      if try !obey(command) { return }
    }
  }

  /// False when the conversation is over.
  private func obey(_ command: Command) throws(Ended) -> Bool {
    switch command.verb {
    case "EHLO", "HELO": return try hello(command)
    case "STARTTLS": return try startTLS()
    case "AUTH": return try authenticate(command)
    case "MAIL": return try mail(command.argument)
    case "RCPT": return try recipient(command.argument)
    case "DATA": return try data()
    case "BDAT": return try chunk(command)
    case "RSET":
      envelope = nil
      chunks = nil
      return try say(service.words.reset)
    case "NOOP": return try say(service.words.noop)
    case "VRFY": return try say("252 2.1.5 Cannot VRFY user")
    case "QUIT":
      // Before the reply, so that a client that comes back at once is not one too many.
      identity.map(release)
      identity = nil
      try settle(.quit, service.words.quit)
      return false
    default: return try say(service.words.unknownCommand)
    }
  }

  // MARK: Saying

  /// Says `reply`, or what a scripted failure wants said at `stage`, and tells which it was.
  @discardableResult
  func settle(_ stage: Stage, _ reply: Reply, subject: String? = nil) throws(Ended) -> Reply {
    let said = try scripted(stage, subject: subject) ?? reply
    try say(said.filled(stage == .mail ? ["from": subject ?? ""] : stage == .rcpt ? ["to": subject ?? ""] : [:]))
    return said
  }

  /// What a scripted failure wants said at `stage`; what it wants done is done.
  func scripted(_ stage: Stage, subject: String? = nil) throws(Ended) -> Reply? {
    let moment = Moment(
      stage: stage, endpoint: endpoint.name, isSecured: wire.isSecured, subject: subject,
      recipients: envelope?.recipients.count)
    return try tenant.strike(moment).map { rule throws(Ended) in try obey(rule) }
  }

  /// Does what a scripted failure says, where that is not words.
  func obey(_ rule: Rule) throws(Ended) -> Reply {
    switch rule.reply {
    case "close": throw Ended(reason: "closed by the scenario")
    case "reset":
      wire.connection.reset()
      throw Ended(reason: "reset by the scenario")
    case "stall":
      note("stall", "by the scenario")
      wire.stall()
      throw Ended(reason: "stalled by the scenario")
    default: return Reply(rule.reply)
    }
  }

  /// False when the reply ends the conversation.
  @discardableResult
  func say(_ reply: Reply) throws(Ended) -> Bool {
    let filled = fill(reply)
    try wire.write(filled.wire)
    note("S", filled.text)
    if filled.closes { throw Ended(reason: "421 said") }
    return true
  }

  func fill(_ reply: Reply) -> Reply {
    reply.filled([
      "host": endpoint.settings.host, "ip": wire.connection.peer, "id": id, "time": rfc3339(),
      "date": formatted("%a, %d %b %Y %H:%M:%S +0000"), "seconds": String(secondsSince1970()),
      "user": identity?.name ?? "", "from": envelope?.from ?? "",
    ])
  }

  // MARK: Noting

  struct Event: Encodable {
    let ms: Int
    let connection: Int
    let endpoint: String
    let event: String
    let text: String
  }

  func note(_ event: String, _ text: String) {
    tenant.keeper.note(
      Event(ms: steadyMilliseconds(), connection: number, endpoint: endpoint.name, event: event, text: text))
  }

  /// What a client says to sign in is a secret but for the mechanism.
  private func noteCommand(_ command: Command) {
    let words = command.words
    let shown = command.verb == "AUTH" ? (words.first ?? "") + (words.count > 1 ? " ***" : "") : command.argument
    note("C", shown.isEmpty ? command.verb : command.verb + " " + shown)
  }

  private func release(_ identity: Identity) {
    let key = endpoint.name + " " + identity.name.lowercased()
    tenant.withState { $0.openSessions[key, default: 1] -= 1 }
  }

  /// What the next session of `identity` hears when it already has as many as it may.
  func admit(_ identity: Identity) -> Reply? {
    let key = endpoint.name + " " + identity.name.lowercased()
    let limit = service.sessionLimit
    let isFull = tenant.withState { state in
      let open = state.openSessions[key, default: 0]
      if let limit, open >= limit.count { return true }
      state.openSessions[key] = open + 1
      return false
    }
    return isFull ? limit?.refusal : nil
  }
}

// MARK: - Hello and TLS

extension Session {
  private func hello(_ command: Command) throws(Ended) -> Bool {
    guard !command.argument.isEmpty else { return try say(service.words.badArguments) }
    if let refusal = versionRefusal { return try say(refusal) }
    let isExtended = command.verb == "EHLO"
    let greeting = isExtended ? Reply.lines(250, [service.words.hello] + keywords) : Reply("250 " + service.words.hello)
    if try settle(.ehlo, greeting, subject: command.argument).isPositive {
      helo = command.argument
      envelope = nil
      chunks = nil
    }
    return true
  }

  private var versionRefusal: Reply? {
    guard let tls = wire.session, let version = TLSVersion(rawValue: String(tls.version.dropFirst(4))) else {
      // OpenSSL calls 1.0 "TLSv1".
      return wire.session == nil || endpoint.settings.tls.accepted <= .tls10 ? nil : Self.oldTLS
    }
    return version < endpoint.settings.tls.accepted ? Self.oldTLS : nil
  }

  private static let oldTLS: Reply =
    "421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit https://aka.ms/smtp_auth_tls."

  private var keywords: [String] {
    var list = ["SIZE \(service.advertisedSize)"] + service.keywords
    if !wire.isSecured { list.append("STARTTLS") }
    if !offeredMechanisms.isEmpty { list.append("AUTH " + offeredMechanisms.joined(separator: " ")) }
    list.append("8BITMIME")
    if endpoint.settings.binary { list.append("BINARYMIME") }
    if endpoint.settings.chunking { list.append("CHUNKING") }
    return list + ["SMTPUTF8"]
  }

  var offeredMechanisms: [String] { wire.isSecured || !service.needsTLS ? service.mechanisms : [] }

  private func startTLS() throws(Ended) -> Bool {
    if wire.isSecured || helo == nil { return try say(service.words.needHello) }
    if wire.hasUnread && service.words.banner.text.hasSuffix("gsmtp") {
      return try say("454 4.5.0 SMTP protocol violation, no commands allowed to pipeline after STARTTLS {id} - gsmtp")
    }
    guard try settle(.starttls, service.words.startTLS).isPositive else { return true }
    try secure()
    helo = nil
    envelope = nil
    identity.map(release)
    identity = nil
    return true
  }

  private func secure() throws(Ended) {
    let rule = tenant.strike(Moment(stage: .handshake, endpoint: endpoint.name))
    if let rule {
      let reply = try obey(rule)
      if reply.text == "plain" {
        try say(service.words.banner)
        throw Ended(reason: "clear text in place of TLS by the scenario")
      }
    }
    let context: TLSContext
    do throws(Fault) {
      context = try endpoint.handshake(rule)
    } catch {
      throw Ended(reason: error.description)
    }
    try wire.secure(context)
    if let session = wire.session {
      note("tls", "\(session.version) \(session.cipher) \(session.clientSubject ?? "-")")
    }
  }
}
