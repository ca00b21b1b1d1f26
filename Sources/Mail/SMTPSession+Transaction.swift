/// MAIL, RCPT, DATA and what follows: the message's part of a session.
extension SMTPSession {
  mutating func beginEnvelope() {
    let offered = capabilities ?? SMTPCapabilities()
    if let limit = offered.sizeLimit, plan.size > limit { return leave(.tooBig(limit: limit, size: plan.size)) }
    if plan.needs8BitMIME && !offered.has("8BITMIME") { return leave(.extensionMissing("8BITMIME")) }
    state = .envelope
    envelope.begin(mail: mailCommand(offered), pipelining: offered.has("PIPELINING"))
  }

  private func mailCommand(_ offered: SMTPCapabilities) -> String {
    "MAIL FROM:<\(plan.reversePath)>" + (offered.has("SIZE") ? " SIZE=\(plan.size)" : "")
      + (plan.needs8BitMIME ? " BODY=8BITMIME" : "")
  }

  mutating func fillEnvelope() {
    if outgoing.isEmpty { outgoing = envelope.takeCommands() }
  }

  mutating func handleEnvelope(_ reply: SMTPReply) {
    let stage = stage
    switch envelope.take(reply) {
    case .goOn: break
    case .violation:
      abort(.protocolViolation(stage: stage, detail: "\"\(quoted(reply))\" is no answer here"))
    case .sendMessage: state = .body
    case .leave: leave()
    case .reset:
      state = .abandon
      send("RSET")
    case .endEmptyMessage:
      state = .abandon
      send(".")
    case .close: abort(.protocolViolation(stage: .data, detail: "DATA was taken although MAIL was refused"))
    }
  }

  /// A server that has seen enough speaks before the end. No goodbye: it would be part of the message.
  mutating func handleDuringBody(_ reply: SMTPReply) {
    if reply.isTransient || reply.isPermanent { return abort(.reply(stage: .body, reply)) }
    violate("\"\(quoted(reply))\" came before the message had ended")
  }

  mutating func handleFinal(_ reply: SMTPReply) {
    guard reply.isPositive else { return refuse(reply) }
    envelope.accept(reply)
    leave()
  }
}
