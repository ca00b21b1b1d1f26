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

  var pages: String { path + "/" + DocumentFile.pages }
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
  ///
  /// - Returns: its size.
  @discardableResult
  func end(
    _ entries: [PageEntry], by ending: DocumentEnding, permissions: UInt32? = nil
  ) throws(SystemError) -> Int {
    if isNamed { return try size() }
    let file = try Descriptor(opening: pages, O_WRONLY | O_NOFOLLOW)
    // It gets a name outside only once it is whole, and what a person has is not to be touched any more.
    if try file.nameCount() > 1 { return try file.size() }
    let (cutAt, trailer) = ending(entries)
    try file.truncate(to: cutAt)
    try file.write(trailer, at: cutAt)
    if let permissions { try file.setPermissions(permissions) }
    try file.sync()
    return cutAt + trailer.count
  }

  func name() throws(SystemError) {
    if !isNamed { try Folder.rename(pages, to: sealed) }
  }

  private func size() throws(SystemError) -> Int { try Descriptor(opening: sealed, O_RDONLY | O_NOFOLLOW).size() }
}

extension Spool {
  /// Fixes the document and what is asked for: ends the page file, names it, waits for the storage, and only
  /// then records it.
  ///
  /// - Parameters:
  ///   - message: with the attachments that were adopted, whatever it says of them.
  ///   - failure: why the scan broke off; the job is then interrupted, with the pages that came.
  /// - Returns: the job; nil if there was no page and no file: the job is gone then.
  @discardableResult
  package func seal(
    _ open: OpenJob, _ message: JobMessage, failure: Failure? = nil, now: WallTime, ending: DocumentEnding
  ) throws(Failure) -> Job? {
    var message = message
    message.attachments = open.attachments
    return try seal(open.id, message, failure: failure, now: now, ending: ending)
  }

  /// As above, for the holder of the lock of the job's folder.
  func seal(
    _ id: JobID, _ message: JobMessage, failure: Failure?, now: WallTime, ending: DocumentEnding
  ) throws(Failure) -> Job? {
    let document = DocumentFolder(path: folder.job(id))
    let entries = try storing { () throws(SystemError) in try document.entries() }
    let ended = try apply(
      .scanEnded(pages: entries.count, attachments: message.attachments.count, failure: failure), to: id, at: now)
    guard ended.effects.contains(.seal) else { return nil }
    let bytes = try storing { () throws(SystemError) in
      try makeDurable(document, entries, ending)
    }
    return try apply(
      .sealed(message, pages: entries.count, documentBytes: bytes, failure: failure), to: id, at: now
    ).job
  }

  /// Ends the document of a job that is only written to a file, moves it there, and removes the job.
  ///
  /// Sealed, written and removed are one commit, after `place`: until then the job counts as being scanned, and a crash
  /// leaves it interrupted with its pages. Its row is forgotten later, see ``begin(_:now:)``.
  ///
  /// - Parameters:
  ///   - permissions: of the document, once it has a name outside.
  ///   - place: gives the file of that path, which is whole and on the storage, a name outside or copies it; true
  ///     when that is on the storage too.
  /// - Returns: the job as it was sealed; nil where `place` did not succeed, and the job is as it was.
  package func handOver(
    _ open: OpenJob, _ message: JobMessage, permissions: UInt32, now: WallTime, ending: DocumentEnding,
    place: (String) -> Bool
  ) throws(Failure) -> Job? {
    let document = DocumentFolder(path: folder.job(open.id))
    let (pages, bytes) = try storing { () throws(SystemError) in
      let entries = try document.entries()
      return (entries.count, try document.end(entries, by: ending, permissions: permissions))
    }
    if !place(document.pages) { return nil }
    let sealed = JobEvent.sealed(message, pages: pages, documentBytes: bytes, failure: nil)
    let jobs = try database.transaction { () throws(Failure) in
      var jobs: [Job] = []
      for event in [sealed, .exported, .removeAsked] { jobs.append(try record(event, of: open.id, at: now).job) }
      return jobs
    }
    // What stays now is removed by the next recovery.
    try? Folder.removeTree(folder.job(open.id))
    return jobs[0]
  }

  /// The document's size, once it is on the storage under its last name. The folders above were there before
  /// the job's row.
  private func makeDurable(
    _ document: DocumentFolder, _ entries: [PageEntry], _ ending: DocumentEnding
  ) throws(SystemError) -> Int {
    var bytes = 0
    if !entries.isEmpty {
      bytes = try document.end(entries, by: ending)
      try document.name()
    }
    try Folder.sync(document.path)
    return bytes
  }
}
