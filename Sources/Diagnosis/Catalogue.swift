import JSON

/// What is known of failures, compiled when the program is built (`Tools/catalogue`), so that only the rows that are
/// asked for are read.
package struct Catalogue: Sendable {
  /// In English.
  package static let shipped = Catalogue(CatalogueBytes(CompiledCatalogue.english), translation: nil)

  private let bytes: CatalogueBytes
  private let translation: CatalogueBytes?

  private init(_ bytes: CatalogueBytes, translation: CatalogueBytes?) {
    self.bytes = bytes
    self.translation = translation
  }

  /// The same, in the words of a compiled translation; what it lacks is said in English.
  package func translated(by compiled: [UInt8]) -> Catalogue {
    Catalogue(bytes, translation: CatalogueBytes(String(decoding: compiled, as: UTF8.self)))
  }

  /// The row of a failure; of one that only another version knows, a row that says so.
  package func entry(_ id: FailureID) -> CatalogueEntry {
    guard let row = bytes.row(id.name, in: "entries"), var entry = CatalogueEntry(row) else {
      return .foreign(id)
    }
    if let texts = translation?.row(id.name, in: "translations") { entry.take(texts) }
    return entry
  }

  /// A phrase used in sentences: "stage.auth" is "during sign-in".
  func phrase(_ name: String) -> String { knownPhrase(name) ?? name }

  func knownPhrase(_ name: String) -> String? {
    (translation?.row(name, in: "phrases") ?? bytes.row(name, in: "phrases")).flatMap { $0.count > 1 ? $0[1] : nil }
  }

  /// The rules on replies, the most telling first, until `body` gives an answer.
  func firstRule<Answer>(_ body: ([String]) -> Answer?) -> Answer? { bytes.first(in: "replies", body) }

  /// Which failure a token endpoint's number or word means.
  func token(_ key: String) -> FailureID? {
    bytes.row(key, in: "tokens").flatMap { $0.count > 1 ? FailureID($0[1]) : nil }
  }
}

/// A row: what everything but the words around it needs.
package struct CatalogueEntry: Sendable, Equatable {
  package let id: FailureID
  /// Four characters for panels, fixed for ever.
  package let panelCode: String
  package let `class`: FailureClass
  package let stage: String
  package let who: Actor
  package let exitCode: ExitCode
  package let retry: Bool
  package let confidence: Double
  /// How long after the change it works, where that is not at once.
  package private(set) var takesEffect: String?
  /// Where this knowledge is from: an RFC section, a vendor's page.
  package let source: String?
  private(set) var cause: String
  /// In a list of several hosts.
  private(set) var line: String?
  private(set) var steps: [StepTemplate]

  /// - Parameter row: 13 fields (`Tools/catalogue/Compiler/FailureEntry.swift`).
  init?(_ row: [String]) {
    guard row.count == 13, let kind = FailureClass(rawValue: row[2]), let who = Actor(rawValue: row[4]),
      let exit = Int32(row[5]).flatMap(ExitCode.init), let confidence = Double(row[7])
    else { return nil }
    id = FailureID(row[0])
    panelCode = row[1]
    self.class = kind
    stage = row[3]
    self.who = who
    exitCode = exit
    retry = row[6] == "1"
    self.confidence = confidence / 1000
    takesEffect = row[8].isEmpty ? nil : row[8]
    source = row[9].isEmpty ? nil : row[9]
    cause = row[10]
    line = row[11].isEmpty ? nil : row[11]
    steps = StepTemplate.all(row[12])
  }

  /// Of a failure that another version of the program wrote.
  static func foreign(_ id: FailureID) -> CatalogueEntry { CatalogueEntry(foreign: id) }

  private init(foreign id: FailureID) {
    self.id = id
    panelCode = "----"
    self.class = .transient
    stage = "unknown"
    who = .nobody
    exitCode = .notAcceptedYet
    retry = true
    confidence = 0.3
    takesEffect = nil
    source = nil
    cause = id.name
    line = nil
    steps = []
  }

  /// The words of another language: id, cause, line, takesEffect, the words of the steps as a list.
  fileprivate mutating func take(_ row: [String]) {
    guard row.count == 5 else { return }
    if !row[1].isEmpty { cause = row[1] }
    if !row[2].isEmpty { line = row[2] }
    if !row[3].isEmpty { takesEffect = row[3] }
    for (index, words) in StepTemplate.words(row[4]).enumerated() where index < steps.count && !words.isEmpty {
      steps[index].say = words
    }
  }
}

/// A step before its values are filled in.
struct StepTemplate: Sendable, Equatable {
  /// Empty for the one that says what becomes of the job.
  var say: String
  /// Each a kind and its arguments.
  let actions: [[String]]
  let isKept: Bool

  static func all(_ text: String) -> [StepTemplate] {
    tree(text).map { step in
      StepTemplate(
        say: step["say"]?.text ?? "", actions: (step["do"]?.elements ?? []).map { $0.elements.compactMap(\.text) },
        isKept: step["kept"] != nil)
    }
  }

  static func words(_ text: String) -> [String] { tree(text).map { $0.text ?? "" } }

  /// What the compiler of the catalogue wrote; anything else is no steps.
  private static func tree(_ text: String) -> [JSONValue] {
    do throws(JSON5Reader.Fault) { return try JSON5Reader.read(Array(text.utf8)).elements } catch { return [] }
  }
}
