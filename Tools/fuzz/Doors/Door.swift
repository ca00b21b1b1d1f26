/// Where bytes from outside come into the house: a subject for fuzzing each.
///
/// A façade in the main package, because `package` declarations are not visible in another one, and the fuzz
/// programs have to be another one: they have no `main`, which breaks a plain `swift build`. Nothing that is
/// shipped depends on it. `Tests/FuzzTests` sends every file of `Tools/fuzz/corpus` through its door.
public enum Door: String, CaseIterable, Sendable {
  /// What a server says in a whole session, in any cuts.
  case session
  /// The reader of replies, and what the knowledge base makes of them.
  case replies
  /// The configuration: reading, layers, checks, writing.
  case configuration
  /// What the scan worker tells its parent.
  case reports
  /// Image files, and whatever is given out for one.
  case images
  /// A document's index after a crash.
  case documents
  /// The message and its headers.
  case headers
  /// Addresses as people type them.
  case addresses
  /// The system's time zone files.
  case zones
  /// What a scanner driver says of a page, and its bytes.
  case rows
  /// Black-and-white pages.
  case lineart

  /// Sends bytes in. Whatever they are, the house keeps its promises: a trap is one broken, as is what this throws.
  public func enter(_ bytes: [UInt8]) throws(BrokenPromise) {
    switch self {
    case .session: try SessionDoor.enter(bytes)
    case .replies: try RepliesDoor.enter(bytes)
    case .configuration: try ConfigurationDoor.enter(bytes)
    case .reports: try ReportsDoor.enter(bytes)
    case .images: try ImagesDoor.enter(bytes)
    case .documents: try DocumentsDoor.enter(bytes)
    case .headers: try HeadersDoor.enter(bytes)
    case .addresses: try AddressesDoor.enter(bytes)
    case .zones: try ZonesDoor.enter(bytes)
    case .rows: try RowsDoor.enter(bytes)
    case .lineart: try LineartDoor.enter(bytes)
    }
  }
}

/// Something that must hold for any input and did not.
public struct BrokenPromise: Error, CustomStringConvertible {
  public let description: String
}

func promise(_ holds: Bool, _ words: @autoclosure () -> String) throws(BrokenPromise) {
  if !holds { throw BrokenPromise(description: words()) }
}

/// What an action gives that must not fail.
func must<Value: ~Copyable, Failure: Error>(
  _ words: String, _ action: () throws(Failure) -> Value
) throws(BrokenPromise) -> Value {
  do throws(Failure) { return try action() } catch { throw BrokenPromise(description: "\(words): \(error)") }
}

/// Whether a text is fit for one line of a terminal.
func isOneLine(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { !(0..<32).contains($0.value) && !(127..<160).contains($0.value) }
}

/// Bytes in pieces whose sizes come from a number: the same number gives the same pieces.
func pieces(of bytes: [UInt8], seed: UInt8) -> [[UInt8]] {
  var state = UInt64(seed) &+ 1
  var pieces: [[UInt8]] = []
  var start = 0
  while start < bytes.count {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let end = min(bytes.count, start + 1 + Int(state >> 33) % 40)
    pieces.append(Array(bytes[start..<end]))
    start = end
  }
  return pieces
}

/// Texts of an input, between its NULs.
func texts(in bytes: some Sequence<UInt8>) -> [String] {
  Array(bytes).split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
}
