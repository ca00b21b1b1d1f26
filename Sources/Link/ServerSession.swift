import Base
import Crypto
import Jobs
import Mail
import Routes

/// One session: drives the SMTP engine over a channel. All decisions are the engine's.
struct ServerSession: ~Copyable {
  var session: SMTPSession
  var channel: Channel
  private let context: TLSContext?
  /// What a signed zone says of the server.
  private let records: [TLSARecord]
  private let tlsSessions: TLSSessionStore
  private let server: String
  private let route: String
  /// Of the message.
  private var size = 0
  private let peer: SocketAddress
  let clock: Clock
  private var encryption: DeliveryReport.Encryption?
  /// The subject of the client certificate that the server received, until its first reply after that.
  private var shownSubject: String?
  private var stage: SMTPStage?
  /// The server has received credentials or an envelope.
  private var isEngaged = false
  private var bytesSent = 0
  /// Of the reply that is waited for, by the number of the wait.
  private var replyDeadline: (number: Int, deadline: Deadline)?
  private var bodyDeadline: Deadline?
  /// It was open for a while before there was a message.
  var hasRested = false

  /// What goes out in one write at least: two full TLS records, and few system calls.
  private static let blockSize = 32768
  /// A connection that broke under a write may still hold what the server said before.
  private static let lastWordsSeconds = 2
  private static let lastWordsBytes = 65536

  init(
    _ caller: Caller, over reached: ReachedHost, _ context: TLSContext?, _ tlsSessions: TLSSessionStore,
    clock: Clock, interrupt: StopSignal
  ) throws(DeliveryFault) {
    session = SMTPSession(try SMTPPlan(caller, over: reached.connection))
    channel = Channel(reached.connection, interrupt: interrupt, clock: clock)
    self.context = context
    self.tlsSessions = tlsSessions
    records = reached.records
    server = reached.name
    route = caller.route.name
    peer = reached.connection.peer
    self.clock = clock
  }

  /// Goes on to where MAIL is due.
  ///
  /// - Returns: nil there; else how it failed, with one outcome for every recipient.
  mutating func open(_ progress: (DeliveryProgress) -> Void) -> DeliveryReport? {
    guard case .finished(let result) = talk(progress) else { return nil }
    var report = end(result)
    report.outcomes = result.fault.map { [.failed($0)] } ?? []
    return report
  }

  /// Goes on from there to the end.
  mutating func deliver(
    _ transmission: Transmission, _ body: MessageSource, _ recordIntent: IntentRecorder,
    _ progress: (DeliveryProgress) -> Void
  ) -> DeliveryReport {
    size = transmission.size
    session.begin(SMTPMessage(transmission))
    while true {
      switch talk(progress) {
      case .sendBody(let wait): sendBlock(wait, body, progress)
      case .recordIntent: record(recordIntent)
      case .finished(let result): return end(result)
      case .send, .receive, .startTLS, .rest: break
      }
    }
  }

  /// Takes all steps that need no message; the first that does, or the last.
  private mutating func talk(_ progress: (DeliveryProgress) -> Void) -> SMTPStep {
    while true {
      let step = session.next()
      if case .rest = step { return step }
      announce(progress)
      switch step {
      case .send(let bytes, let wait): send(bytes, wait)
      case .receive(let wait): receive(wait)
      case .startTLS(let wait): startTLS(wait, progress)
      case .sendBody, .recordIntent, .rest, .finished: return step
      }
    }
  }

  /// Why another host is to be tried; nil where this one has settled the matter. A host that was given credentials or
  /// an envelope has, whatever it replied: a password that is refused is not carried to the next.
  func reasonToGoOn(_ report: DeliveryReport) -> DeliveryFault? {
    guard !isEngaged, case .failed(let fault) = report.outcomes.first, fault.isAboutHost else { return nil }
    return fault
  }

  /// The handshake failed with an earlier session in it, which is forgotten now.
  var failedResuming: Bool {
    mutating get { channel.isResuming }
  }

  private mutating func announce(_ progress: (DeliveryProgress) -> Void) {
    if stage == session.stage { return }
    stage = session.stage
    isEngaged = isEngaged || session.stage.isPastHello
    progress(.stage(session.stage))
  }

  private mutating func end(_ result: SMTPResult) -> DeliveryReport {
    channel.close()
    return DeliveryReport(
      outcomes: result.outcomes, peer: peer.text, encryption: encryption, greeting: result.greeting,
      capabilities: result.capabilities, bytesSent: bytesSent)
  }

  // MARK: Steps

  private mutating func send(_ bytes: [UInt8], _ wait: SMTPWait) {
    do throws(ChannelFault) {
      try channel.send(bytes, until: clock.after(.seconds(wait.seconds)))
    } catch {
      sendingFailed(error)
    }
  }

  private mutating func receive(_ wait: SMTPWait) {
    if replyDeadline?.number != wait.number {
      replyDeadline = (wait.number, clock.after(.seconds(patience(wait))))
    }
    do throws(ChannelFault) {
      session.receive(try channel.receive(until: replyDeadline?.deadline ?? .passed))
      shownSubject = nil
    } catch {
      receivingFailed(error)
    }
  }

  private mutating func startTLS(_ wait: SMTPWait, _ progress: (DeliveryProgress) -> Void) {
    guard let context else { return session.fail(.tls(.setup("TLS is off for this route"))) }
    do throws(ChannelFault) {
      try channel.startTLS(
        context, host: server, records: records, sessions: tlsSessions, until: clock.after(.seconds(wait.seconds)))
      session.tlsEstablished()
    } catch {
      return receivingFailed(error)
    }
    guard let agreed = channel.encryption else { return }
    let verification = context.policy.verification
    encryption = DeliveryReport.Encryption(
      version: agreed.version, cipher: agreed.cipher, verification: verification)
    progress(.secured(version: agreed.version, cipher: agreed.cipher))
    if agreed.asksForCertificate { shownSubject = context.identity?.subject }
    let notices = agreed.notices(of: server, verified: verification, showing: context.identity, by: route)
    for notice in notices { progress(.notice(notice)) }
  }

  /// A connection that is known to be lost, or a refusal that is known, must not leave the outcome unknown.
  private mutating func record(_ recordIntent: IntentRecorder) {
    if hearEarlyReply() { return }
    do throws(DeliveryFault) {
      try recordIntent()
      session.intentRecorded()
    } catch {
      session.intentFailed(error)
    }
  }

  // MARK: The message

  private mutating func sendBlock(
    _ wait: SMTPWait, _ body: MessageSource, _ progress: (DeliveryProgress) -> Void
  ) {
    let whole = bodyDeadline ?? clock.after(.seconds(SMTPTimeout.body(bytes: size)))
    bodyDeadline = whole
    if clock.hasPassed(whole) {
      return session.fail(.timedOut(stage: .body, seconds: SMTPTimeout.body(bytes: size)))
    }
    if hearEarlyReply() { return }
    do throws(DeliveryFault) {
      let (block, count, isLast) = try nextBlock(body)
      guard write(block, wait, whole) else { return }
      bytesSent += count
      progress(.sent(bytes: bytesSent, of: size))
      if isLast { session.bodyEnded() }
    } catch {
      session.fail(error)
    }
  }

  /// Whether the server said something, or went, before the message was all sent.
  @discardableResult
  mutating func hearEarlyReply() -> Bool {
    do throws(ChannelFault) {
      guard let bytes = try channel.receiveNow() else { return false }
      session.receive(bytes)
    } catch {
      receivingFailed(error)
    }
    return true
  }

  private mutating func nextBlock(
    _ body: MessageSource
  ) throws(DeliveryFault) -> (block: [UInt8], count: Int, isLast: Bool) {
    var block: [UInt8] = []
    block.reserveCapacity(2 * Self.blockSize)
    var piece: [UInt8] = []
    var count = 0
    while block.count < Self.blockSize && !session.isHeldUp {
      piece.removeAll(keepingCapacity: true)
      let isMore = try body(&piece)
      count += piece.count
      session.encode(piece, into: &block)
      if !isMore { return (block, count, true) }
    }
    return (block, count, false)
  }

  private mutating func write(_ block: [UInt8], _ wait: SMTPWait, _ whole: Deadline) -> Bool {
    do throws(ChannelFault) {
      // A chunk's good reply is no reason to stop within the next.
      let yields = !session.awaitsChunkReplies
      try channel.send(block, until: min(whole, clock.after(.seconds(wait.seconds))), yields: yields)
      return true
    } catch {
      if error == .spokenTo { _ = hearEarlyReply() } else { sendingFailed(error) }
      return false
    }
  }

  // MARK: Failures

  private mutating func receivingFailed(_ fault: ChannelFault) {
    switch fault {
    case .ended(let detail): session.connectionEnded(withSuspicion(detail))
    case .timedOut: session.timedOut()
    case .stopped: session.fail(.interrupted(stage: session.stage))
    case .tls(let fault): session.fail(.tls(fault))
    case .spokenTo: break
    }
  }

  /// Some servers that refuse a certificate in TLS 1.3 hang up without an alert.
  private func withSuspicion(_ detail: String) -> String {
    shownSubject.map { "\(detail) right after it received this device's certificate (\($0))" } ?? detail
  }

  private mutating func sendingFailed(_ fault: ChannelFault) {
    if fault == .timedOut, hearEarlyReply() { return session.stalled() }
    guard case .ended(let detail) = fault else { return receivingFailed(fault) }
    session.sendFailed(withSuspicion(detail))
    let deadline = clock.after(.seconds(Self.lastWordsSeconds))
    var heard = 0
    do throws(ChannelFault) {
      while heard < Self.lastWordsBytes {
        let bytes = try channel.receive(until: deadline)
        session.receive(bytes)
        heard += bytes.count
      }
    } catch {
      // A peer that breaks off after the handshake says why in an alert, and no more than that.
      if case .tls(let fault) = error, heard == 0 { session.fail(.tls(fault)) }
    }
  }
}

extension SMTPStage {
  fileprivate var isPastHello: Bool {
    switch self {
    case .lookup, .connect, .tls, .greeting, .hello, .starttls, .quit: false
    case .auth, .mail, .rcpt, .data, .body, .final: true
    }
  }
}

extension SMTPPlan {
  fileprivate init(_ caller: Caller, over connection: Connection) throws(DeliveryFault) {
    let route = caller.route
    let local = SocketAddress(localEndOf: connection.socket.number)?.host ?? "127.0.0.1"
    self.init(
      helloName: SMTPHelloName.choose(caller.ehloName, address: local),
      encryption: Encryption(route.tlsMode), verifiesPeer: route.tls.verification != .none,
      unprotectedAuthentication: UnprotectedAuthentication(route, peer: connection.peer),
      credentials: try caller.credentials(), authentication: route.authentication)
    if route.takesTokensOnTheLine { authenticationLineLimit = Self.tokenLineLimit }
    nonce = base64(randomBytes(Self.nonceBytes))
    beginsOnTLSPort = route.port == Self.portOfImplicitTLS
  }
}

extension SMTPMessage {
  fileprivate init(_ transmission: Transmission) {
    self.init(
      reversePath: transmission.reversePath, recipients: transmission.recipients, size: transmission.size,
      needs8BitMIME: transmission.needs8BitMIME)
    isBinary = transmission.encoding == .binary
    mayChunk = transmission.mayChunk
  }
}

extension SMTPPlan.Encryption {
  fileprivate init(_ mode: Route.TLSMode) {
    switch mode {
    case .starttls: self = .startTLS
    case .implicit: self = .implicit
    case .opportunistic: self = .opportunistic
    case .off: self = .off
    }
  }
}

extension SMTPPlan.UnprotectedAuthentication {
  /// The route has to ask for it, and then it is for machines next door only.
  fileprivate init(_ route: Route, peer: SocketAddress) {
    if !route.insecureCredentials {
      self = .forbidden
    } else {
      self = peer.isPrivate ? .allowed : .forbiddenTo(address: peer.host)
    }
  }
}

extension Caller {
  /// nil where the route has no user name, or uses no AUTH.
  fileprivate func credentials() throws(DeliveryFault) -> SMTPCredentials? {
    guard let username = route.username, route.authentication != .none else { return nil }
    if let token { return SMTPCredentials(username: username, token: token) }
    if let password { return SMTPCredentials(username: username, password: password) }
    throw .authForbidden(reason: "the secret \(route.passwordSecret) for user \(username) is not set")
  }
}
