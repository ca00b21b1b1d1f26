import JSON

/// A compiled catalogue: text of which only the rows that are asked for are read.
///
///     PLTC1
///     name offset count            five lines, one a table: 8 hexadecimal digits each
///     rows, fields between tabs
///     offsets of rows by name, 8 hexadecimal digits each
package struct CatalogueForm {
  /// Sorted.
  let ids: [String]
  package let bytes: [UInt8]

  package init(_ sources: [CatalogueSource]) throws(CatalogueFault) {
    var reading = CatalogueReading()
    for source in sources { try reading.read(source) }
    try reading.check()
    ids = reading.entries.map(\.id).sorted()
    bytes = CatalogueForm.laidOut([
      ("entries", reading.entries.map(\.row).sorted { $0[0] < $1[0] }),
      ("phrases", reading.phrases.sorted { $0[0] < $1[0] }),
      ("replies", reading.rules.sorted(by: ReplyRule.precedes).map(\.row)),
      ("tokens", reading.tokens.sorted { $0[0] < $1[0] }),
      ("translations", []),
    ])
  }

  /// The texts of another language, to be shown in place of the English ones.
  package init(translation source: CatalogueSource) throws(CatalogueFault) {
    let root = Place(file: source.name, path: "", value: try source.tree())
    var rows: [[String]] = []
    for place in try root["failures"]?.members([]) ?? [] {
      _ = try place.members(["cause", "line", "steps", "takesEffect"])
      let steps = try place["steps"]?.texts() ?? []
      rows.append([
        place.path.split(separator: " ").last.map(String.init) ?? "", try place["cause"]?.text() ?? "",
        try place["line"]?.text() ?? "", try place["takesEffect"]?.text() ?? "",
        JSONText.line(.array(steps.map { .string($0) })),
      ])
    }
    let phrases = try root["phrases"]?.members([]).map { (place) throws(CatalogueFault) in
      [place.path.split(separator: " ").last.map(String.init) ?? "", try place.text()]
    }
    ids = []
    bytes = CatalogueForm.laidOut([
      ("entries", []), ("phrases", (phrases ?? []).sorted { $0[0] < $1[0] }), ("replies", []), ("tokens", []),
      ("translations", rows.sorted { $0[0] < $1[0] }),
    ])
  }

  private static let magic = "PLTC1\n"

  private static func laidOut(_ tables: [(name: String, rows: [[String]])]) -> [UInt8] {
    let headBytes = magic.utf8.count + tables.reduce(0) { $0 + $1.name.utf8.count + 19 }
    var body: [UInt8] = []
    var head = magic
    for table in tables {
      var offsets: [Int] = []
      for row in table.rows {
        offsets.append(headBytes + body.count)
        body += Array(row.joined(separator: "\t").utf8) + [10]
      }
      head += "\(table.name) \(hexadecimal(headBytes + body.count)) \(hexadecimal(table.rows.count))\n"
      for offset in offsets { body += Array(hexadecimal(offset).utf8) }
    }
    return Array(head.utf8) + body
  }

  private static func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }
}

/// The files of a catalogue while they are read.
private struct CatalogueReading {
  var entries: [FailureEntry] = []
  var rules: [ReplyRule] = []
  var phrases: [[String]] = []
  var tokens: [[String]] = []
  private var places: [String: Place] = [:]
  private var meanings: [(id: String, place: Place)] = []

  mutating func read(_ source: CatalogueSource) throws(CatalogueFault) {
    let root = Place(file: source.name, path: "", value: try source.tree())
    _ = try root.members(["failures", "rules", "phrases", "tokens"])
    for place in try root["failures"]?.members([]) ?? [] {
      let id = place.path.split(separator: " ").last.map(String.init) ?? ""
      if places.updateValue(place, forKey: id) != nil { throw place.fault("stands twice") }
      entries.append(try FailureEntry(place, id: id))
    }
    for place in try root["rules"]?.elements() ?? [] {
      let rule = try ReplyRule(place)
      rules.append(rule)
      meanings.append((rule.means, place))
    }
    for place in try root["phrases"]?.members([]) ?? [] {
      phrases.append([place.path.split(separator: " ").last.map(String.init) ?? "", try place.text()])
    }
    for place in try root["tokens"]?.elements() ?? [] { try readToken(place) }
  }

  private mutating func readToken(_ place: Place) throws(CatalogueFault) {
    _ = try place.members(["codes", "words", "means"])
    guard let means = try place["means"]?.text() else { throw place.fault("no means") }
    let keys = (try place["codes"]?.texts() ?? []) + (try place["words"]?.texts() ?? [])
    tokens += keys.map { [$0, means] }
    meanings.append((means, place))
  }

  func check() throws(CatalogueFault) {
    for (id, place) in meanings where places[id] == nil {
      throw place.fault("means \(id), which is not in the catalogue")
    }
    var owners: [String: String] = [:]
    for entry in entries {
      if let owner = owners.updateValue(entry.id, forKey: entry.code), let place = places[entry.id] {
        throw place.fault("code \(entry.code) belongs to \(owner)")
      }
    }
  }
}

extension JSONValue {
  var number: Double? { if case .number(let number) = self { number } else { nil } }
}
