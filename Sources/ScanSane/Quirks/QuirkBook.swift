import JSON
import Settings

/// The scanners that are known not to do as the SANE standard says. Board/quirks/scanners.json5 tells the form.
package struct QuirkBook: Sendable {
  /// One entry of a file.
  struct QuirkSetting: Sendable {
    var match: QuirkMatch
    var reason: String
    var source: String
    /// Member by member, as a later entry goes over an earlier one.
    var quirk: [JSONValue.Member]
  }

  private(set) var entries: [QuirkSetting] = []

  /// No quirks.
  package init() {}

  /// The quirks that we know of.
  package static func shipped() throws(QuirkFault) -> QuirkBook {
    var book = QuirkBook()
    try book.add(PackageResources.scanners_json5, origin: "Board/quirks/scanners.json5")
    return book
  }

  /// Adds a file's entries after those that are there.
  package mutating func add(_ json5: [UInt8], origin: String) throws(QuirkFault) {
    let tree: JSONValue
    do throws(JSON5Reader.Fault) {
      tree = try JSON5Reader.read(json5)
    } catch {
      throw QuirkFault(
        origin: origin, problem: .syntax(line: error.line, column: error.column, message: error.message))
    }
    guard case .array(let elements) = tree else { throw QuirkFault(origin: origin, problem: .noList) }
    for (number, element) in elements.enumerated() {
      let reader = EntryReader(origin: origin, number: number + 1)
      entries.append(try reader.entry(element))
    }
  }

  /// What to do differently for a scanner; all entries that fit, the later over the earlier.
  package func quirks(of facts: ScannerFacts) -> Quirks {
    entries.filter { $0.match.fits(facts) }.reduce(into: Quirks()) { quirks, entry in
      // What an entry holds was tried when it was read.
      for member in entry.quirk { _ = quirks.set(member) }
    }
  }
}

/// Reads one entry, and names it in what is wrong with it.
private struct EntryReader {
  let origin: String
  /// From 1.
  let number: Int

  func entry(_ setting: JSONValue) throws(QuirkFault) -> QuirkBook.QuirkSetting {
    try allow(["match", "quirk", "reason", "source"], in: setting, "")
    guard let reason = setting["reason"]?.text, !reason.isEmpty else { throw fault(.noReason) }
    guard let source = setting["source"]?.text, source.hasPrefix("https://") else {
      throw fault(.noSource)
    }
    let quirk = setting["quirk"]?.members ?? []
    if quirk.isEmpty { throw fault(.noQuirk) }
    var trial = Quirks()
    for member in quirk where !trial.set(member) { throw fault(.unknownQuirk(member.name, member.value)) }
    return QuirkBook.QuirkSetting(match: try match(setting["match"]), reason: reason, source: source, quirk: quirk)
  }

  private func match(_ setting: JSONValue?) throws(QuirkFault) -> QuirkMatch {
    guard let setting, !setting.members.isEmpty else { throw fault(.noMatch) }
    try allow(["backend", "vendor", "model"], in: setting, "match.")
    for member in setting.members where member.value.text == nil {
      throw fault(.matchIsNoText(member.name, member.value))
    }
    return QuirkMatch(
      backend: setting["backend"]?.text, vendor: setting["vendor"]?.text, model: setting["model"]?.text)
  }

  private func allow(_ names: [String], in setting: JSONValue, _ prefix: String) throws(QuirkFault) {
    if let odd = setting.members.first(where: { !names.contains($0.name) }) {
      throw fault(.unknownField(prefix + odd.name, known: names))
    }
  }

  private func fault(_ problem: QuirkFault.EntryProblem) -> QuirkFault {
    QuirkFault(origin: origin, problem: .entry(number, problem))
  }
}

extension Quirks {
  /// The names that a file has for calls.
  private static let calls: [String: DriverCall] = [
    "init": .initialise, "list": .list, "open": .open, "option": .option, "start": .start, "read": .read,
    "close": .close,
  ]
  /// Longer than any person waits.
  private static let mostSeconds = 3600

  /// False where the name or the value is unknown.
  mutating func set(_ member: JSONValue.Member) -> Bool {
    if let flag = Flag(rawValue: member.name) {
      if member.value.flag == true { flags.insert(flag) } else { flags.remove(flag) }
      return member.value.flag != nil
    }
    switch member.name {
    case "options": return setOptions(member.value.members)
    case "limits": return setLimits(member.value.members)
    case "feederNote":
      feederNote = member.value.text
      return feederNote != nil
    default: return false
    }
  }

  private mutating func setOptions(_ members: [JSONValue.Member]) -> Bool {
    for member in members {
      switch member.value {
      case .boolean(let flag): options[member.name] = flag ? "true" : "false"
      case .number(let number): options[member.name] = plain(number)
      case .string(let text): options[member.name] = text
      case .array, .object, .null: return false
      }
    }
    return !members.isEmpty
  }

  private mutating func setLimits(_ members: [JSONValue.Member]) -> Bool {
    for member in members {
      guard let call = Self.calls[member.name], let seconds = member.value.integer,
        (1...Self.mostSeconds).contains(seconds)
      else { return false }
      limits[call] = .seconds(seconds)
    }
    return !members.isEmpty
  }
}
