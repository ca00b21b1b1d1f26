import Base
import FuzzDoors
import Testing

enum Corpus {
  static func folder(of door: Door) -> String {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Tools/fuzz/corpus/" + door.rawValue
  }
}

/// Every input of the fuzzers' corpora, at each change: what was once found stays found.
@Suite struct CorpusTests {
  @Test(arguments: Door.allCases) func `every file of the corpus keeps the promises of its door`(door: Door) throws {
    let folder = Corpus.folder(of: door)
    let names = try Folder.names(in: folder)
    #expect(names.count >= 10)
    for name in names {
      let bytes = try Folder.contents(of: folder + "/" + name)
      #expect(throws: Never.self, "\(door.rawValue)/\(name)") { try door.enter(bytes) }
    }
  }
}
