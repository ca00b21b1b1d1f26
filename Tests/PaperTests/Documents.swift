import Base
import Glibc
import Paper
import Raster
import TestKit

/// Writes and seals documents in a temporary folder.
struct Documents {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func writer(quality: Int = 75) throws -> DocumentWriter {
    let descriptor = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
    return try DocumentWriter(storage: DescriptorStorage(folder: descriptor), quality: quality)
  }

  @discardableResult
  func write(_ pages: [Drawing], quality: Int = 75, rowsAtOnce: Int = 64) throws -> [PageEntry] {
    var writer = try writer(quality: quality)
    var entries: [PageEntry] = []
    for page in pages { entries.append(try page.write(to: &writer, rowsAtOnce: rowsAtOnce)) }
    return entries
  }

  var index: [PageEntry] {
    get throws { DocumentIndex.entries(try Folder.contents(of: folder.file(DocumentFile.index))) }
  }

  /// Does what the spool does: cuts, appends, renames. Returns the document's path.
  func seal(_ information: DocumentInformation = .test) throws -> String {
    let (cutAt, trailer) = DocumentTrailer.bytes(for: try index, information) { TestDigest() }
    let path = folder.file(DocumentFile.pages)
    do {
      let file = try Descriptor(opening: path, O_RDWR)
      try file.truncate(to: cutAt)
      try file.write(trailer, at: cutAt)
    }
    try Folder.rename(path, to: folder.file(DocumentFile.sealed))
    return folder.file(DocumentFile.sealed)
  }
}

extension Drawing {
  @discardableResult
  func write(to writer: inout DocumentWriter, rowsAtOnce: Int = 64) throws -> PageEntry {
    try writer.beginPage(layout)
    for start in stride(from: 0, to: rows.count, by: rowsAtOnce * layout.bytesPerRow) {
      let strip = Array(rows[start..<min(rows.count, start + rowsAtOnce * layout.bytesPerRow)])
      try unsafe strip.withUnsafeBytes { try unsafe writer.write(rows: $0) }
    }
    return try writer.endPage()
  }
}

extension DocumentInformation {
  static let test = DocumentInformation(
    title: "Scan 2024-03-01", created: WallTime(seconds: 1_709_290_800), offsetMinutes: 60, creator: "Test scanner")
}
