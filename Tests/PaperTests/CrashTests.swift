import Base
import Glibc
import Paper
import Raster
import TestKit
import Testing

@Suite struct CrashTests {
  private let pages = [
    Drawing(.color, width: 90, height: 70), Drawing(.lineart, width: 90, height: 70),
    Drawing(.gray, width: 300, height: 500),
  ]

  /// Two whole pages, and of a third the header and a part of its rows.
  private func brokenOff() throws -> Documents {
    let documents = try Documents()
    var writer = try documents.writer()
    for page in pages.prefix(2) { try page.write(to: &writer) }
    try writer.beginPage(pages[2].layout)
    try unsafe pages[2].rows.prefix(300 * 400).withUnsafeBytes { try unsafe writer.write(rows: $0) }
    return documents
  }

  @Test func `a scan that breaks off in its third page leaves a document of two`() throws {
    let documents = try brokenOff()
    #expect(try documents.index.count == 2)
    let end = try documents.index[1].end
    #expect(try Folder.contents(of: documents.folder.file(DocumentFile.pages)).count > end)
    try Judges.expectClean(try documents.seal(), pages: 2)
  }

  @Test func `a scan continues after its last whole page as if nothing had been`() throws {
    let documents = try brokenOff()
    // A line that the power took the end of.
    let index = documents.folder.file(DocumentFile.index)
    let torn = try Folder.contents(of: index) + Array("page1 3 12".utf8)
    try documents.folder.write(torn, to: DocumentFile.index)
    var writer = try documents.writer()
    #expect(writer.pageCount == 2)
    try pages[2].write(to: &writer)
    let continued = try Folder.contents(of: try documents.seal())
    let whole = try Documents()
    try whole.write(pages)
    #expect(continued == (try Folder.contents(of: try whole.seal())))
  }

  @Test func `an abandoned page leaves no trace`() throws {
    let documents = try Documents()
    var writer = try documents.writer()
    try pages[0].write(to: &writer)
    try writer.beginPage(pages[1].layout)
    try writer.abandonPage()
    try writer.abandonPage()
    try pages[1].write(to: &writer)
    let whole = try Documents()
    try whole.write(Array(pages.prefix(2)))
    #expect(
      try Folder.contents(of: try documents.seal()) == (try Folder.contents(of: try whole.seal())))
  }

  @Test func `a page is on the storage before its index line is written, and is not touched again`() throws {
    let storage = MemoryStorage()
    var writer = try DocumentWriter(storage: storage, quality: 75)
    for page in pages { try page.write(to: &writer) }
    let steps = storage.steps
    let lines = steps.indices.filter { steps[$0] == .appendIndex }
    #expect(lines.count == 3)
    let entries = DocumentIndex.entries(storage.index)
    for (line, entry) in zip(lines, entries) {
      #expect(steps[line - 1] == .syncPages && steps[line + 1] == .syncIndex)
      for case .overwrite(let offset) in steps[line...] { #expect(offset >= entry.end) }
    }
  }

  @Test func `storage that fails at any step leaves the pages that were indexed`() throws {
    var failures = 0
    for step in 1... {
      let storage = MemoryStorage()
      var writer = try DocumentWriter(storage: storage, quality: 75)
      storage.failsAt = step
      do {
        for page in pages { try page.write(to: &writer) }
        break
      } catch let error as DocumentError {
        failures += 1
        #expect(error.isStorageFull)
      }
      let whole = DocumentIndex.entries(storage.index, pageBytes: storage.pages.count)
      storage.failsAt = nil
      var second = try DocumentWriter(storage: storage, quality: 75)
      #expect(second.pageCount == whole.count)
      for page in pages.dropFirst(whole.count) { try page.write(to: &second) }
      #expect(DocumentIndex.entries(storage.index).count == 3)
      let reference = MemoryStorage()
      var third = try DocumentWriter(storage: reference, quality: 75)
      for page in pages { try page.write(to: &third) }
      #expect(storage.pages == reference.pages && storage.index == reference.index)
    }
    #expect(failures > 20)
  }

  @Test func `a writer goes on after storage failed at any step of a page`() throws {
    let reference = MemoryStorage()
    var whole = try DocumentWriter(storage: reference, quality: 75)
    for page in pages { try page.write(to: &whole) }
    for step in 1..<reference.steps.count {
      let storage = MemoryStorage()
      var writer = try DocumentWriter(storage: storage, quality: 75)
      storage.failsAt = step
      for page in pages {
        do { try page.write(to: &writer) } catch {
          storage.failsAt = nil
          try writer.abandonPage()
          try page.write(to: &writer)
        }
      }
      #expect(storage.pages == reference.pages && storage.index == reference.index)
    }
  }

  @Test func `rows too few or too many are no page`() throws {
    let documents = try Documents()
    var writer = try documents.writer()
    let page = Drawing(.gray, width: 10, height: 20)
    for rows in [0, 19, 21] {
      do {
        try writer.beginPage(page.layout)
        try unsafe [UInt8](repeating: 0, count: 10 * rows).withUnsafeBytes { try unsafe writer.write(rows: $0) }
        _ = try writer.endPage()
        Issue.record("\(rows) rows were taken for 20")
      } catch {
        #expect(error as? DocumentError == .rows(expected: 20, came: rows))
      }
      try writer.abandonPage()
    }
  }

  @Test func `files left behind as links or folders are refused`() throws {
    for prepare in [
      { (path: String) in unsafe _ = symlink("/etc/passwd", path) },
      { (path: String) in unsafe _ = mkdir(path, 0o700) },
    ] {
      let documents = try Documents()
      prepare(documents.folder.file(DocumentFile.pages))
      do {
        _ = try documents.writer().pageCount
        Issue.record("it was taken")
      } catch { #expect(error is SystemError) }
    }
  }
}
