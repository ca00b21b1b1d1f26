import Jobs

/// What is done differently for a scanner that does not do as the SANE standard says.
package struct Quirks: Sendable, Equatable {
  package enum Flag: String, CaseIterable, Sendable {
    /// What the scanner calls its feeder is the glass: one page a scan.
    case flatbed
    /// A page without rows, after others, says that the feeder is empty.
    case emptyFrameEndsFeeder
    /// The mode is set after all other options.
    case modeLast
    /// Both sides of a sheet are not offered.
    case noDuplex
  }

  package var flags: Set<Flag> = []
  /// The driver's own options to set, in its words: "true", "12", "Simplex".
  package var options: [String: String] = [:]
  /// What a person should know who scans from the feeder.
  package var feederNote: String?
  /// How long a call may take, where that is not what ``CallLimits`` has.
  var limits: [DriverCall: Duration] = [:]

  package init() {}

  func has(_ flag: Flag) -> Bool { flags.contains(flag) }

  /// What can be asked for, of what the scanner says it has.
  func sources(_ said: [ScanSource]) -> [ScanSource] {
    if has(.flatbed) { return [.flatbed] }
    return said.filter { !(has(.noDuplex) && $0 == .adfDuplex) }
  }
}

/// What is known of a scanner before it is opened.
package struct ScannerFacts: Sendable, Equatable {
  /// SANE's name: "epson2:libusb:001:005".
  package var name: String
  /// What SANE's list or USB say; empty where neither does.
  package var vendor: String
  package var model: String

  package init(name: String, vendor: String = "", model: String = "") {
    self.name = name
    self.vendor = vendor
    self.model = model
  }

  /// "epson2", or "net/epson2" for one that another machine has.
  var backend: String {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.first == "net", parts.count > 3 else { return String(parts.first ?? "") }
    return "net/" + parts[2]
  }

  /// What a model may be found in. Names have underlines for blanks.
  var models: [String] { [model, String(name.map { $0 == "_" ? " " : $0 })] }
}

/// Which scanners a quirk is about.
struct QuirkMatch: Sendable, Equatable {
  /// nil is any. A star stands for any text.
  var backend: String?
  var vendor: String?
  var model: String?

  func fits(_ facts: ScannerFacts) -> Bool {
    (backend.map { isLike($0, facts.backend) } ?? true) && (vendor.map { isLike($0, facts.vendor) } ?? true)
      && (model.map { pattern in facts.models.contains { isLike(pattern, $0) } } ?? true)
  }
}

/// Whether the text is the pattern, where a star stands for any text; case does not matter.
func isLike(_ pattern: String, _ text: String) -> Bool {
  let pieces = pattern.lowercased().split(separator: "*", omittingEmptySubsequences: false)
  var rest = Substring(text.lowercased())
  guard let first = pieces.first, let last = pieces.last, rest.hasPrefix(first) else { return false }
  if pieces.count == 1 { return rest == first }
  rest = rest.dropFirst(first.count)
  for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
    guard let found = rest.firstRange(of: piece) else { return false }
    rest = rest[found.upperBound...]
  }
  return rest.hasSuffix(last)
}
