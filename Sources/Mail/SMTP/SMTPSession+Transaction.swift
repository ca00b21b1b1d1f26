/// MAIL, RCPT, DATA or BDAT, and what follows: the message's part of a session.
extension SMTPSession {
  mutating func beginEnvelope(_ message: SMTPMessage) {
    let offered = capabilities ?? SMTPCapabilities()
    if let limit = offered.sizeLimit, message.size > limit {
      return leave(.tooBig(limit: limit, size: message.size))
    }
    if message.needs8BitMIME && !message.isBinary && !offered.has("8BITMIME") {
      return leave(.extensionMissing("8BITMIME"))
    }
    if message.isBinary, let missing = ["CHUNKING", "BINARYMIME"].first(where: { !offered.has($0) }) {
      return leave(.extensionMissing(missing))
    }
    state = .envelope
    let pipelining = offered.has("PIPELINING")
    if usesChunks(message, offered) {
      chunks = SMTPChunks(size: message.size, chunkSize: message.chunkSize, pipelining: pipelining)
    }
    envelope.begin(mail: mailCommand(message, offered), pipelining: pipelining, announcesData: chunks == nil)
  }

  /// BDAT where it is offered: no byte of the message can end it, a refusal is heard at a chunk's end and not by a
  /// broken connection, and none is looked at on its way out. Without PIPELINING it would cost a wait for each chunk,
  /// and DATA costs but one.
  private func usesChunks(_ message: SMTPMessage, _ offered: SMTPCapabilities) -> Bool {
    message.isBinary || message.mayChunk && offered.has("CHUNKING") && offered.has("PIPELINING")
  }

  private func mailCommand(_ message: SMTPMessage, _ offered: SMTPCapabilities) -> String {
    "MAIL FROM:<\(message.reversePath)>" + (offered.has("SIZE") ? " SIZE=\(message.size)" : "")
      + (message.isBinary ? " BODY=BINARYMIME" : message.needs8BitMIME ? " BODY=8BITMIME" : "")
  }

  mutating func fillEnvelope() {
    if outgoing.isEmpty { outgoing = envelope.takeCommands() }
  }

  mutating func handleEnvelope(_ reply: SMTPReply) {
    let stage = stage
    switch envelope.take(reply) {
    case .goOn: break
    case .violation:
      abort(.protocolViolation(stage: stage, detail: "\"\(quoted(reply))\" is not a valid reply here"))
    case .sendMessage: state = .body
    case .leave: leave()
    case .reset:
      state = .abandon
      send("RSET")
    case .endEmptyMessage:
      state = .abandon
      send(".")
    case .close: abort(.protocolViolation(stage: .data, detail: "DATA was accepted although MAIL was refused"))
    }
  }

  /// A server that has seen enough speaks before the end. No goodbye: it would be part of the message.
  mutating func handleDuringBody(_ reply: SMTPReply) {
    if awaitsChunkReplies { return handleChunk(reply) }
    if reply.isTransient || reply.isPermanent { return abort(.reply(stage: .body, reply)) }
    violate("\"\(quoted(reply))\" came before the end of the message")
  }

  /// A chunk that is not taken ends the transaction, and no other may follow it (RFC 3030 section 2).
  private mutating func handleChunk(_ reply: SMTPReply) {
    if reply.isPositive {
      outgoing += chunks?.takeReply() ?? []
    } else if !(reply.isTransient || reply.isPermanent) {
      violate("\"\(quoted(reply))\" is not a valid reply here")
    } else if chunks?.isWithinChunk == true {
      abort(.reply(stage: .body, reply))
    } else {
      leave(.reply(stage: .body, reply))
    }
  }

  mutating func handleFinal(_ reply: SMTPReply) {
    guard reply.isPositive else { return refuse(reply) }
    envelope.accept(reply)
    leave()
  }
}
