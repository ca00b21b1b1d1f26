import Base
import Diagnosis
import Mail
import TestKit

/// What can go wrong at one moment of a session.
enum Fault: String, CaseIterable {
  /// The connection ends, over TLS without a goodbye.
  case drop
  case reset
  /// Nothing more comes.
  case stall
  /// "421": the server leaves.
  case goodbye
  case garbage
  /// Bytes of a reply without end, one a minute.
  case drip
}

/// Where it happens: instead of a reply, within it, or behind it.
enum Place: String, CaseIterable { case before, inside, after }

/// What the client is to make of it.
enum Ending: Equatable {
  case accepted
  case lost
  case silence
  case goodbye
  /// An answer that means nothing.
  case nonsense
  /// Not SMTP at all.
  case foreign
  case injection
  case brokenTLS
  /// The connection ended in the handshake.
  case cutTLS
  case unknown

  /// What a job does next, by the knowledge base.
  var failureClass: FailureClass? {
    switch self {
    case .accepted: nil
    case .lost, .silence, .goodbye, .nonsense, .cutTLS: .transient
    case .foreign, .injection: .configuration
    // Whose fault it is depends on what came instead.
    case .brokenTLS: nil
    case .unknown: .unknown
    }
  }
}

/// What the client says and the reply to it; the greeting answers nothing, the handshake has no reply.
struct Turn {
  let name: String
  let stage: SMTPStage
  var hears: [ScriptedServer.Step] = []
  /// Lines, the last without its end.
  var reply = ""
  /// In the midst of the message, with no reply due.
  var isMidst: Bool { stage == .body && reply.isEmpty }
}

/// A session in which all goes well. Two recipients: the first is taken, the second is not.
enum Dialogue: String, CaseIterable {
  case clear, starttls, implicit, chunks

  var turns: [Turn] {
    switch self {
    case .clear: [Self.greeting, Self.hello("SIZE 0")] + Self.transaction
    case .starttls:
      [
        Self.greeting, Self.hello("STARTTLS"),
        Turn(name: "starttls", stage: .starttls, hears: [.hear("STARTTLS")], reply: "220 go"), Self.handshake,
        Self.hello("AUTH PLAIN"), Turn(name: "auth", stage: .auth, hears: [.hear("AUTH PLAIN")], reply: "235 ok"),
      ] + Self.transaction
    case .implicit:
      [
        Self.handshake, Self.greeting, Self.hello("PIPELINING\r\n250 AUTH LOGIN"),
        Turn(name: "auth", stage: .auth, hears: [.hear("AUTH LOGIN")], reply: "334 VXNlcm5hbWU6"),
        Turn(name: "user", stage: .auth, hears: [.hear("dQ==")], reply: "334 UGFzc3dvcmQ6"),
        Turn(name: "password", stage: .auth, hears: [.hear("")], reply: "235 ok"),
      ] + Self.transaction
    case .chunks:
      [Self.greeting, Self.hello("PIPELINING\r\n250 CHUNKING")] + Self.envelope
        + [
          Turn(name: "chunk", stage: .body, hears: [.hearChunk], reply: "250 ok"), Self.body,
          Self.final(hears: .hearChunks), Self.goodbye,
        ]
    }
  }

  private static let greeting = Turn(name: "greeting", stage: .greeting, reply: "220 hi")
  private static let handshake = Turn(name: "tls", stage: .tls, hears: [.hearBytes(1)])

  private static func hello(_ offer: String) -> Turn {
    let lines = offer.replacing("\r\n250 ", with: "\r\n250-").split(separator: "\r\n250-")
    let reply = "250-hi\r\n" + lines.dropLast().map { "250-\($0)\r\n" }.joined() + "250 \(lines.last ?? "")"
    return Turn(name: "hello", stage: .hello, hears: [.hear("EHLO")], reply: reply)
  }

  private static let transaction =
    envelope + [
      Turn(name: "data", stage: .data, hears: [.hear("DATA")], reply: "354 go"), body, final(hears: .hearMessage),
      goodbye,
    ]

  private static let envelope = [
    Turn(name: "mail", stage: .mail, hears: [.hear("MAIL")], reply: "250 ok"),
    Turn(name: "taken", stage: .rcpt, hears: [.hear("RCPT TO:<a@")], reply: "250 ok"),
    Turn(name: "refused", stage: .rcpt, hears: [.hear("RCPT TO:<b@")], reply: "550 5.1.1 nobody here"),
  ]
  private static let body = Turn(name: "body", stage: .body, hears: [.hearBytes(100_000)])
  private static let goodbye = Turn(name: "quit", stage: .quit, hears: [.hear("QUIT")], reply: "221 bye")

  private static func final(hears: ScriptedServer.Step) -> Turn {
    Turn(name: "final", stage: .final, hears: [hears], reply: "250 2.0.0 queued")
  }
}

/// One thing that happens at one moment of one session.
struct Cell: CustomStringConvertible {
  let dialogue: Dialogue
  let turns: [Turn]
  let index: Int
  let place: Place
  let fault: Fault

  var turn: Turn { turns[index] }
  var description: String { "\(dialogue.rawValue): \(fault.rawValue) \(place.rawValue) \(turn.name)" }

  static let all = Dialogue.allCases.flatMap { dialogue in
    let turns = dialogue.turns
    return turns.indices.flatMap { index in
      // In the midst of the message there is no reply to be before or behind.
      let places = turns[index].isMidst ? [Place.inside] : Place.allCases
      return places.flatMap { place in
        Fault.allCases.map { Cell(dialogue: dialogue, turns: turns, index: index, place: place, fault: $0) }
      }
    }
  }

  // MARK: What must come of it

  /// A fault behind a reply is one of the next step.
  static let rule: [Fault: (before: Ending, inside: Ending, after: Ending)] = [
    .drop: (before: .lost, inside: .lost, after: .lost),
    .reset: (before: .lost, inside: .lost, after: .lost),
    .stall: (before: .silence, inside: .silence, after: .silence),
    // Within a reply it is a second code.
    .goodbye: (before: .goodbye, inside: .nonsense, after: .goodbye),
    .garbage: (before: .nonsense, inside: .nonsense, after: .nonsense),
    .drip: (before: .silence, inside: .silence, after: .silence),
  ]

  /// Where the rule does not hold; the first row that fits does.
  static let exceptions: [(turn: String, faults: Set<Fault>, places: Set<Place>, ending: Ending)] = [
    ("greeting", [.garbage], [.before, .inside], .foreign),
    // What is behind the answer to STARTTLS is in clear text.
    ("starttls", [.goodbye, .garbage, .drip], [.after], .injection),
    ("starttls", [.drop, .reset], [.after], .cutTLS),
    ("tls", [.drop, .reset], [.before, .inside], .cutTLS),
    ("tls", [.goodbye, .garbage], [.before, .inside], .brokenTLS),
    ("tls", [.drip], [.before], .brokenTLS),
    // From the dot on, only a whole reply decides.
    ("final", [.goodbye], [.before], .goodbye),
    ("final", Set(Fault.allCases), [.before, .inside], .unknown),
    ("final", Set(Fault.allCases), [.after], .accepted),
    ("quit", Set(Fault.allCases), Set(Place.allCases), .accepted),
  ]

  /// Of the recipient who is taken.
  var ending: Ending {
    let greetsInside = dialogue == .implicit && turn.stage == .tls && place == .after && fault == .garbage
    if greetsInside { return .foreign }
    let exception = Self.exceptions.first {
      $0.turn == turn.name && $0.faults.contains(fault) && $0.places.contains(place)
    }
    if let exception { return exception.ending }
    let row = Self.rule[fault] ?? (.lost, .lost, .lost)
    switch place {
    case .before: return row.before
    // The message is not a reply: what is said in its midst is whole.
    case .inside where turn.isMidst: return row.before
    case .inside: return row.inside
    case .after: return row.after
    }
  }

  /// Where the client is then.
  var stage: SMTPStage { place == .after && index + 1 < turns.count ? turns[index + 1].stage : turn.stage }

  /// The second recipient has been refused by then.
  var isRefusalHeard: Bool {
    guard let refusal = turns.firstIndex(where: { $0.name == "refused" }) else { return false }
    return index > refusal || index == refusal && place == .after
  }

  /// The server has all of the message by then.
  var isMessageWhole: Bool { turn.stage == .final || turn.stage == .quit }

  /// The client must not be able to send all of the message before it can know.
  var needsLongMessage: Bool { turn.stage == .body || place == .after && stage == .body }

  // MARK: How the server does it

  func script(_ clock: String) -> [ScriptedServer.Step] {
    turns[..<index].filter { $0.stage != .body }.flatMap(steps) + faultSteps(clock)
  }

  private func steps(_ turn: Turn) -> [ScriptedServer.Step] {
    turn.stage == .tls ? [.startTLS()] : turn.hears + [.say(turn.reply)]
  }

  private func faultSteps(_ clock: String) -> [ScriptedServer.Step] {
    let beginning: [ScriptedServer.Step] =
      switch place {
      case .before: turn.hears
      case .inside where turn.stage == .tls: [.halfHandshake]
      case .inside: turn.hears
      case .after where turn.stage == .tls: [.startTLS()]
      case .after: turn.hears
      }
    return beginning + rest(saidBefore: said, clock)
  }

  /// Of the reply, in the same write as what follows it.
  private var said: String {
    if turn.reply.isEmpty { return "" }
    switch place {
    case .before: return ""
    case .inside where fault == .goodbye:
      return turn.reply.replacing("\(turn.reply.prefix(3)) ", with: "\(turn.reply.prefix(3))-") + "\r\n"
    case .inside:
      let lines = turn.reply.split(separator: "\r\n")
      return lines.dropLast().map { $0 + "\r\n" }.joined() + (lines.last ?? "").prefix(2)
    case .after: return turn.reply + "\r\n"
    }
  }

  private func rest(saidBefore said: String, _ clock: String) -> [ScriptedServer.Step] {
    let reads = !needsLongMessage
    let saying: [ScriptedServer.Step] = said.isEmpty ? [] : [.sayBytes(Array(said.utf8))]
    // Time runs on, so that a client that still waits for something fails soon.
    let waiting = ScriptedServer.Step.linger(reading: reads, clock: clock)
    switch fault {
    case .drop: return saying + [.cut]
    case .reset: return saying + [.reset]
    case .stall: return saying + [waiting]
    case .goodbye: return [.sayBytes(Array(said.utf8) + Array("421 4.3.2 bye\r\n".utf8)), waiting]
    case .garbage: return [.sayBytes(Array(said.utf8) + [0, 0xFF] + Array("? garbage\r\n".utf8)), waiting]
    case .drip:
      if place == .inside && turn.stage == .tls { return [.linger(saying: "", clock: clock)] }
      // TLS sees by five bytes what it is not.
      if place == .before && turn.stage == .tls { return [.say("250-slow"), waiting] }
      let first = place == .inside && !turn.isMidst ? "0-" : "2"
      return [
        .sayBytes(Array(said.utf8) + Array(first.utf8)),
        .linger(saying: first == "2" ? "50-slow " : "slow ", reading: reads, clock: clock),
      ]
    }
  }
}
