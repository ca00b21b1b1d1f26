import Base
import Glibc
import Paper
import Raster
import TestKit
import Testing

@Suite struct ExcerptTests {
  private static let pages = [
    Drawing(.color, width: 310, height: 440), Drawing(.gray, width: 310, height: 440),
    Drawing(.lineart, width: 333, height: 217), Drawing(.color, width: 310, height: 440).withoutHeight,
    Drawing(.lineart, width: 310, height: 440), Drawing(.gray, width: 333, height: 217),
  ]

  private func bytes(of excerpt: DocumentExcerpt, from path: String, atOnce: Int) throws -> [UInt8] {
    let file = try Descriptor(opening: path, O_RDONLY)
    var bytes: [UInt8] = []
    while true {
      let piece = try excerpt.read(upTo: atOnce, at: bytes.count) { (offset, count) throws(SystemError) in
        try file.read(upTo: count, at: offset)
      }
      if piece.isEmpty { return bytes }
      bytes += piece
    }
  }

  @Test(arguments: [0..<1, 0..<3, 1..<2, 2..<5, 3..<6, 5..<6, 0..<6])
  func `an excerpt is what a scan of its pages alone would have made`(_ range: Range<Int>) throws {
    let whole = try Documents()
    try whole.write(Self.pages)
    let entries = try whole.index
    let path = try whole.seal()
    let alone = try Documents()
    try alone.write(Array(Self.pages[range]))
    let wanted = try Folder.contents(of: try alone.seal())
    let excerpt = DocumentExcerpt(of: entries[range], .test) { TestDigest() }
    #expect(excerpt.size == wanted.count)
    #expect(try bytes(of: excerpt, from: path, atOnce: 65536) == wanted)
    #expect(try bytes(of: excerpt, from: path, atOnce: 777) == wanted)
    try Judges.expectClean(alone.folder.file(DocumentFile.sealed), pages: range.count)
  }

  @Test func `weights are never below what an excerpt turns out to be, and little above`() throws {
    let whole = try Documents()
    try whole.write(Self.pages + Self.pages + Self.pages)
    let entries = try whole.index
    let weights = DocumentExcerpt.weights(of: entries, .test) { TestDigest() }
    for start in entries.indices {
      for end in start + 1...entries.count {
        var information = DocumentInformation.test
        information.title += " (1 of 30)"
        let size = DocumentExcerpt(of: entries[start..<end], information) { TestDigest() }.size
        let reckoned = weights.shared + weights.pages[start..<end].reduce(0, +)
        #expect(size <= reckoned && reckoned - size < 1200 + 300 * (end - start))
      }
    }
  }
}
