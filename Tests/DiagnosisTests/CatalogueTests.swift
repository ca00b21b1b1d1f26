import Base
import CatalogueCompiler
import Diagnosis
import JSON
import TestKit
import Testing

private func compiled(_ text: String) throws -> CatalogueForm {
  try CatalogueForm([CatalogueSource(name: "test.json5", bytes: Array(text.utf8))])
}

private func fault(_ text: String) -> String? {
  do throws(CatalogueFault) {
    _ = try CatalogueForm([CatalogueSource(name: "test.json5", bytes: Array(text.utf8))])
    return nil
  } catch {
    return error.description
  }
}

private let entry = """
  class: "transient", stage: "auth", who: "nobody", cause: "c", steps: [{ say: "s" }]
  """

@Suite struct CatalogueTests {
  @Test func `every failure has a row with all that a front end needs`() {
    print("figure: failures in the catalogue\t\(FailureID.all.count)")
    for name in FailureID.all {
      let entry = Catalogue.shipped.entry(FailureID(name))
      #expect(entry.id.name == name && entry.panelCode != "----", "\(name)")
      let failure = Failure(FailureID(name))
      #expect(!failure.cause.isEmpty && !failure.cause.hasSuffix("."), "\(name): \(failure.cause)")
    }
  }

  /// A code stands in manuals and on labels: it never changes its meaning, and none goes.
  @Test func `panel codes are fixed for ever`() throws {
    let fixed = try Folder.lines(of: "PanelCodes.txt", beside: #filePath)
    let now = FailureID.all.map { "\(Catalogue.shipped.entry(FailureID($0)).panelCode) \($0)" }
    let gone = Set(fixed).subtracting(now)
    #expect(gone.isEmpty, "changed or gone: \(gone.sorted())")
    let added = Set(now).subtracting(fixed)
    #expect(added.isEmpty, "new ones have to be written down in PanelCodes.txt: \(added.sorted())")
  }

  @Test func `what is wrong with a catalogue is said with its place`() {
    #expect(fault("{ failures: { 'a.b': { code: 'A01D', \(entry) } } }") == nil)
    #expect(fault("{ failures: { 'a.b': { code: 'A01E', \(entry) } } }")?.contains("its check character is D") == true)
    #expect(fault("{ failures: { 'a.b': { code: 'A01D', clas: 1, \(entry) } } }")?.contains("clas") == true)
    #expect(fault("{ failures: { 'a.b': { \(entry) } } }")?.contains("failures a.b: no code") == true)
    let twice = "{ failures: { 'a.b': { code: 'A01D', \(entry) }, 'a.c': { code: 'A01D', \(entry) } } }"
    #expect(fault(twice)?.contains("code A01D belongs to a.b") == true)
    let lost = "{ rules: [{ codes: [550], means: 'a.z' }] }"
    #expect(fault(lost)?.contains("means a.z, which is not in the catalogue") == true)
    #expect(fault("{ failures:\n  x }")?.hasPrefix("test.json5:2:3: error:") == true)
  }

  @Test func `a failure of another version is kept and told of`() throws {
    let stored =
      #"{"id": "later.invention", "class": "configuration", "stage": "auth", "who": "vendor", "values": {}, "#
      + #""confidence": 1}"#
    let failure = try Failure(json: try JSON5Reader.read(Array(stored.utf8)))
    #expect(failure.class == .configuration && failure.cause == "later.invention")
    #expect(try Failure(json: failure.json) == failure)
  }

  @Test func `what is stored is an identity and values, in every language the same`() throws {
    let failure = Failure(
      .authRefused, code: "535 5.7.8",
      values: ["server": "smtp.example.net", "user": "u", "reply": "535 no", "route": "office"])
    #expect(try Failure(json: failure.json) == failure)
    let text = JSONText.line(failure.json)
    #expect(!text.contains("refused the user name"), "\(text)")
    let german = """
      { failures: { "auth.refused": { cause: "{server} lehnt Benutzername oder Kennwort von „{user}“ ab ({reply})",
        steps: ["Kennwort neu eingeben"] } } }
      """
    let form = try CatalogueForm(translation: CatalogueSource(name: "de.json5", bytes: Array(german.utf8)))
    let words = Explanation(failure, in: Catalogue.shipped.translated(by: form.bytes))
    #expect(words.cause == "smtp.example.net lehnt Benutzername oder Kennwort von „u“ ab (535 no)")
    #expect(words.steps.first == "Kennwort neu eingeben: platen secret set routes.office.password")
    // What has no translation is said in English.
    let other = Explanation(Failure(.replyUnknown), in: Catalogue.shipped.translated(by: form.bytes))
    #expect(other.cause == Failure(.replyUnknown).cause)
  }

  @Test func `promises and commands are made of what the job's state really is`() {
    let failure = Failure(.replyUnknown, values: ["server": "s", "reply": "599 ?"])
    func steps(_ job: JobStanding?) -> [String] { Explanation(failure, about: job).steps }
    let waiting = JobStanding(id: "7Q2M4X0C9A", canRetry: true, triesAgain: true, pages: 3)
    #expect(steps(waiting).first == "Nothing is lost: the job is kept and will be retried")
    let kept = JobStanding(id: "7Q2M4X0C9A", canRetry: true, triesAgain: false, pages: 3)
    #expect(steps(kept).first == "Nothing is lost: the job is kept; send it again: platen jobs retry 7Q2M4X0C9A")
    let over = JobStanding(id: "7Q2M4X0C9A", canRetry: false, triesAgain: false, pages: 3)
    for job in [over, nil] { #expect(!steps(job).contains { $0.contains("kept") || $0.contains("retry") }) }
  }
}

extension Folder {
  fileprivate static func lines(of name: String, beside file: String) throws -> [String] {
    let folder = file.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
    let text = String(decoding: try contents(of: folder + "/" + name), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }
}
