import Crypto
import Mail

/// Two bytes choose the plan, and whether the message is known from the start; the rest is the server: its bytes, and happenings as bytes that no UTF-8 text has.
enum SessionDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard input.count > 2 else { return }
    let script = Array(input.dropFirst(2))
    let errand = errand(input[0], input[1])
    let byLine = try play(errand, script, .lines)
    let byByte = try play(errand, script, .bytes)
    try promise(byLine == byByte, "single bytes change what becomes of a session: \(byLine), \(byByte)")
    _ = try play(errand, script, .whole)
  }

  private static func play(
    _ errand: Errand, _ script: [UInt8], _ cuts: Conversation.Cuts
  ) throws(BrokenPromise) -> Conversation.Ending {
    var conversation = Conversation(errand, script, cuts)
    return try conversation.play()
  }

  private static func errand(_ first: UInt8, _ second: UInt8) -> Errand {
    let encryptions: [SMTPPlan.Encryption] = [.off, .startTLS, .opportunistic, .implicit]
    let kinds: [Authentication] = [.auto, .plain, .login, .none]
    let recipients = ["ann@example.test", "bob@example.test", "\"c d\"@example.test", "eve@[192.0.2.1]"]
    let plan = SMTPPlan(
      helloName: "scanner.example.test", encryption: encryptions[Int(first & 3)], verifiesPeer: first & 4 == 0,
      unprotectedAuthentication: first & 8 == 0 ? .forbidden : .allowed,
      credentials: first & 16 == 0 ? SMTPCredentials(username: "scanner", password: Conversation.password) : nil,
      authentication: kinds[Int(second & 3)])
    let message = SMTPMessage(
      reversePath: second & 4 == 0 ? "scanner@example.test" : "",
      recipients: Array(recipients.prefix(1 + Int(second >> 3 & 3))), size: Conversation.message.count,
      needs8BitMIME: second & 32 != 0)
    return Errand(plan: plan, message: message, isLate: second & 64 != 0)
  }
}

/// What a session is about.
struct Errand {
  let plan: SMTPPlan
  let message: SMTPMessage
  /// The message is given when the session rests.
  let isLate: Bool
}

/// One session against a scripted server, with the promises that hold in any.
struct Conversation {
  enum Cuts { case lines, bytes, whole }

  /// What can be seen of a session from outside.
  struct Ending: Equatable {
    var outcomes: [RecipientOutcome] = []
    var said: [UInt8] = []
    var intents = 0
  }

  /// What can happen, as the script writes it.
  private enum Mark {
    static let closed: UInt8 = 0xFF
    static let silence: UInt8 = 0xFE
    static let interrupt: UInt8 = 0xFD
    static let tlsFails: UInt8 = 0xFC
    static let sendFails: UInt8 = 0xFB
    static let intentFails: UInt8 = 0xFA
    static let early: UInt8 = 0xF9
    static let first: UInt8 = 0xF9
  }

  static let password = "hemmelig-Ord"
  static let message = Array("Subject: x\r\n\r\n.\r\nhello\r\n".utf8)

  private let errand: Errand
  private let cuts: Cuts
  private var script: ArraySlice<UInt8>
  private var session: SMTPSession
  private var ending = Ending()
  private var isSecured = false
  private var hasAuthenticated = false
  private var isDotted = false
  private var bodyBlocks = 0

  init(_ errand: Errand, _ script: [UInt8], _ cuts: Cuts) {
    self.errand = errand
    self.cuts = cuts
    self.script = script[...]
    session = SMTPSession(errand.plan)
    if !errand.isLate { session.begin(errand.message) }
  }

  mutating func play() throws(BrokenPromise) -> Ending {
    for _ in 0..<(1000 + 8 * script.count) {
      switch session.next() {
      case .send(let bytes, _): try send(bytes)
      case .receive: receive()
      case .startTLS: shakeHands()
      case .rest: rest()
      case .sendBody: sendBody()
      case .recordIntent: recordIntent()
      case .finished(let result) where result.outcomes.isEmpty: session.begin(errand.message)
      case .finished(let result):
        try judge(result)
        return ending
      }
    }
    throw BrokenPromise(description: "the session does not end")
  }

  // MARK: What happens

  private mutating func take(_ mark: UInt8) -> Bool {
    if script.first != mark { return false }
    script.removeFirst()
    return true
  }

  private mutating func send(_ bytes: [UInt8]) throws(BrokenPromise) {
    let isDot = bytes == [46, 13, 10] || bytes.suffix(5) == [13, 10, 46, 13, 10]
    if !isDot || ending.intents == 0 { try checkCommands(bytes) }
    let fails = take(Mark.sendFails)
    if fails { session.sendFailed("broken") }
    if isDot, ending.intents > 0, !fails { isDotted = true }
    ending.said += bytes
  }

  private mutating func receive() {
    switch script.first {
    case nil: session.connectionEnded("closed")
    case Mark.silence?: session.timedOut()
    case Mark.interrupt?: session.fail(.interrupted(stage: session.stage))
    case let byte? where byte >= Mark.first && byte != Mark.early: session.connectionEnded("closed")
    case Mark.early?: script.removeFirst()
    default: return session.receive(chunk())
    }
    _ = script.popFirst()
  }

  /// What the server says next, of which there is something.
  private mutating func chunk() -> [UInt8] {
    let speech = script.prefix { $0 < Mark.first }
    let count =
      switch cuts {
      case .bytes: min(1, speech.count)
      case .whole: speech.count
      case .lines: speech.firstIndex(of: 10).map { $0 - speech.startIndex + 1 } ?? speech.count
      }
    defer { script = script.dropFirst(count) }
    return Array(speech.prefix(count))
  }

  private mutating func shakeHands() {
    if take(Mark.tlsFails) { return session.fail(.tls(.truncated)) }
    isSecured = true
    session.tlsEstablished()
  }

  private mutating func rest() {
    if take(Mark.early) { session.keepAlive() } else { session.begin(errand.message) }
  }

  private mutating func sendBody() {
    bodyBlocks += 1
    if take(Mark.early) { return session.receive(chunk()) }
    if take(Mark.sendFails) { return session.sendFailed("broken") }
    if take(Mark.interrupt) { return session.fail(.interrupted(stage: .body)) }
    var encoded: [UInt8] = []
    session.encode(Self.message, into: &encoded)
    session.bodyEnded()
  }

  private mutating func recordIntent() {
    if take(Mark.intentFails) { return session.intentFailed(.notRecorded(detail: "full")) }
    ending.intents += 1
    session.intentRecorded()
  }

  // MARK: What must hold

  private mutating func checkCommands(_ bytes: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: bytes, as: UTF8.self)
    try promise(bytes.suffix(2) == [13, 10], "commands without a line end: \(text.debugDescription)")
    for line in bytes.dropLast(2).split(separator: 10, omittingEmptySubsequences: false) {
      let bare = line.last == 13 ? line.dropLast() : line
      let isClean = bare.allSatisfy { $0 >= 32 && $0 < 127 } && bare.count <= 510
      try promise(isClean, "a command that is none: \(text.debugDescription)")
      try check(verb: String(decoding: bare, as: UTF8.self))
    }
  }

  private mutating func check(verb line: String) throws(BrokenPromise) {
    let plan = errand.plan
    let demandsTLS = plan.encryption == .startTLS || plan.encryption == .implicit
    let isHarmless = ["EHLO ", "HELO ", "STARTTLS", "QUIT"].contains { line.hasPrefix($0) }
    try promise(isSecured || !demandsTLS || isHarmless, "before TLS it says \(line)")
    guard line.hasPrefix("AUTH ") else { return }
    hasAuthenticated = true
    let isSafe = isSecured && plan.verifiesPeer && demandsTLS || plan.unprotectedAuthentication == .allowed
    try promise(isSafe, "credentials over a connection that is not safe")
  }

  private mutating func judge(_ result: SMTPResult) throws(BrokenPromise) {
    ending.outcomes = result.outcomes.map(Self.withoutWhatWasSaid)
    try promise(result.outcomes.count == errand.message.recipients.count, "\(result.outcomes.count) outcomes")
    try promise(session.next() == .finished(result), "it does not stay finished")
    for outcome in result.outcomes {
      switch outcome {
      case .accepted(let reply):
        try promise(isDotted && reply.isPositive, "accepted without the dot, or by \(reply.code)")
      case .failed(.finalReplyLost): try promise(isDotted, "unknown without the dot")
      case .failed: break
      }
    }
    if hasAuthenticated { try checkSecrets("\(result.outcomes)") }
  }

  /// How much is shown of what is not SMTP depends on how much came at once.
  private static func withoutWhatWasSaid(_ outcome: RecipientOutcome) -> RecipientOutcome {
    if case .failed(.notSMTP) = outcome { .failed(.notSMTP(received: "")) } else { outcome }
  }

  private func checkSecrets(_ text: String) throws(BrokenPromise) {
    let bytes = Array(text.utf8)
    let secret = Array(Self.password.utf8)
    let shows = bytes.indices.contains { bytes[$0...].starts(with: secret) }
    try promise(!shows, "an outcome shows the password: \(text)")
  }
}
