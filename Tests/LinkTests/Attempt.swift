import Base
import Crypto
import Jobs
import Link
import Mail
import Routes
import TestKit

typealias Step = ScriptedServer.Step

/// One delivery with all that was seen of it.
struct Attempt {
  var report: DeliveryReport
  var intents = 0
  var progress: [DeliveryProgress] = []
  var seconds: Double { report.seconds }
  var outcome: RecipientOutcome? { report.outcomes.first }
}

/// The reply to DATA is out and the message is next: what a script needs for a message that goes well, after EHLO.
let envelope: [Step] = [
  .hear("MAIL FROM:<scanner@example.test>"), .say("250 ok"), .hear("RCPT TO:<a@example.test>"), .say("250 ok"),
  .hear("DATA"), .say("354 go"),
]
let hello: [Step] = [.say("220 hi"), .hear("EHLO"), .say("250 hi")]
let goodbye: [Step] = [.say("250 queued"), .hear("QUIT"), .say("221 bye"), .hold]

func route(
  _ server: ScriptedServer, host: String = "127.0.0.1", mode: Route.TLSMode = .off,
  trusting: CertificateAuthority? = nil,
  username: String? = nil, change: (inout Route) -> Void = { _ in }
) -> Route {
  var route = Route(name: "r", server: host, port: server.port, username: username, tlsMode: mode)
  route.tls.authorityFile = trusting?.file
  change(&route)
  return route
}

/// Delivers `message` in blocks of `blockSize`; where `body` gives the message, it has `size` bytes.
func attempt(
  _ route: Route, to recipients: [String] = ["a@example.test"], message: [UInt8] = Array("hello\r\n".utf8),
  blockSize: Int = 1000, size: Int? = nil, password: String? = "secret",
  network: NetworkSettings = NetworkSettings(), sessions: TLSSessionStore? = nil,
  clock: SimulatedTime? = nil, interrupt: StopSignal = .never, by opening: Opening? = nil,
  recordIntent: IntentRecorder = {}, body: MessageSource? = nil, watch: (DeliveryProgress) -> Void = { _ in }
) -> Attempt {
  var attempt = Attempt(report: DeliveryReport(outcomes: []))
  var rest = message[...]
  let inBlocks: MessageSource = { (block: inout [UInt8]) throws(DeliveryFault) in
    block += rest.prefix(blockSize)
    rest = rest.dropFirst(blockSize)
    return !rest.isEmpty
  }
  let clock = clock?.clock ?? .system
  let client = SubmissionClient(network: network, sessions: sessions ?? TLSSessionStore(clock: clock), clock: clock)
  attempt.report = client.deliver(
    Transmission(
      by: Caller(route: route, password: password, ehloName: "scanner.example.test"),
      reversePath: "scanner@example.test", recipients: recipients, size: size ?? message.count),
    by: opening,
    body: body ?? inBlocks,
    recordIntent: { () throws(DeliveryFault) in
      attempt.intents += 1
      try recordIntent()
    },
    progress: {
      attempt.progress.append($0)
      watch($0)
    }, interrupt: interrupt)
  return attempt
}

func refused(_ stage: SMTPStage, _ code: Int, _ text: String) -> RecipientOutcome {
  .failed(.reply(stage: stage, SMTPReply(code: code, lines: [text])))
}
