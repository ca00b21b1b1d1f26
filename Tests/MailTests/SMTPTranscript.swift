import Base
import Crypto
import Mail
import Testing

/// A dialogue as text, played against the engine.
///
/// `C:` is a line of the client, `S:` one of the server, `C|` and `S|` bytes as they are ("␊" is the client's CRLF and
/// the server's LF). `TLS` and
/// `TLS FAILS` end a handshake, `CLOSE`, `BREAK`, `SILENCE` and `INTERRUPT` are what else can happen to a driver,
/// `NO INTENT` is a disk that is full right before the dot.
struct Transcript: Sendable {
  enum Splitting: CaseIterable {
    case whole, lines, bytes
    /// Here and there, also behind the end of a line.
    case chance
  }

  enum Event: Equatable, Sendable {
    case client([UInt8]), server([UInt8]), happening(String)
  }

  private var events: ArraySlice<Event>
  private var session: SMTPSession
  private let envelope: SMTPMessage
  private let message: [UInt8]
  private let splitting: Splitting
  private var chance = SeededGenerator(state: 1)
  private var written: [UInt8] = []
  private var isLeft = false
  /// How often the engine asked for the intent to be recorded.
  private(set) var intents = 0
  private(set) var timeouts: [SMTPStage: Int] = [:]

  /// - Parameter isLate: the session is given its message when it rests, and not from the start.
  init(_ text: String, _ errand: Errand, message: String, splitting: Splitting, isLate: Bool = false) {
    events = Self.parse(text)[...]
    session = isLate ? SMTPSession(errand.plan) : SMTPSession(errand)
    envelope = errand.message
    self.message = Array(message.utf8)
    self.splitting = splitting
  }

  private static func parse(_ text: String) -> [Event] {
    text.utf8.split(separator: 10).map { line in
      let rest = Array(line.dropFirst(3))
      switch String(decoding: line.prefix(3), as: UTF8.self) {
      case "C: ": return .client(rest + [13, 10])
      case "S: ": return .server(rest + [13, 10])
      case "C| ": return .client(Array(String(decoding: rest, as: UTF8.self).replacing("␊", with: "\r\n").utf8))
      case "S| ": return .server(Array(String(decoding: rest, as: UTF8.self).replacing("␊", with: "\n").utf8))
      default: return .happening(String(decoding: line, as: UTF8.self))
      }
    }
  }

  /// Plays it to the end; what the engine makes of it. Anything it does that is not in the text is an issue.
  mutating func play() throws -> SMTPResult {
    while true {
      switch session.next() {
      case .send(let bytes, _):
        if events.first == .happening("BREAK") { breakOff() } else { try take(bytes) }
      case .receive(let wait):
        timeouts[wait.stage] = wait.seconds
        try answer()
      case .startTLS: try finishHandshake()
      case .rest: try rest()
      case .sendBody: try sendBody()
      case .recordIntent: recordIntent()
      case .finished(let result) where result.outcomes.isEmpty && !isLeft:
        // What became of it without a message becomes of the message.
        session.begin(envelope)
      case .finished(let result):
        // What the server still says when all is decided is of no interest.
        while case .server = events.first { events.removeFirst() }
        try #require(events.isEmpty && written.isEmpty, "left: \(shown(written)), \(describe(events.first))")
        return result
      }
    }
  }

  /// `MESSAGE` is where it gets its message, `IDLE` where it has been idle for a while, `LEAVE` where it is told that
  /// there is none; without any of these it gets its message at once.
  private mutating func rest() throws {
    switch events.first {
    case .happening("IDLE"): session.keepAlive()
    case .happening("LEAVE"):
      session.quit()
      isLeft = true
    case .happening("MESSAGE"): session.begin(envelope)
    case .server, .happening("CLOSE"), .happening("SILENCE"), .happening("INTERRUPT"): return try answer()
    default: return session.begin(envelope)
    }
    events.removeFirst()
  }

  private mutating func take(_ bytes: [UInt8]) throws {
    written += bytes
    while !written.isEmpty {
      guard case .client(let line) = events.first else {
        return try #require(Bool(false), "the client says \(shown(written)), not \(describe(events.first))")
      }
      if !(try hear(line)) { return }
    }
  }

  /// Whether the client has said all of a line; it may have said but its beginning.
  private mutating func hear(_ line: [UInt8]) throws -> Bool {
    let said = Array(written.prefix(line.count))
    try #require(line.starts(with: said), "the client says \(shown(said)), not \(shown(line))")
    if said.count < line.count { return false }
    written.removeFirst(line.count)
    events.removeFirst()
    return true
  }

  private mutating func answer() throws {
    guard let event = events.popFirst() else {
      return try #require(Bool(false), "the client waits, and nothing more comes")
    }
    switch event {
    case .server(let bytes): session.receive(cut(bytes))
    case .happening("CLOSE"): session.connectionEnded("closed")
    case .happening("SILENCE"): session.timedOut()
    case .happening("INTERRUPT"): session.fail(.interrupted(stage: session.stage))
    default: try #require(Bool(false), "the client waits, but \(describe(event)) is next")
    }
  }

  /// What of `bytes`, and of what follows them, comes in one read.
  private mutating func cut(_ bytes: [UInt8]) -> [UInt8] {
    switch splitting {
    case .lines: return bytes
    case .bytes:
      if bytes.count > 1 { events.insert(.server(Array(bytes.dropFirst())), at: events.startIndex) }
      return Array(bytes.prefix(1))
    case .whole: return bytes + takeServerBytes()
    case .chance:
      let all = bytes + takeServerBytes()
      let count = Int.random(in: 1...all.count, using: &chance)
      if count < all.count { events.insert(.server(Array(all[count...])), at: events.startIndex) }
      return Array(all[..<count])
    }
  }

  /// What the server says up to where the client is heard.
  private mutating func takeServerBytes() -> [UInt8] {
    var all: [UInt8] = []
    while case .server(let more) = events.first {
      all += more
      events.removeFirst()
    }
    return all
  }

  private mutating func finishHandshake() throws {
    let next = events.popFirst()
    if next == .happening("TLS FAILS") { return session.fail(.tls(.other("handshake failure"))) }
    try #require(next == .happening("TLS"), "a handshake, but \(describe(next)) is next")
    session.tlsEstablished()
  }

  private mutating func sendBody() throws {
    switch events.first {
    case .server: try answer()
    case .happening("BREAK"): breakOff()
    case .happening("CLOSE"), .happening("INTERRUPT"): try answer()
    default:
      var encoded: [UInt8] = []
      session.encode(message, into: &encoded)
      written += encoded
      // In chunks the server may have to answer in between.
      while !written.isEmpty, case .client(let line) = events.first { if !(try hear(line)) { break } }
      session.bodyEnded()
    }
  }

  /// A write fails, and what the server had said is read.
  private mutating func breakOff() {
    events.removeFirst()
    session.sendFailed("broken pipe")
    while case .server(let bytes) = events.first {
      session.receive(bytes)
      events.removeFirst()
    }
  }

  private mutating func recordIntent() {
    if events.first == .happening("NO INTENT") {
      // The message was written up to here.
      written = []
      events.removeFirst()
      return session.intentFailed(.notRecorded(detail: "full"))
    }
    intents += 1
    session.intentRecorded()
  }

  private func shown(_ bytes: [UInt8]) -> String { "\"\(String(decoding: bytes, as: UTF8.self).onOneLine())\"" }

  private func describe(_ event: Event?) -> String {
    switch event {
    case .client(let bytes): "C \(shown(bytes))"
    case .server(let bytes): "S \(shown(bytes))"
    case .happening(let word): word
    case nil: "the end"
    }
  }
}

/// A transcript with its errand and what must come of it.
struct DialogueCase: Sendable, CustomTestStringConvertible {
  let name: String
  let errand: Errand
  let text: String
  let outcomes: [RecipientOutcome]
  /// Where the cuts matter, those that apply.
  var splittings = Transcript.Splitting.allCases
  var message = "hello\r\n"

  init(
    _ name: String, _ errand: Errand, _ text: String, _ outcomes: [RecipientOutcome],
    splittings: [Transcript.Splitting] = Transcript.Splitting.allCases, message: String = "hello\r\n"
  ) {
    self.name = name
    self.errand = errand
    self.text = text
    self.outcomes = outcomes
    self.splittings = splittings
    self.message = message
  }

  /// In clear text, to one recipient.
  init(
    _ name: String, _ text: String, _ outcomes: [RecipientOutcome],
    splittings: [Transcript.Splitting] = Transcript.Splitting.allCases
  ) {
    self.init(name, .sample(), text, outcomes, splittings: splittings)
  }

  var testDescription: String { name }

  func check() throws {
    for splitting in splittings {
      for isLate in [false, true] {
        var transcript = Transcript(text, errand, message: message, splitting: splitting, isLate: isLate)
        let result = try transcript.play()
        #expect(result.outcomes == outcomes, "\(splitting), \(isLate ? "late" : "at once")")
      }
    }
  }
}

/// All that a session is about: with whom, and what it brings.
@dynamicMemberLookup struct Errand: Sendable {
  var plan: SMTPPlan
  var message: SMTPMessage

  subscript<Value>(dynamicMember path: WritableKeyPath<SMTPPlan, Value>) -> Value {
    get { plan[keyPath: path] }
    set { plan[keyPath: path] = newValue }
  }

  subscript<Value>(dynamicMember path: WritableKeyPath<SMTPMessage, Value>) -> Value {
    get { message[keyPath: path] }
    set { message[keyPath: path] = newValue }
  }
}

extension SMTPSession {
  /// With its message from the start.
  init(_ errand: Errand) {
    self.init(errand.plan)
    begin(errand.message)
  }
}

extension Errand {
  /// To one recipient, in clear text, without credentials.
  static func sample(
    _ encryption: SMTPPlan.Encryption = .off, recipients: [String] = ["a@example.test"], size: Int = 7,
    change: (inout Errand) -> Void = { _ in }
  ) -> Errand {
    var errand = Errand(
      plan: SMTPPlan(helloName: "scanner.example.test", encryption: encryption),
      message: SMTPMessage(reversePath: "scanner@example.test", recipients: recipients, size: size))
    change(&errand)
    return errand
  }

  /// Over implicit TLS, as user "u" with password "secret".
  static func withPassword(
    _ authentication: Authentication = .auto, user: String = "u", password: String = "secret",
    change: (inout Errand) -> Void = { _ in }
  ) -> Errand {
    sample(.implicit) { errand in
      errand.credentials = SMTPCredentials(username: user, password: password)
      errand.authentication = authentication
      change(&errand)
    }
  }

  /// The same with an access token.
  static func withToken(
    _ authentication: Authentication = .auto, user: String = "u", token: String = "tok",
    change: (inout Errand) -> Void = { _ in }
  ) -> Errand {
    withPassword(authentication) { errand in
      errand.credentials = SMTPCredentials(username: user, token: token)
      change(&errand)
    }
  }
}

func failed(_ fault: DeliveryFault) -> RecipientOutcome { .failed(fault) }

func refused(_ stage: SMTPStage, _ code: Int, _ enhanced: String? = nil, _ lines: String...) -> RecipientOutcome {
  .failed(.reply(stage: stage, SMTPReply(code: code, enhanced: enhanced, lines: lines)))
}

func accepted(_ text: String = "queued") -> RecipientOutcome { .accepted(SMTPReply(code: 250, lines: [text])) }
