import Diagnosis
import Mail
package import Routes

/// The client of a route's server: all that a session needs before it has a message.
package struct Caller: Sendable, Equatable {
  package var route: Route
  /// Of `route.username`.
  package var password: String?
  /// An access token of `route.username`, in place of the password.
  package var token: String?
  /// Our host name; an address literal where the host has no fully qualified name.
  package var ehloName: String

  package init(route: Route, password: String? = nil, token: String? = nil, ehloName: String) {
    self.route = route
    self.password = password
    self.token = token
    self.ehloName = ehloName
  }

  /// Whether a session that failed so, before it heard of a message, would only fail again, or do harm by that. What a
  /// server makes of a password is asked once, whatever words it has for it, unless it asks for patience itself: a
  /// second refusal brings an account nearer to its lock-out.
  package func isFinal(_ report: DeliveryReport) -> Bool {
    guard case .failed(let fault) = report.outcomes.first else { return false }
    return switch fault {
    case .reply(.auth, let reply): !reply.isTransient
    case .connectionLost(.auth, _), .timedOut(.auth, _), .protocolViolation(.auth, _): true
    default: Failure(fault, route: RouteFacts(route)).class != .transient
    }
  }
}

extension Caller: CustomStringConvertible, CustomReflectable {
  package var description: String { "caller by route \(route.name)" }
  /// Without password and token, so that no dump shows them.
  package var customMirror: Mirror { Mirror(self, children: ["route": route.name]) }
}
