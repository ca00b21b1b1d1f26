package import Base

/// Sessions that servers offered to take up again, for later connections of this process; never on disk.
///
/// A session serves only a connection that is like the one it came from in everything that matters to security, and
/// what vouched for the server then is asked again before it is used. A failure on a connection drops what is kept
/// for its like.
package final class TLSSessionStore: Sendable {
  private struct SavedSession {
    let key: TLSSessionKey
    let session: StoredSession
    let end: Deadline
  }

  /// The oldest first.
  private let entries = Locked<[SavedSession]>([])
  private let clock: Clock

  /// As Postfix has it (smtp_tls_session_cache_timeout); a server may ask for less.
  private static let longestLife = Duration.seconds(3600)
  /// A server of TLS 1.3 gives two at once, each good for one connection.
  private static let mostOfOne = 2
  /// A route has a server or a few.
  private static let most = 32

  /// - Parameter clock: sessions grow old by it, and what vouched for them is judged by its date.
  package init(clock: Clock) { self.clock = clock }

  var date: WallTime { clock.date }

  func add(_ session: StoredSession, for key: TLSSessionKey) {
    if session.life == .zero { return }
    let end = clock.after(min(session.life, Self.longestLife))
    entries.withLock { entries in
      entries.append(SavedSession(key: key, session: session, end: end))
      let alike = entries.indices.filter { entries[$0].key == key }
      if alike.count > Self.mostOfOne { entries.remove(at: alike[0]) }
      if entries.count > Self.most { entries.removeFirst() }
    }
  }

  /// The newest for `key`; one of TLS 1.3 goes out once (RFC 8446 appendix C.4).
  func take(_ key: TLSSessionKey) -> StoredSession? {
    let now = clock.now
    return entries.withLock { entries in
      entries.removeAll { $0.end <= now }
      guard let index = entries.lastIndex(where: { $0.key == key }) else { return nil }
      return entries[index].session.isForOnce ? entries.remove(at: index).session : entries[index].session
    }
  }

  func drop(_ key: TLSSessionKey) { entries.withLock { $0.removeAll { $0.key == key } } }
}

/// Everything that decided about a connection: a session is resumed only where all of it is equal.
struct TLSSessionKey: Hashable {
  let host: String
  let port: Int
  let policy: TLSPolicy
  /// Of our own certificate.
  let identity: [UInt8]?
  let records: Set<TLSARecord>
}
