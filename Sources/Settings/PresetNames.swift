import Base

/// What `preset` may say: the names of the methods of submission. The room of the routes is above this one, so each
/// method enters its name here.
package enum PresetNames {
  package static let all: [String] = {
    Entries.run()
    return entered.withLock { $0 }.sorted { $0 < $1 }.map(\.name)
  }()

  /// - Parameter place: in lists, the least first.
  package static func enter(_ name: String, at place: Int) { entered.withLock { $0.append((place, name)) } }

  private static let entered = Locked<[(place: Int, name: String)]>([])
}
