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

  /// What the program made in the course of a recording: a document is whole when it gets its last name or another.
  init(_ recording: Recording) throws {
    var disk = Disk()
    var document: [UInt8]?
    var indexFile = ""
    var index: [UInt8]?
    for event in recording.events {
      disk.apply(event)
      switch event.kind {
      case .create(let path, _): if path.hasSuffix("/" + DocumentFile.index) { indexFile = path }
      case .link(let path, _): document = disk.contents(of: path)
      case .rename(let old, let new):
        if old.hasSuffix("/" + DocumentFile.pages) { document = disk.contents(of: new) }
      default: break
      }
      if index == nil, document != nil { index = disk.contents(of: indexFile) }
    }
    guard let document, let index else { throw KitError("the program made no document") }
    self.document = document
    pages = DocumentIndex.entries(index)
  }
}
