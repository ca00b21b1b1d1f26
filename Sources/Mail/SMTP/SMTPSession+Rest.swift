/// Between who we are and what we bring: a session may be opened before there is a message for it.
extension SMTPSession {
  /// Gives the session its message, once, at any time. What depends on it is decided from here on; where the session has
  /// ended, that is what became of the message.
  package mutating func begin(_ message: SMTPMessage) {
    if self.message != nil { return }
    self.message = message
    envelope = EnvelopeProgress(message)
    if let fault { envelope.settle(fault) }
    switch state {
    case .farewell, .done: break
    case .rest where envelope.isSettled: leave()
    case .rest: beginEnvelope(message)
    default: if envelope.isSettled { state = .done }
    }
  }

  /// Asks a server that waits for a message whether it still does (RFC 5321 section 4.1.1.9): many close what is idle.
  package mutating func keepAlive() {
    guard case .rest = state else { return }
    state = .noop
    send("NOOP")
  }

  /// There will be no message: says goodbye where that can be said.
  package mutating func quit() {
    guard message == nil else { return }
    if case .rest = state { return leave() }
    outgoing = []
    state = .done
  }

  mutating func rest() {
    state = .rest
    if let message { beginEnvelope(message) }
  }

  /// A server that does not know NOOP is alive too.
  mutating func handleNoop(_ reply: SMTPReply) {
    if reply.isPositive || reply.isTransient || reply.isPermanent { rest() } else { refuse(reply) }
  }
}
