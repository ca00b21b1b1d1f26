import Base
import Raster
import TestKit

/// TIFF files as tests need them: black-and-white pages in one strip each, 0 white.
enum TIFFFile {
  enum Coding: Int {
    case plain = 1
    case groupFour = 4
  }

  static func bytes(_ pages: [(drawing: Drawing, strip: [UInt8])], _ coding: Coding) -> [UInt8] {
    var file = Array("II*\0".utf8) + little(0, 4)
    var link = 4
    for (page, strip) in pages {
      let offset = file.count
      file += strip
      if !file.count.isMultiple(of: 2) { file.append(0) }
      file.replaceSubrange(link..<link + 4, with: little(file.count, 4))
      // Width, height, bits, coding, 0 is white, offset of the strip, rows and bytes of it.
      let entries = [
        (256, page.layout.width), (257, page.height), (258, 1), (259, coding.rawValue), (262, 0), (273, offset),
        (278, page.height), (279, strip.count),
      ]
      file += little(entries.count, 2)
      for (tag, value) in entries { file += little(tag, 2) + little(4, 2) + little(1, 4) + little(value, 4) }
      link = file.count
      file += little(0, 4)
    }
    return file
  }

  /// The strip of each page; files as tiffcp writes them here.
  static func strips(of file: [UInt8]) -> [[UInt8]] {
    var strips: [[UInt8]] = []
    var directory = number(file, 4, 4)
    while directory != 0 {
      let count = number(file, directory, 2)
      var values: [Int: Int] = [:]
      for entry in stride(from: directory + 2, to: directory + 2 + 12 * count, by: 12) {
        let isShort = number(file, entry + 2, 2) == 3
        if number(file, entry + 4, 4) == 1 { values[number(file, entry, 2)] = number(file, entry + 8, isShort ? 2 : 4) }
      }
      guard let offset = values[273], let length = values[279] else { return [] }
      strips.append(Array(file[offset..<offset + length]))
      directory = number(file, directory + 2 + 12 * count, 4)
    }
    return strips
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}

extension Judges {
  /// What libtiff makes of the pages, or of their strips in Group 4: its strips in the other coding, one a page.
  static func tiffcp(_ pages: [(drawing: Drawing, strip: [UInt8])], from coding: TIFFFile.Coding) throws -> [[UInt8]] {
    let folder = try TemporaryFolder()
    let file = try folder.write(TIFFFile.bytes(pages, coding), to: "in.tif")
    let target = coding == .plain ? "g4" : "none"
    let result = try run(["tiffcp", "-c", target, "-r", "-1", file, folder.file("out.tif")])
    guard result.exitCode == 0, result.errors.isEmpty else { throw Refusal(words: result.errors) }
    return TIFFFile.strips(of: try Folder.contents(of: folder.file("out.tif"), limit: 1 << 30))
  }

  struct Refusal: Error { let words: String }
}
