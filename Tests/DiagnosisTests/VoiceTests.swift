import Base
import Diagnosis
import JSON
import TestKit
import Testing

@Suite struct VoiceTests {
  /// Where a file of the catalogue has texts for people.
  private static let fields: Set<String> = ["cause", "line", "say", "takesEffect"]

  private static let folder =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/Diagnosis/Catalogue"

  private static func texts() throws -> [(file: String, text: String)] {
    try Folder.names(in: folder).filter { $0.hasSuffix(".json5") }.flatMap { file in
      texts(in: try JSON5Reader.read(try Folder.contents(of: folder + "/" + file))).map { (file, $0) }
    }
  }

  /// All phrases, and what stands in the fields for people, however deep.
  private static func texts(in tree: JSONValue) -> [String] {
    var texts = (tree["phrases"]?.members ?? []).compactMap(\.value.text)
    for member in tree.members {
      if fields.contains(member.name), let text = member.value.text { texts.append(text) }
      texts += Self.texts(in: member.value)
    }
    return texts + tree.elements.flatMap { Self.texts(in: $0) }
  }

  @Test func `the catalogue speaks plain English`() throws {
    let texts = try Self.texts()
    #expect(texts.count > 2 * FailureID.all.count)
    for (file, text) in texts {
      let slips = Voice.slips(in: text)
      #expect(slips.isEmpty, "\(file): \(slips): \(text)")
    }
  }

  @Test func `a text is short, and is not a sentence with a full stop`() throws {
    for (file, text) in try Self.texts() {
      #expect(!text.hasSuffix(".") || text.hasSuffix("..."), "\(file): \(text)")
      #expect(text.count <= 220, "\(file): \(text)")
    }
  }

  @Test func `a slip is found whatever stands around it`() {
    #expect(Voice.slips(in: "The file is none.") == ["is none"])
    #expect(Voice.slips(in: "Whoever has it: mend it") == ["whoever", "mend"])
    #expect(Voice.slips(in: "recommended; the nonexistent wanted file").isEmpty)
  }
}
