package import Jobs

extension Event {
  /// What a scan says: several things where its options are settled.
  package static func events(of progress: ScanProgress) -> [Event] {
    switch progress {
    case .opening(let device): [Event(.progress, text: "opening", code: device)]
    case .waiting(let reason): [Event(.waiting, text: reason)]
    case .settled(_, let notes): notes.map { Event(.notice, text: $0) }
    case .pageBegan(let page): [Event(.progress, page: page)]
    case .rows(let page, let done, let total, let bytes):
      [Event(.progress, page: page, bytes: bytes, of: whole(bytes, done, total))]
    case .pageDone(let page, let bytes): [Event(.page, page: page, bytes: bytes)]
    case .notice(let text): [Event(.notice, text: text)]
    }
  }

  /// What the page will weigh if the rest of its rows is like those that came; nil where nobody knows how many there
  /// are.
  private static func whole(_ bytes: Int, _ done: Int, _ total: Int?) -> Int? {
    guard let total, done > 0 else { return nil }
    return Int(Double(bytes) * Double(total) / Double(done))
  }
}
