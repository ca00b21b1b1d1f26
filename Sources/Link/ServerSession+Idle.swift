import Base
import Jobs
import Mail

/// A session that is open before there is a message for it.
extension ServerSession {
  /// Between two signs of life: many servers close what is silent for a minute or more, and routers forget it.
  static let idleSeconds = 30
  /// After that a session without a message is closed: a server may allow few connections.
  static let restSeconds = 600
  /// For the first reply after a rest. Where none comes a router has forgotten the connection, and another is made.
  private static let wakingSeconds = 60

  /// Keeps it open until `wanted` is ready.
  ///
  /// - Returns: whether it is open then; it has said goodbye where it could and is not.
  mutating func rest(until wanted: Awaited) -> Bool {
    hasRested = true
    let end = clock.after(.seconds(Self.restSeconds))
    while open({ _ in }) == nil {
      do throws(ChannelFault) {
        switch try channel.isSpokenTo(before: wanted, until: min(end, clock.after(.seconds(Self.idleSeconds)))) {
        case true?: hearEarlyReply()
        case false?: return true
        case nil: if clock.hasPassed(end) { session.quit() } else { session.keepAlive() }
        }
      } catch {
        session.quit()
      }
    }
    return false
  }

  /// How many seconds a reply is waited for.
  func patience(_ wait: SMTPWait) -> Int {
    hasRested && wait.stage == .mail ? min(wait.seconds, Self.wakingSeconds) : wait.seconds
  }
}

extension DeliveryReport {
  /// A session that was idle: it was lost meanwhile, before any envelope.
  var isOfLostRest: Bool {
    guard case .failed(let fault) = outcomes.first else { return false }
    return switch fault {
    case .connectionLost(.mail, _), .timedOut(.mail, _), .protocolViolation(.mail, _): true
    case .reply(.mail, let reply): reply.code == 421
    default: false
    }
  }
}
