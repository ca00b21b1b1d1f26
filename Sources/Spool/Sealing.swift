package import Base
package import Diagnosis
import Glibc
package import Jobs
package import Paper

/// What ends a page file after its last whole page: where to cut it, and what to put there.
package typealias DocumentEnding = ([PageEntry]) -> (cutAt: Int, trailer: [UInt8])

/// The file names and steps of sealing, in a job's folder. Each step may be done again after a crash.
struct DocumentFolder {
  let path: String

  private var pages: String { path + "/" + DocumentFile.pages }
  private var index: String { path + "/" + DocumentFile.index }
  private var sealed: String { path + "/" + DocumentFile.sealed }

  /// More than any scan makes: 16 MiB are some 100,000 pages.
  private static let longestIndex = 16 << 20

  /// It was ended and synced before it got its last name, so there is nothing left to do to it.
  private var isNamed: Bool { !Folder.exists(pages) && Folder.exists(sealed) }

  /// The whole pages, whether or not the document has its last name already.
  func entries() throws(SystemError) -> [PageEntry] {
    let file = isNamed ? sealed : pages
    guard Folder.exists(index), Folder.exists(file) else { return [] }
    let bytes = try Folder.contents(of: index, limit: Self.longestIndex)
    return DocumentIndex.entries(bytes, pageBytes: try Descriptor(opening: file, O_RDONLY).size())
  }

  /// Cuts what came after the last whole page, ends the document, and waits until it is on the storage.
  func end(_ entries: [PageEntry], by ending: DocumentEnding) throws(SystemError) {
    if isNamed { return }
    let (cutAt, trailer) = ending(entries)
    let file = try Descriptor(opening: pages, O_WRONLY | O_NOFOLLOW)
    try file.truncate(to: cutAt)
    try file.write(trailer, at: cutAt)
    try file.sync()
  }

  func name() throws(SystemError) {
    if !isNamed { try Folder.rename(pages, to: sealed) }
  }

  func size() throws(SystemError) -> Int { try Descriptor(opening: sealed, O_RDONLY | O_NOFOLLOW).size() }
}

extension Spool {
  /// Fixes the document and what is asked for: ends the page file, names it, waits for the storage, and only
  /// then records it.
  ///
  /// - Parameters:
  ///   - submission: with the attachments that were adopted, whatever it says of them.
  ///   - failure: why the scan broke off; the job is then interrupted, with the pages that came.
  /// - Returns: the job; nil if there was no page and no file: the job is gone then.
  @discardableResult
  package func seal(
    _ open: OpenJob, _ submission: Submission, failure: Failure? = nil, now: WallTime, ending: DocumentEnding
  ) throws(SpoolError) -> Job? {
    var submission = submission
    submission.attachments = open.attachments
    return try seal(open.id, submission, failure: failure, now: now, ending: ending)
  }

  /// As above, for whoever holds the lock of the job's folder.
  func seal(
    _ id: JobID, _ submission: Submission, failure: Failure?, now: WallTime, ending: DocumentEnding
  ) throws(SpoolError) -> Job? {
    let document = DocumentFolder(path: folder.job(id))
    let entries = try storing { () throws(SystemError) in try document.entries() }
    let ended = try apply(
      .scanEnded(pages: entries.count, attachments: submission.attachments.count, failure: failure), to: id, at: now)
    guard ended.effects.contains(.seal) else { return nil }
    let bytes = try storing { () throws(SystemError) in
      try makeDurable(document, entries, ending)
    }
    return try apply(
      .sealed(submission, pages: entries.count, documentBytes: bytes, failure: failure), to: id, at: now
    ).job
  }

  /// The document's size, once it is on the storage under its last name. The folders above were there before
  /// the job's row.
  private func makeDurable(
    _ document: DocumentFolder, _ entries: [PageEntry], _ ending: DocumentEnding
  ) throws(SystemError) -> Int {
    if !entries.isEmpty {
      try document.end(entries, by: ending)
      try document.name()
    }
    try Folder.sync(document.path)
    return entries.isEmpty ? 0 : try document.size()
  }
}
