import Crypto
import Mail
import Testing

@Suite struct `SMTP transaction` {
  // case: smtp-1
  // case: smtp-6
  // case: smtp-7
  // case: smtp-19
  // case: smtp-43
  // case: smtp-45
  // case: smtp-46
  // case: smtp-48
  @Test(arguments: envelopes) func `agrees on an envelope`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-1
  // case: smtp-6
  // case: smtp-50
  // case: smtp-51
  // case: smtp-53
  @Test(arguments: endings) func `sends the message`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  @Test func `records the intent once, and only before a dot`() throws {
    for (text, intents) in [
      (hello + "S: 250 hi\n" + goodEnd, 1),
      (toData.withHello + "S: 554 no\nC: QUIT", 0),
      (toData.withHello + "S: 354 go\nNO INTENT", 0),
    ] {
      var transcript = Transcript(text, .sample(), message: "hello\r\n", splitting: .whole)
      _ = try transcript.play()
      #expect(transcript.intents == intents)
    }
  }

  // case: smtp-52
  @Test func `waits as long as Postfix does`() throws {
    var transcript = Transcript(hello + "S: 250 hi\n" + goodEnd, .sample(), message: "hello\r\n", splitting: .lines)
    _ = try transcript.play()
    #expect(transcript.timeouts == [.greeting: 300, .hello: 300, .mail: 300, .rcpt: 300, .data: 120, .final: 600])
  }

  // case: smtp-44
  // case: smtp-45
  @Test func `runs ahead by at most 4 KiB`() {
    let recipients = (0..<2000).map { "recipient-number-\($0)@example.test" }
    var session = SMTPSession(.sample(recipients: recipients))
    session.receive(Array("220 hi\r\n".utf8))
    var unanswered: [Int] = []
    var largest = 0
    var writes = 0
    while true {
      switch session.next() {
      case .send(let bytes, _):
        writes += 1
        unanswered += bytes.split(separator: 10).map { $0.count + 1 }
        largest = max(largest, unanswered.reduce(0, +))
        if bytes.starts(with: "EHLO".utf8) {
          unanswered = []
          session.receive(Array("250-hi\r\n250 PIPELINING\r\n".utf8))
        }
      case .receive:
        let isData = unanswered.count == 1 && unanswered[0] == 6
        unanswered.removeFirst()
        session.receive(Array((isData ? "451 enough\r\n" : "250 ok\r\n").utf8))
      case .finished(let result):
        #expect(largest <= 4096 && largest > 2048 && writes < 200)
        return #expect(result.outcomes.allSatisfy { $0 == refused(.data, 451, nil, "enough") })
      default: return #expect(Bool(false))
      }
    }
  }

  private static let three = ["a@example.test", "b@example.test", "c@example.test"]

  private static let envelopes: [DialogueCase] = [
    DialogueCase(
      "with SIZE and 8BITMIME", .sample(size: 99) { $0.needs8BitMIME = true },
      hello + "S: 250-hi\nS: 250-size 100\nS: 250 8bitmime\nC: MAIL FROM:<scanner@example.test> SIZE=99 BODY=8BITMIME\n"
        + "S: 250 ok\nC: RCPT TO:<a@example.test>\nS: 250 ok\nC: DATA\nS: 354 go\nC: hello\nC: .\nS: 250 queued\nC: QUIT",
      [accepted()]),
    DialogueCase(
      "too big", .sample(size: 101), hello + "S: 250-hi\nS: 250 SIZE 100\nC: QUIT",
      [failed(.tooBig(limit: 100, size: 101))]),
    DialogueCase("a size that is none", .sample(), sized("SIZE abc"), [accepted()]),
    DialogueCase("a size of 0", .sample(), sized("SIZE 0"), [accepted()]),
    DialogueCase("a size without end", .sample(), sized("SIZE 99999999999999999999999"), [accepted()]),
    DialogueCase(
      "8-bit without 8BITMIME", .sample { $0.needs8BitMIME = true }, hello + "S: 250 hi\nC: QUIT",
      [failed(.extensionMissing("8BITMIME"))]),
    DialogueCase(
      "the null reverse-path", .sample { $0.reversePath = "" },
      hello + "S: 250 hi\nC: MAIL FROM:<>\nS: 550 no\nC: QUIT", [refused(.mail, 550, nil, "no")]),
    DialogueCase(
      "each recipient with its fate", .sample(recipients: three),
      hello + "S: 250 hi\n" + mail
        + "S: 250 ok\nC: RCPT TO:<a@example.test>\nS: 251 elsewhere\nC: RCPT TO:<b@example.test>\n"
        + "S: 550 5.1.1 who\nC: RCPT TO:<c@example.test>\nS: 452 4.5.3 many\n" + goodData,
      [accepted(), refused(.rcpt, 550, "5.1.1", "who"), refused(.rcpt, 452, "4.5.3", "many")]),
    DialogueCase(
      "a recipient twice, in two spellings", .sample(recipients: ["a@example.test", "A@Example.Test"]),
      hello + "S: 250 hi\n" + goodEnd, [accepted(), accepted()]),
    DialogueCase(
      "in one go", .sample(recipients: three),
      pipelined + "S: 250 ok\nS: 250 ok\nS: 252 maybe\nS: 550 no\nS: 354 go\nC: hello\nC: .\nS: 250 queued\nC: QUIT",
      [accepted(), accepted(), refused(.rcpt, 550, nil, "no")]),
    DialogueCase(
      "in one go, nobody taken, DATA refused", .sample(recipients: three),
      pipelined + "S: 250 ok\nS: 550 a\nS: 450 b\nS: 550 c\nS: 503 RCPT first\nC: RSET\nS: 250 ok\nC: QUIT",
      [refused(.rcpt, 550, nil, "a"), refused(.rcpt, 450, nil, "b"), refused(.rcpt, 550, nil, "c")]),
    DialogueCase(
      "in one go, nobody taken, DATA taken", .sample(recipients: three),
      pipelined + "S: 250 ok\nS: 550 a\nS: 450 b\nS: 550 c\nS: 354 go\nC: .\nS: 554 no valid recipients\nC: QUIT",
      [refused(.rcpt, 550, nil, "a"), refused(.rcpt, 450, nil, "b"), refused(.rcpt, 550, nil, "c")]),
    DialogueCase(
      "in one go, MAIL refused", .sample(recipients: three),
      pipelined + "S: 550 5.7.60 no\nS: 503 no\nS: 503 no\nS: 503 no\nS: 503 no\nC: QUIT",
      [refused(.mail, 550, "5.7.60", "no"), refused(.mail, 550, "5.7.60", "no"), refused(.mail, 550, "5.7.60", "no")]),
    DialogueCase(
      "in one go, MAIL refused and yet a recipient and DATA taken", .sample(recipients: three),
      pipelined + "S: 550 no\nS: 250 ok\nS: 503 no\nS: 503 no\nS: 354 go",
      [refused(.mail, 550, nil, "no"), refused(.mail, 550, nil, "no"), refused(.mail, 550, nil, "no")]),
    DialogueCase(
      "in one go, 421 in the middle", .sample(recipients: three), pipelined + "S: 250 ok\nS: 550 a\nS: 421 bye",
      [refused(.rcpt, 550, nil, "a"), refused(.rcpt, 421, nil, "bye"), refused(.rcpt, 421, nil, "bye")]),
    DialogueCase(
      "nobody taken", hello + "S: 250 hi\n" + mail + "S: 250 ok\n" + rcpt + "S: 550 no\nC: RSET\nS: 250 ok\nC: QUIT",
      [refused(.rcpt, 550, nil, "no")]),
    DialogueCase(
      "nobody taken, and RSET unanswered",
      hello + "S: 250 hi\n" + mail + "S: 250 ok\n" + rcpt + "S: 550 no\nC: RSET\nCLOSE",
      [refused(.rcpt, 550, nil, "no")]),
    DialogueCase(
      "MAIL later", hello + "S: 250 hi\n" + mail + "S: 452 4.3.1 full\nC: QUIT", [refused(.mail, 452, "4.3.1", "full")]),
    DialogueCase("MAIL 421", hello + "S: 250 hi\n" + mail + "S: 421 bye", [refused(.mail, 421, nil, "bye")]),
    DialogueCase(
      "an enhanced code of another class", hello + "S: 250 hi\n" + mail + "S: 550 2.0.0 odd\nC: QUIT",
      [refused(.mail, 550, nil, "2.0.0 odd")]),
    DialogueCase(
      "RCPT 354", hello + "S: 250 hi\n" + mail + "S: 250 ok\n" + rcpt + "S: 354 go",
      [failed(.protocolViolation(stage: .rcpt, detail: "\"354 go\" is not a valid reply here"))]),
    DialogueCase(
      "an answer before its question", hello + "S: 250 hi\n" + mail + "S: 250 ok\nS: 250 recipient ok",
      [failed(.protocolViolation(stage: .rcpt, detail: "\"250 recipient ok\" was unexpected"))], splittings: [.whole]),
    DialogueCase(
      "closed at RCPT", hello + "S: 250 hi\n" + mail + "S: 250 ok\n" + rcpt + "CLOSE",
      [failed(.connectionLost(stage: .rcpt, detail: "closed"))]),
    DialogueCase(
      "broken at MAIL, with last words", hello + "S: 250 hi\nBREAK\nS: 421 4.4.2 too slow",
      [refused(.mail, 421, "4.4.2", "too slow")], splittings: [.whole]),
  ]

  private static let endings: [DialogueCase] = [
    DialogueCase(
      "refused after all of it", toFinal + "S: 554 5.2.252 SendAsDenied\nC: QUIT",
      [refused(.final, 554, "5.2.252", "SendAsDenied")]),
    DialogueCase("not now", toFinal + "S: 451 4.7.500 busy\nC: QUIT", [refused(.final, 451, "4.7.500", "busy")]),
    DialogueCase("421 after the dot", toFinal + "S: 421 bye", [refused(.final, 421, nil, "bye")]),
    DialogueCase("closed after the dot", toFinal + "CLOSE", [failed(.finalReplyLost(detail: "closed"))]),
    DialogueCase(
      "silence after the dot", toFinal + "SILENCE", [failed(.finalReplyLost(detail: "no reply within 600 s"))]),
    DialogueCase(
      "interrupted after the dot", toFinal + "INTERRUPT",
      [failed(.finalReplyLost(detail: "interrupted before the reply came"))]),
    DialogueCase(
      "half a reply after the dot", toFinal + "S| 250 que\nCLOSE", [failed(.finalReplyLost(detail: "closed"))]),
    DialogueCase(
      "nonsense after the dot", toFinal + "S: OK",
      [failed(.finalReplyLost(detail: "\"OK\" is not an SMTP reply"))]),
    DialogueCase(
      "two replies to the dot", toFinal + "S: 250 queued\nS: 250 queued\nC: QUIT", [accepted()], splittings: [.whole]),
    DialogueCase(
      "accepted, and QUIT fails", toFinal + "S: 250 queued\nBREAK", [accepted()]),
    DialogueCase(
      "broken in the body, with last words", toData.withHello + "S: 354 go\nBREAK\nS: 552 5.3.4 too big",
      [refused(.body, 552, "5.3.4", "too big")], splittings: [.whole]),
    DialogueCase(
      "broken in the body", toData.withHello + "S: 354 go\nBREAK",
      [failed(.connectionLost(stage: .body, detail: "broken pipe"))]),
    DialogueCase(
      "DATA refused", toData.withHello + "S: 554 no\nC: QUIT", [refused(.data, 554, nil, "no")]),
    DialogueCase(
      "DATA 250", toData.withHello + "S: 250 hm",
      [failed(.protocolViolation(stage: .data, detail: "\"250 hm\" is not a valid reply here"))]),
    DialogueCase("DATA 421", toData.withHello + "S: 421 bye", [refused(.data, 421, nil, "bye")]),
    DialogueCase(
      "a word in the body", toData.withHello + "S: 354 go\nS: 554 virus", [refused(.body, 554, nil, "virus")],
      splittings: [.whole]),
    DialogueCase(
      "praise in the body", toData.withHello + "S: 354 go\nS: 250 fine",
      [failed(.protocolViolation(stage: .body, detail: "\"250 fine\" came before the end of the message"))],
      splittings: [.whole]),
    DialogueCase(
      "no room for the intent", toData.withHello + "S: 354 go\nNO INTENT", [failed(.notRecorded(detail: "full"))]),
    DialogueCase(
      "dots and a missing line end", .sample(),
      toData.withHello + "S: 354 go\nC: ..\nC: ..x\nC: y.\nC: ...\nC: .\nS: 250 queued\nC: QUIT", [accepted()],
      message: ".\r\n.x\r\ny.\r\n.."),
  ]
}

private let hello = "S: 220 hi\nC: EHLO scanner.example.test\n"
private let mail = "C: MAIL FROM:<scanner@example.test>\n"
private let rcpt = "C: RCPT TO:<a@example.test>\n"
private let toData = mail + "S: 250 ok\n" + rcpt + "S: 250 ok\nC: DATA\n"
private let toFinal = toData.withHello + "S: 354 go\nC: hello\nC: .\n"
private let goodData = "C: DATA\nS: 354 go\nC: hello\nC: .\nS: 250 queued\nC: QUIT"
private let pipelined =
  hello + "S: 250-hi\nS: 250 PIPELINING\n" + mail
  + "C: RCPT TO:<a@example.test>\nC: RCPT TO:<b@example.test>\nC: RCPT TO:<c@example.test>\nC: DATA\n"

private func sized(_ line: String) -> String {
  hello + "S: 250-hi\nS: 250 \(line)\nC: MAIL FROM:<scanner@example.test> SIZE=7\nS: 250 ok\n" + rcpt + "S: 250 ok\n"
    + goodData
}

extension String {
  fileprivate var withHello: String { hello + "S: 250 hi\n" + self }
}
