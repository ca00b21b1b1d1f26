import Base

/// The client's side of one SMTP submission, without any I/O: bytes in, bytes and decisions out (RFC 5321, 3207,
/// 4954, 2920, 1870, 6152, 3030).
///
/// A driver asks ``next()`` for the step to take, takes it, says what came of it, and asks again until
/// `.finished`. What can go wrong on its side goes in through ``connectionEnded(_:)``, ``timedOut()`` and
/// ``fail(_:)``, at any moment.
///
///     (implicit: tls) → greeting → hello ⇄ startTLS → tls
///                                    └→ auth → rest → envelope → body → intent → dot → final → farewell → done
///                                              ⇅ noop    └→ abandon (RSET, or a lone dot) → farewell
///
/// It rests while it has no message (``begin(_:)``), if that takes any time.
///
/// Nothing goes out before its turn: no address and no password before the TLS that the plan demands. From `intent`
/// on the message may arrive; from the step after `dot` on it may have arrived, and a failure is ``DeliveryFault/finalReplyLost(detail:)``.
///
/// Over BDAT the same states stand: `dot` is the end of the last chunk, and it waits until every chunk before it has been
/// taken, so that but one reply decides.
package struct SMTPSession: Sendable {
  enum State: Sendable {
    case greeting, hello(extended: Bool), startTLS, tls
    case auth(SASLExchange, challenges: Int)
    /// The exchange was broken off with "*", for this reason; the reply to that is still due.
    case authCancelled(String)
    case rest, noop, envelope, body, intent, dot, final, abandon, farewell, done
  }

  let plan: SMTPPlan
  var message: SMTPMessage?
  var state: State
  var reader = SMTPReplyReader()
  var envelope = EnvelopeProgress(SMTPMessage(reversePath: "", recipients: [], size: 0))
  var encoder = SMTPBodyEncoder()
  /// In place of `encoder` where the message goes by BDAT.
  var chunks: SMTPChunks?
  var isSecured = false
  var greeting: SMTPReply?
  var capabilities: SMTPCapabilities?
  /// Why it ended without a message.
  private(set) var fault: DeliveryFault?
  /// What is to be written before anything else happens.
  var outgoing: [UInt8] = []
  /// Why no more bytes come, once they do not.
  private var ending: String?
  private var hasStalled = false
  private var secrets: [String] = []
  private var waitNumber = 0
  private var sawForeignBytes = false

  package init(_ plan: SMTPPlan) {
    self.plan = plan
    state = plan.encryption == .implicit ? .tls : .greeting
    if plan.usedCredentials != nil, let reason = plan.authenticationBan { abort(.authForbidden(reason: reason)) }
  }

  // MARK: What the driver says

  /// Takes bytes of the server, decrypted. At most one read's worth at a time: only ask for more when
  /// ``next()`` does.
  package mutating func receive(_ bytes: [UInt8]) { reader.append(bytes) }

  /// The server closed, or the connection broke; replies that came before still count.
  package mutating func connectionEnded(_ detail: String) { ending = ending ?? detail }

  /// Not all of the last `.send` went out because the connection broke. Half of a final dot does not count, nor does half
  /// of a last chunk's end.
  package mutating func sendFailed(_ detail: String) {
    if case .dot = state { state = .body }
    connectionEnded(detail)
  }

  /// The server takes no more of the last `.send` or of the message: what it said before that counts, or else its silence.
  package mutating func stalled() {
    hasStalled = true
    sendFailed("the server accepts no more data")
  }

  /// The wait of the last step ran out.
  package mutating func timedOut() {
    if sawForeignBytes { return abort(foreign(reader.line)) }
    fail(.timedOut(stage: stage, seconds: seconds))
  }

  /// Something that ends the session happened outside of it: TLS broke, the person cancelled, the document
  /// could not be read. To be called before the connection is closed, and without writing anything more.
  package mutating func fail(_ fault: DeliveryFault) {
    if case .final = state { return abort(.finalReplyLost(detail: Self.words(for: fault))) }
    abort(fault)
  }

  package mutating func tlsEstablished() {
    guard case .tls = state else { return }
    isSecured = true
    if plan.encryption == .implicit { state = .greeting } else { sayHello(extended: true) }
  }

  /// Appends the next piece of the message, fit for the wire, to `output`. Any piece size will do; lines may be
  /// cut anywhere.
  package mutating func encode(_ block: [UInt8], into output: inout [UInt8]) {
    if chunks == nil { encoder.encode(block, into: &output) } else { chunks?.encode(block, into: &output) }
  }

  /// The message must not go on before the server has answered: what more is given to ``encode(_:into:)`` stays here.
  package var isHeldUp: Bool { chunks?.isHeldUp ?? false }

  /// What the server says in the midst of the message may be good news.
  package var awaitsChunkReplies: Bool { (chunks?.repliesDue ?? 0) > 0 }

  /// All of the message went through ``encode(_:into:)``, and what that gave to the network.
  package mutating func bodyEnded() {
    guard case .body = state else { return }
    if let chunks, let message, !chunks.isWhole {
      return abort(.document(detail: "the message does not have the announced \(message.size) bytes"))
    }
    state = .intent
  }

  package mutating func intentRecorded() {
    guard case .intent = state else { return }
    outgoing = chunks?.finish() ?? encoder.finish()
    state = .dot
  }

  /// Ends without the dot, so that the message cannot have gone.
  package mutating func intentFailed(_ fault: DeliveryFault) { abort(fault) }

  // MARK: What it answers

  package mutating func next() -> SMTPStep {
    while true {
      if let step = stepWithoutReply() { return step }
      guard let reply = takeReply() else {
        if case .done = state { continue }
        return waitForReply()
      }
      waitNumber += 1
      handle(reply)
    }
  }

  /// The word for where the session is.
  package var stage: SMTPStage {
    switch state {
    case .greeting: .greeting
    case .hello: .hello
    case .startTLS: .starttls
    case .tls: .tls
    case .auth, .authCancelled: .auth
    case .rest, .noop: .mail
    case .envelope: envelope.stage
    case .body, .intent, .dot: .body
    case .final: .final
    case .abandon, .farewell, .done: .quit
    }
  }

  private var result: SMTPResult {
    SMTPResult(outcomes: envelope.outcomes, greeting: greeting, capabilities: capabilities, fault: fault)
  }

  private var seconds: Int {
    switch state {
    case .greeting where sawForeignBytes: SMTPTimeout.foreignGreeting
    case .greeting where plan.beginsOnTLSPort && !isSecured: SMTPTimeout.greetingOnTLSPort
    case .body, .intent, .dot: SMTPTimeout.block
    case .final: SMTPTimeout.final
    case .rest, .noop: SMTPTimeout.rest
    case .abandon: SMTPTimeout.reset
    case .farewell, .done: SMTPTimeout.quit
    case .envelope where envelope.stage == .data: SMTPTimeout.data
    default: SMTPTimeout.command
    }
  }

  private var wait: SMTPWait { SMTPWait(stage: stage, seconds: seconds, number: waitNumber) }

  private mutating func stepWithoutReply() -> SMTPStep? {
    if case .done = state, outgoing.isEmpty { return .finished(result) }
    if isOutOfTurn { return unasked() }
    if case .envelope = state { fillEnvelope() }
    if !outgoing.isEmpty { return handOut() }
    switch state {
    case .tls:
      guard let ending else { return .startTLS(wait) }
      abort(.connectionLost(stage: .tls, detail: ending))
      return nil
    case .dot:
      // The driver asks for more, so all of the dot is with the network.
      state = .final
      waitNumber += 1
      return nil
    case .farewell:
      state = .done
      return .finished(result)
    default: return nil
    }
  }

  private mutating func handOut() -> SMTPStep? {
    if case .farewell = state {
      state = .done
      return ending == nil ? .send(takeOutgoing(), wait) : .finished(result)
    }
    if let ending, !reader.hasUnread {
      abort(.connectionLost(stage: stage, detail: ending))
      return .finished(result)
    }
    return .send(takeOutgoing(), wait)
  }

  /// The server said something that no one asked for, and we are about to speak: from then on its answers would
  /// be taken for those of other commands.
  private var isOutOfTurn: Bool {
    switch state {
    case .envelope: !envelope.awaitsReplies && reader.hasUnread
    case .abandon, .farewell, .done: false
    case .body, .intent: !awaitsChunkReplies && !outgoing.isEmpty && reader.hasUnread
    default: !outgoing.isEmpty && reader.hasUnread
    }
  }

  private mutating func takeOutgoing() -> [UInt8] {
    waitNumber += 1
    defer { outgoing = [] }
    return outgoing
  }

  private mutating func unasked() -> SMTPStep? {
    guard let reply = takeReply() else {
      if case .done = state { return .finished(result) }
      // Half a reply: what it is will show.
      return waitForReply()
    }
    outgoing = []
    if reply.code == 421 {
      abort(.reply(stage: stage, reply))
    } else {
      abort(.protocolViolation(stage: stage, detail: "\"\(quoted(reply))\" was unexpected"))
    }
    return .finished(result)
  }

  private func waitForReply() -> SMTPStep {
    switch state {
    case .rest: .rest
    // A reply that has begun is read to its end before the message goes on, or ends.
    case .body where !reader.hasUnread && !isHeldUp: .sendBody(wait)
    case .intent where !reader.hasUnread && !isHeldUp && !awaitsChunkReplies: .recordIntent
    default: .receive(wait)
    }
  }

  // MARK: Replies

  private mutating func takeReply() -> SMTPReply? {
    do throws(SMTPReplyReader.Violation) {
      if let reply = try reader.next() { return withoutSecrets(reply) }
    } catch {
      violate(error)
      return nil
    }
    if case .greeting = state { lookForForeignBytes() }
    if let ending, !isDone { lose(ending) }
    return nil
  }

  private var isDone: Bool { if case .done = state { true } else { false } }

  /// The connection ended with a reply due.
  private mutating func lose(_ detail: String) {
    switch state {
    case .abandon, .farewell: state = .done
    case .greeting where sawForeignBytes: abort(foreign(reader.line))
    case _ where hasStalled: timedOut()
    default: fail(.connectionLost(stage: stage, detail: detail))
    }
  }

  /// Servers of other protocols speak first as well; the line they begin with names them.
  private mutating func lookForForeignBytes() {
    guard let first = reader.line.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return }
    if !sawForeignBytes { waitNumber += 1 }
    sawForeignBytes = true
    let tlsAlertBytes = 7
    let isTLS = first == 0x15 && reader.line.count >= tlsAlertBytes
    if isTLS || reader.line.count >= SMTPLimit.foreignBytes { abort(foreign(reader.line)) }
  }

  private func foreign(_ line: [UInt8]) -> DeliveryFault {
    let shown = line.first == 0x15 ? 7 : SMTPLimit.foreignBytes
    return .notSMTP(received: String(decoding: line.prefix(shown), as: UTF8.self).onOneLine())
  }

  private mutating func violate(_ violation: SMTPReplyReader.Violation) {
    if case .greeting = state, case .malformed(let line) = violation { return abort(foreign(line)) }
    if case .abandon = state {
      state = .done
      return
    }
    if case .malformed(let line) = violation {
      let shown = withoutSecrets(String(decoding: line, as: UTF8.self))
      return violate(SMTPReplyReader.Violation.malformed(line: Array(shown.utf8)).description)
    }
    violate(violation.description)
  }

  /// What the server says means nothing. After the dot that leaves open whether it has the message.
  mutating func violate(_ detail: String) {
    if case .final = state { return abort(.finalReplyLost(detail: detail)) }
    abort(.protocolViolation(stage: stage, detail: detail))
  }

  /// A server may quote the line that it does not like.
  private func withoutSecrets(_ reply: SMTPReply) -> SMTPReply {
    var reply = reply
    reply.lines = reply.lines.map(withoutSecrets)
    return reply
  }

  /// Byte by byte: as characters, a secret's last one is another when the server puts an accent behind it.
  private func withoutSecrets(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in secrets { bytes.replace(Array(secret.utf8), with: Array("…".utf8)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Shared by the stages

  func quoted(_ reply: SMTPReply) -> String { reply.text.onOneLine(limit: 200) }

  mutating func send(_ line: String) { outgoing += Array(line.utf8) + [13, 10] }

  mutating func willSendSecrets(of credentials: SMTPCredentials) { secrets = SASLExchange.secrets(of: credentials) }

  /// Ends the session for every recipient without an outcome; says nothing more.
  mutating func abort(_ fault: DeliveryFault) {
    settle(fault)
    outgoing = []
    state = .done
  }

  /// The same, where the server and we still understand each other: says goodbye.
  mutating func leave(_ fault: DeliveryFault? = nil) {
    if let fault { settle(fault) }
    outgoing = []
    send("QUIT")
    state = .farewell
  }

  private mutating func settle(_ fault: DeliveryFault) {
    if message == nil { self.fault = self.fault ?? fault }
    envelope.settle(fault)
  }

  /// Ends the session on a reply that is not the one hoped for.
  mutating func refuse(_ reply: SMTPReply) {
    if reply.isTransient || reply.isPermanent { return leave(.reply(stage: stage, reply)) }
    violate("\"\(quoted(reply))\" is not a valid reply here")
  }

  private static func words(for fault: DeliveryFault) -> String {
    switch fault {
    case .connectionLost(_, let detail): detail
    case .timedOut(_, let seconds): "no reply within \(seconds) s"
    case .interrupted: "interrupted before the reply came"
    case .tls(let fault): "TLS broke: \(fault)"
    default: "\(fault)"
    }
  }
}

extension SMTPSession: CustomReflectable {
  /// Without what is about to be sent: that may be a password.
  package var customMirror: Mirror { Mirror(self, children: ["stage": stage]) }
}

extension SMTPReplyReader.Violation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let line):
      "\"\(String(decoding: line.prefix(80), as: UTF8.self).onOneLine())\" is not an SMTP reply"
    case .codes(let first, let second): "one reply has the codes \(first) and \(second)"
    case .outOfRange(let code): "\(code) is not a reply code"
    case .endless: "an endless reply"
    }
  }
}
