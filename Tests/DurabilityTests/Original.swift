import Paper
import TestKit

/// The pages as they were scanned.
struct Original: Sendable {
  let document: [UInt8]
  let pages: [PageEntry]

  /// How many pages at the beginning of `document` are the same.
  func pages(in document: [UInt8]) -> Int {
    pages.prefix { $0.end <= document.count && Array(document[..<$0.end]) == Array(self.document[..<$0.end]) }.count
  }

  /// What the program made in the course of a recording.
  init(_ recording: Recording) throws {
    var disk = Disk()
    var document: [UInt8]?
    var index: [UInt8]?
    for event in recording.events {
      disk.apply(event)
      guard case .rename(let old, let new) = event.kind, old.hasSuffix("/" + DocumentFile.pages) else { continue }
      document = disk.contents(of: new)
      index = disk.contents(of: String(old.dropLast(DocumentFile.pages.count)) + DocumentFile.index)
    }
    guard let document, let index else { throw KitError("the program made no document") }
    self.document = document
    pages = DocumentIndex.entries(index)
  }
}
