import Diagnosis
import Mail

/// The first byte says how the rest is cut.
enum RepliesDoor {
  private static let route = RouteFacts(name: "office", server: "mail.example.test", port: 587, username: "u")

  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    guard let seed = input.first else { return }
    let bytes = Array(input.dropFirst())
    let whole = read([bytes])
    try promise(whole == read(pieces(of: bytes, seed: seed)), "cuts change what a stream of replies says")
    try promise(whole == read(bytes.map { [$0] }), "single bytes change what a stream of replies says")
    for reply in whole.replies.prefix(20) { try explain(reply) }
  }

  private struct Reading: Equatable {
    var replies: [SMTPReply] = []
    var violation: SMTPReplyReader.Violation?
  }

  private static func read(_ pieces: [[UInt8]]) -> Reading {
    var reader = SMTPReplyReader()
    var reading = Reading()
    for piece in pieces where reading.violation == nil {
      reader.append(piece)
      do throws(SMTPReplyReader.Violation) {
        while let reply = try reader.next() { reading.replies.append(reply) }
      } catch {
        reading.violation = error
      }
    }
    return reading
  }

  private static func explain(_ reply: SMTPReply) throws(BrokenPromise) {
    try promise((200...599).contains(reply.code), "a reply has the code \(reply.code)")
    for stage in SMTPStage.allCases {
      let failure = Explanation(Failure(.reply(stage: stage, reply), route: route, recipient: "ann@example.test"))
      try promise(isOneLine(failure.cause), "a cause with control characters: \(failure.cause.debugDescription)")
      try promise(failure.cause.utf8.count < 4096, "a cause of \(failure.cause.utf8.count) bytes")
      let areLines = failure.steps.allSatisfy(isOneLine)
      try promise(areLines && !failure.steps.isEmpty, "steps that are none: \(failure.steps)")
    }
  }
}
