import Base
import Crypto
import Mail
import Testing

/// A server and a network that do anything at all.
@Suite struct `SMTP with chaos` {
  private static let words = [
    "220 hi\r\n", "250 ok\r\n", "250-x\r\n", "250 ok\r\n250 ok\r\n", "354 go\r\n", "421 bye\r\n", "550 5.1.1 no\r\n",
    "451 no\r\n",
    "250-STARTTLS\r\n250-PIPELINING\r\n250-SIZE\r\n250 AUTH PLAIN LOGIN\r\n", "250 AUTH LOGIN\r\n", "334 \r\n",
    "235 ok\r\n", "25",
    "0 ", "\r\n", "\n", "\u{0}", "+OK\r\n", "600 x\r\n", "250 ok\r\n", "250 ok\r\n",
    "250-CHUNKING\r\n250-PIPELINING\r\n250-BINARYMIME\r\n250 AUTH PLAIN LOGIN\r\n",
  ].map { Array($0.utf8) }

  @Test(arguments: [SMTPPlan.Encryption.startTLS, .implicit, .opportunistic, .off])
  func `keeps its promises`(_ encryption: SMTPPlan.Encryption) {
    var accepted = 0
    for seed in 0..<4000 {
      var chaos = Chaos(seed: seed, encryption: encryption)
      accepted += chaos.play() ? 1 : 0
    }
    #expect(accepted > 0, "chaos never lets a message through")
  }

  private struct Chaos {
    var random: UInt64
    var session: SMTPSession
    let message: SMTPMessage
    let hasPassword: Bool
    let offersChunks: Bool
    var isSecured = false
    var isIntended = false
    var isDotted = false

    init(seed: Int, encryption: SMTPPlan.Encryption) {
      random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 12345
      offersChunks = seed % 5 < 2
      hasPassword = seed % 2 == 0 && (encryption == .startTLS || encryption == .implicit)
      var errand = Errand.sample(encryption, recipients: ["a@example.test", "b@example.test"])
      errand.isBinary = seed % 5 == 0
      errand.chunkSize = seed % 3 + 3
      if hasPassword { errand.credentials = SMTPCredentials(username: "u", password: "secret") }
      session = seed % 3 == 0 ? SMTPSession(errand.plan) : SMTPSession(errand)
      message = errand.message
    }

    mutating func pick(_ count: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % count
    }

    /// Whether somebody was accepted.
    mutating func play() -> Bool {
      for _ in 0..<5000 {
        switch session.next() {
        case .send(let bytes, _): send(bytes)
        case .receive(let wait): receive(wait.stage)
        case .startTLS:
          if pick(8) == 0 { session.fail(.tls(.truncated)) } else { session.tlsEstablished() }
          isSecured = true
        case .rest: rest()
        case .sendBody: sendBody()
        case .recordIntent:
          isIntended = true
          if pick(8) == 0 { session.intentFailed(.notRecorded(detail: "x")) } else { session.intentRecorded() }
        case .finished(let result):
          if result.outcomes.isEmpty { session.begin(message) } else { return judge(result) }
        }
      }
      Issue.record("the session does not end")
      return false
    }

    mutating func rest() {
      switch pick(20) {
      case 0: session.connectionEnded("closed")
      case 1: session.receive(Array("421 bye\r\n".utf8))
      case 2..<8: session.keepAlive()
      default: session.begin(message)
      }
    }

    mutating func send(_ bytes: [UInt8]) {
      #expect(isSecured || !bytes.starts(with: "AUTH".utf8))
      let isLast = bytes.starts(with: "BDAT ".utf8) && bytes.count > 10
      let isDot = isLast || bytes.suffix(3) == [46, 13, 10] && bytes.count > 3
      let fails = pick(60) == 0
      if fails { session.sendFailed("broken") }
      if isDot {
        #expect(isIntended)
        isDotted = !fails
      }
    }

    mutating func receive(_ stage: SMTPStage) {
      let hello = offersChunks && isSecured ? words.count - 1 : 8
      let likely = ["greeting": 0, "starttls": 0, "data": 4, "hello": hello, "auth": 11][stage.rawValue] ?? 1
      switch pick(80) {
      case 0: session.connectionEnded("closed")
      case 1: session.timedOut()
      case 2: session.fail(.interrupted(stage: stage))
      case 3...20: session.receive(words[pick(words.count)])
      default: session.receive(words[likely])
      }
    }

    private var words: [[UInt8]] { `SMTP with chaos`.words }

    mutating func sendBody() {
      var output: [UInt8] = []
      session.encode(Array("hello\r\n".utf8), into: &output)
      switch pick(12) {
      case 0: session.receive(words[pick(words.count)])
      case 1: session.sendFailed("broken")
      case 2: session.fail(.document(detail: "x"))
      case 3...5: break
      default: session.bodyEnded()
      }
    }

    func judge(_ result: SMTPResult) -> Bool {
      #expect(result.outcomes.count == 2)
      var anyAccepted = false
      for outcome in result.outcomes {
        switch outcome {
        case .accepted: anyAccepted = true
        case .failed(.finalReplyLost): #expect(isDotted)
        // What is definite before the dot, and from the reply to it.
        case .failed(.reply), .failed(.protocolViolation(.rcpt, _)): break
        case .failed: #expect(!isDotted)
        }
      }
      #expect(!anyAccepted || isDotted)
      return anyAccepted
    }
  }
}
