import Base
import FuzzDoors
import Testing

/// What fuzzing found, each by its name; the inputs are `found-…` in the corpora.
@Suite struct FoundTests {
  private func enter(_ door: Door, _ name: String) throws {
    try door.enter(try Folder.contents(of: Corpus.folder(of: door) + "/found-" + name))
  }

  @Test func `a server that quotes the password in a line that is no reply`() throws {
    try enter(.session, "password-in-no-reply")
  }

  @Test func `a key with a control character where the colon is missing`() throws {
    try enter(.configuration, "control-before-colon")
  }

  @Test func `an unknown key with a control character`() throws {
    try enter(.configuration, "control-in-unknown-key")
  }

  @Test func `a number that is too large for a number`() throws {
    try enter(.configuration, "infinity")
  }

  @Test func `an image file without a page`() throws { try enter(.images, "only-a-thumbnail") }

  @Test func `every input that was found has a name here`() throws {
    let here = try Folder.contents(of: #filePath)
    for door in Door.allCases {
      for name in try Folder.names(in: Corpus.folder(of: door)) where name.hasPrefix("found-") {
        let isNamed = String(decoding: here, as: UTF8.self).contains("\"\(name.dropFirst(6))\"")
        #expect(isNamed, "\(door.rawValue)/\(name)")
      }
    }
  }
}
