import Base
import Mail
import Testing

/// BDAT: RFC 3030.
@Suite struct `SMTP in chunks` {
  // case: smtp-1
  // case: smtp-64
  @Test(arguments: dialogues + refusals + binaries)
  func `sends a message in chunks`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-64
  @Test(arguments: losses)
  func `knows in which chunk a connection was lost`(_ dialogue: DialogueCase) throws { try dialogue.check() }

  // case: smtp-51
  // case: smtp-64
  @Test func `records the intent once, when every chunk but the last is taken, and before the last is whole`() throws {
    for (text, intents) in [
      (toChunks + two + "S: 250 one\nS: 250 two\nC: BDAT 50 LAST\n" + lines(5) + end, 1),
      (toChunks + two + "S: 250 one\nS: 552 no\nC: QUIT", 0),
      (toChunks + two + "S: 250 one\nCLOSE", 0),
      (toChunks + two + "S: 250 one\nS: 250 two\nNO INTENT", 0),
    ] {
      var transcript = Transcript(text, .chunked(lines: 25), message: message(25), splitting: .whole)
      _ = try transcript.play()
      #expect(transcript.intents == intents)
    }
  }

  @Test func `waits for a chunk as long as for a block, and for the last as long as for the dot`() throws {
    let text = toChunks + two + "S: 250 one\nS: 250 two\nC: BDAT 50 LAST\n" + lines(5) + end
    var transcript = Transcript(text, .chunked(lines: 25), message: message(25), splitting: .lines)
    _ = try transcript.play()
    #expect(transcript.timeouts == [.greeting: 300, .hello: 300, .mail: 300, .rcpt: 300, .body: 180, .final: 600])
  }

  // case: smtp-58
  // case: smtp-60
  // case: smtp-64
  @Test func `reads back as the message, byte by byte, however it is fed`() throws {
    var chance = SeededGenerator(state: 7)
    for round in 0..<400 {
      let message = chance.bytes([0, 1, 63, 64, 65, 100, 128, 163, 164, 165, 200, 300, 1000][round % 13])
      var session = SMTPSession(
        .sample(size: message.count) {
          $0.chunkSize = 100
          $0.isBinary = true
        })
      let wire = try send(message, by: &session, pipelining: round % 2 == 0, &chance)
      #expect(try unpacked(wire) == message)
    }
  }

  /// Plays a server that takes everything, one read after the other; what came after RCPT.
  private func send(
    _ message: [UInt8], by session: inout SMTPSession, pipelining: Bool, _ chance: inout SeededGenerator
  ) throws -> [UInt8] {
    let offer = pipelining ? "250-PIPELINING\r\n" : ""
    var replies = ["220 hi", "250-hi\r\n\(offer)250-BINARYMIME\r\n250 CHUNKING", "250 ok", "250 ok"][...]
    var wire: [UInt8] = []
    var rest = message[...]
    while true {
      switch session.next() {
      case .send(let bytes, _): if replies.isEmpty { wire += bytes }
      case .receive: session.receive(Array(((replies.popFirst() ?? "250 taken") + "\r\n").utf8))
      case .sendBody:
        let piece = rest.prefix(Int.random(in: 1...150, using: &chance))
        rest = rest.dropFirst(piece.count)
        session.encode(Array(piece), into: &wire)
        if rest.isEmpty { session.bodyEnded() }
      case .recordIntent:
        #expect((try? unpacked(wire)) == nil, "all of it is out before the intent")
        session.intentRecorded()
      case .startTLS, .rest: throw Malformed()
      case .finished(let result):
        #expect(result.outcomes == [accepted("taken")])
        return Array(wire.dropLast("QUIT\r\n".utf8.count))
      }
    }
  }

  private struct Malformed: Error {}

  /// What a server makes of BDAT commands; throws where the last is missing or short.
  private func unpacked(_ wire: [UInt8]) throws -> [UInt8] {
    var message: [UInt8] = []
    var rest = wire[...]
    while let end = rest.firstIndex(of: 10) {
      let words = String(decoding: rest[..<end], as: UTF8.self).split { $0 == " " || $0 == "\r\n" || $0 == "\r" }
      guard words.first == "BDAT", let count = words.dropFirst().first.flatMap({ Int($0) }) else { throw Malformed() }
      rest = rest[(end + 1)...]
      if rest.count < count { throw Malformed() }
      message += rest.prefix(count)
      rest = rest.dropFirst(count)
      if words.last == "LAST" && rest.isEmpty { return message }
    }
    throw Malformed()
  }

  private static let dialogues: [DialogueCase] = [
    DialogueCase("in one", .sample(), toChunks + "C: BDAT 7 LAST\nC: hello\n" + end, [accepted()]),
    DialogueCase(
      "dots as they are", .sample(), toChunks + "C: BDAT 7 LAST\nC: .\nC: ..\n" + end, [accepted()],
      message: ".\r\n..\r\n"),
    chunked(
      "two before a reply, and the last when both are taken", 25,
      two + "S: 250 one\nS: 250 two\nC: BDAT 50 LAST\n" + lines(5) + end, [accepted()]),
    chunked(
      "a long last one, begun before its turn to end", 27,
      two + "S: 250 one\nC: BDAT 70 LAST\nC| 012345\nS: 250 two\nC| 67␊\n" + lines(6) + end, [accepted()]),
    chunked(
      "as long as chunks are", 20,
      "C: BDAT 100\n" + lines(10) + "C: BDAT 100 LAST\n" + lines(3) + "C| 012345\nS: 250 one\nC| 67␊\n" + lines(6)
        + end,
      [accepted()]),
    DialogueCase(
      "with recipients of all kinds", .sample(recipients: ["a@example.test", "b@example.test", "c@example.test"]),
      hello + offer + "C: MAIL FROM:<scanner@example.test>\nC: RCPT TO:<a@example.test>\nC: RCPT TO:<b@example.test>\n"
        + "C: RCPT TO:<c@example.test>\nS: 250 ok\nS: 550 5.1.1 who\nS: 250 ok\nS: 452 4.5.3 many\n"
        + "C: BDAT 7 LAST\nC: hello\n" + end,
      [refused(.rcpt, 550, "5.1.1", "who"), accepted(), refused(.rcpt, 452, "4.5.3", "many")]),
    DialogueCase(
      "nobody taken", .sample(), hello + offer + envelope + "S: 250 ok\nS: 550 no\nC: RSET\nS: 250 ok\nC: QUIT",
      [refused(.rcpt, 550, nil, "no")]),
    DialogueCase(
      "MAIL refused", .sample(), hello + offer + envelope + "S: 550 5.7.60 no\nS: 503 no\nC: QUIT",
      [refused(.mail, 550, "5.7.60", "no")]),
    DialogueCase(
      "MAIL refused and yet a recipient taken", .sample(), hello + offer + envelope + "S: 550 no\nS: 250 ok\nC: QUIT",
      [refused(.mail, 550, nil, "no")]),
    DialogueCase(
      "DATA where a chunk costs a wait", .sample(),
      hello + "S: 250-hi\nS: 250 CHUNKING\n" + lockStep + "C: DATA\nS: 354 go\nC: hello\nC: .\n" + end, [accepted()]),
    DialogueCase(
      "DATA where BDAT has failed before", .sample { $0.mayChunk = false },
      hello + offer + envelope + "C: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: hello\nC: .\n" + end, [accepted()]),
  ]

  private static let refusals: [DialogueCase] = [
    DialogueCase(
      "refused at the end", .sample(), toChunks + "C: BDAT 7 LAST\nC: hello\nS: 550 5.7.60 SendAsDenied\nC: QUIT",
      [refused(.final, 550, "5.7.60", "SendAsDenied")]),
    DialogueCase(
      "unknown to the server", .sample(), toChunks + "C: BDAT 7 LAST\nC: hello\nS: 502 5.5.1 what\nC: QUIT",
      [refused(.final, 502, "5.5.1", "what")]),
    chunked(
      "the first of two on their way refused", 25, two + "S: 552 5.3.4 too big\nC: QUIT",
      [refused(.body, 552, "5.3.4", "too big")]),
    chunked(
      "the second refused", 25, two + "S: 250 one\nS: 452 4.3.1 full\nC: QUIT", [refused(.body, 452, "4.3.1", "full")]),
    chunked("421 to the first", 25, two + "S: 421 bye", [refused(.body, 421, nil, "bye")]),
    chunked(
      "refused while the last is on its way: no goodbye, it would be of the message", 27,
      two + "S: 250 one\nC: BDAT 70 LAST\nC| 012345\nS: 552 no", [refused(.body, 552, nil, "no")]),
    chunked(
      "a reply that is none", 25, two + "S: 354 go",
      [failed(.protocolViolation(stage: .body, detail: "\"354 go\" is not a valid reply here"))]),
    DialogueCase(
      "praise before the first byte", .sample(), toChunks + "S: 250 fine",
      [failed(.protocolViolation(stage: .body, detail: "\"250 fine\" came before the end of the message"))],
      splittings: [.whole]),
    DialogueCase(
      "a message of another size", .sample(size: 9), hello + offer + envelope + "S: 250 ok\nS: 250 ok",
      [failed(.document(detail: "the message does not have the announced 9 bytes"))]),
  ]

  private static let losses: [DialogueCase] = [
    chunked(
      "closed after one", 25, two + "S: 250 one\nCLOSE", [failed(.connectionLost(stage: .body, detail: "closed"))]),
    chunked("silence after two", 25, two + "SILENCE", [failed(.timedOut(stage: .body, seconds: 180))]),
    chunked("interrupted after two", 25, two + "INTERRUPT", [failed(.interrupted(stage: .body))]),
    chunked(
      "half a reply", 25, two + "S: 250 one\nS| 250 tw\nCLOSE",
      [failed(.connectionLost(stage: .body, detail: "closed"))]),
    chunked("no room for the intent", 25, taken + "NO INTENT", [failed(.notRecorded(detail: "full"))]),
    chunked(
      "broken within the end", 25, taken + "BREAK", [failed(.connectionLost(stage: .body, detail: "broken pipe"))]),
    chunked(
      "broken within the end, with last words", 25, taken + "BREAK\nS: 421 4.4.2 too slow",
      [refused(.body, 421, "4.4.2", "too slow")], splittings: [.whole]),
    chunked("closed after the last", 25, last + "CLOSE", [failed(.finalReplyLost(detail: "closed"))]),
    chunked(
      "silence after the last", 25, last + "SILENCE", [failed(.finalReplyLost(detail: "no reply within 600 s"))]),
    chunked(
      "half a reply to the last", 25, last + "S| 250 que\nCLOSE", [failed(.finalReplyLost(detail: "closed"))]),
    chunked("421 to the last", 25, last + "S: 421 bye", [refused(.final, 421, nil, "bye")]),
    chunked("accepted, and QUIT fails", 25, last + "S: 250 queued\nBREAK", [accepted()]),
  ]

  private static let binaries: [DialogueCase] = [
    DialogueCase(
      "binary", .sample { $0.isBinary = true },
      hello + "S: 250-hi\nS: 250-binarymime\nS: 250-SIZE 99\nS: 250-PIPELINING\nS: 250 chunking\n"
        + "C: MAIL FROM:<scanner@example.test> SIZE=7 BODY=BINARYMIME\nC: RCPT TO:<a@example.test>\n"
        + "S: 250 ok\nS: 250 ok\nC: BDAT 7 LAST\nC: hello\n" + end, [accepted()]),
    DialogueCase(
      "binary, one chunk after the other", .chunked(lines: 25) { $0.isBinary = true },
      hello + "S: 250-hi\nS: 250-BINARYMIME\nS: 250 CHUNKING\nC: MAIL FROM:<scanner@example.test> BODY=BINARYMIME\n"
        + "S: 250 ok\nC: RCPT TO:<a@example.test>\nS: 250 ok\nC: BDAT 100\n" + lines(10) + "S: 250 one\nC: BDAT 100\n"
        + lines(10) + "S: 250 two\nC: BDAT 50 LAST\n" + lines(5) + end, [accepted()], message: message(25)),
    DialogueCase(
      "binary without CHUNKING", .sample { $0.isBinary = true },
      hello + "S: 250-hi\nS: 250 BINARYMIME\nC: QUIT", [failed(.extensionMissing("CHUNKING"))]),
    DialogueCase(
      "binary without BINARYMIME", .sample { $0.isBinary = true },
      hello + "S: 250-hi\nS: 250 CHUNKING\nC: QUIT", [failed(.extensionMissing("BINARYMIME"))]),
  ]

  private static let taken = two + "S: 250 one\nS: 250 two\n"
  private static let last = taken + "C: BDAT 50 LAST\n" + lines(5)

  /// Chunks of ten lines.
  private static func chunked(
    _ name: String, _ count: Int, _ text: String, _ outcomes: [RecipientOutcome],
    splittings: [Transcript.Splitting] = Transcript.Splitting.allCases
  ) -> DialogueCase {
    DialogueCase(
      name, .chunked(lines: count), toChunks + text, outcomes,
      splittings: splittings, message: message(count))
  }
}

private let hello = "S: 220 hi\nC: EHLO scanner.example.test\n"
private let offer = "S: 250-hi\nS: 250-CHUNKING\nS: 250 PIPELINING\n"
private let envelope = "C: MAIL FROM:<scanner@example.test>\nC: RCPT TO:<a@example.test>\n"
private let lockStep =
  "C: MAIL FROM:<scanner@example.test>\nS: 250 ok\nC: RCPT TO:<a@example.test>\nS: 250 ok\n"
private let toChunks = hello + offer + envelope + "S: 250 ok\nS: 250 ok\n"
private let two = "C: BDAT 100\n" + lines(10) + "C: BDAT 100\n" + lines(10)
private let end = "S: 250 queued\nC: QUIT"

private func lines(_ count: Int) -> String { String(repeating: "C: 01234567\n", count: count) }
private func message(_ count: Int) -> String { String(repeating: "01234567\r\n", count: count) }

extension Errand {
  /// Lines of ten bytes, ten of them in a chunk.
  fileprivate static func chunked(lines: Int, change: (inout Errand) -> Void = { _ in }) -> Errand {
    .sample(size: lines * 10) { errand in
      errand.chunkSize = 100
      change(&errand)
    }
  }
}
