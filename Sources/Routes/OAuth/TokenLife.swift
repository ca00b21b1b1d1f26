package import Base

/// A token that is kept. No description shows it.
package struct StoredToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  package let accessToken: String
  package let received: Moment
  package let lifeSeconds: Int64
  /// Of ``TokenSource/cacheKey``: a token is never used for what it was not bought for.
  package let key: String

  package init(_ grant: TokenGrant, at now: Moment, for key: String) {
    accessToken = grant.accessToken
    received = now
    lifeSeconds = grant.life.components.seconds
    self.key = key
  }

  /// Whether it can be shown to a server now. Where nobody can tell how old it is, it cannot: a new one costs a
  /// request, a refused one an attempt.
  package func isFresh(at now: Moment, for source: TokenSource, user: String) -> Bool {
    guard key == source.cacheKey(user), let age = now.exactly(since: received) else { return false }
    return age < replacedAfter(source.service)
  }

  /// A short life leaves no room for the whole lead: then half of it has to do.
  private func replacedAfter(_ service: OAuthService) -> Duration {
    let life = Duration.seconds(lifeSeconds)
    return max(life - service.refreshLead, min(life / 2, life - .seconds(60)))
  }

  package var description: String { "a token for \(lifeSeconds) s" }
  package var customMirror: Mirror { Mirror(self, children: ["received": received, "lifeSeconds": lifeSeconds]) }
}

extension TokenSource {
  /// Everything that decides which token fits.
  package func cacheKey(_ user: String) -> String {
    [service.rawValue, grant.rawValue, tokenEndpoint, clientID ?? "", scope, user.lowercased()]
      .joined(separator: " ")
  }
}

/// What follows when a server refuses a token: one fresh token and one more try, then an end. A refused token is
/// never shown again, and nobody is locked out by a device that keeps asking.
package struct TokenTries: Sendable, Equatable {
  package enum Next: Sendable, Equatable {
    /// Drop the token, buy another, connect again.
    case freshToken
    case stop
  }

  private var hasRefreshed = false

  package init() {}

  package mutating func refused() -> Next {
    if hasRefreshed { return .stop }
    hasRefreshed = true
    return .freshToken
  }
}

/// How old something is that has to be renewed by people.
package struct CredentialAge: Sendable, Equatable {
  package enum State: Sendable, Equatable {
    case good
    /// The days that are left.
    case endsSoon(days: Int)
    case ended
    /// The date is not trusted, or the end is unknown.
    case unknown
  }

  /// Time enough for an administrator to make a new one.
  package static let warningDays = 30

  /// Of a secret or a certificate with a known end.
  package static func state(ending end: WallTime?, at now: WallTime?) -> State {
    guard let end, let now else { return .unknown }
    if now >= end { return .ended }
    let days = Int((end.seconds - now.seconds) / 86_400)
    return days < warningDays ? .endsSoon(days: days) : .good
  }

  /// Of a refresh token, by its last use.
  package static func state(lastUsed: WallTime?, of service: OAuthService, at now: WallTime?) -> State {
    guard let lastUsed, let life = service.refreshTokenIdleLife else { return .unknown }
    return state(ending: WallTime(seconds: lastUsed.seconds + life.components.seconds), at: now)
  }
}
