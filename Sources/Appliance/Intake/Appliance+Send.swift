package import Base
package import Diagnosis
import Glibc
package import Interface
package import Jobs
import Mail
import Paper
import Settings
import Spool

extension Appliance {
  /// Takes finished files into a new job and seals it: images become the pages of one document, in the order
  /// given; each PDF is taken over as it is.
  ///
  /// - Parameters:
  ///   - asOne: together they have to be one file, to be written somewhere.
  ///   - began: hears which job it is, before the first file.
  /// - Throws: why there is no job. A file that cannot be used spoils the whole: half of a mailing is worse than
  ///   none, and the files are still where they were.
  package func take(
    _ paths: [String], _ message: MessageDraft, asOne: Bool = false, interrupt: StopSignal,
    began: (JobID) -> Void = { _ in }, progress: (ScanProgress) -> Void
  ) throws(Failure) -> Job {
    let created = clock.date
    let files = try paths.map { (path) throws(Failure) in try InputFile(path) }
    if asOne { try demandOne(of: files) }
    let draft = try message.filledIn(at: site, pages: 0, created: created)
    try admit()
    let open = try spool.begin(draft, now: created)
    began(open.id)
    do throws(Failure) {
      let pages = try fill(open, with: files, interrupt: interrupt, progress: progress)
      let message = try message.filledIn(at: site, pages: pages, created: created)
      let sealed = try spool.seal(
        open, message, now: clock.date, ending: ending(title: message.fileName, created: created))
      guard let sealed else { throw Failure(.inputNoFile) }
      return sealed
    } catch {
      try discard(open, because: error)
      throw error
    }
  }

  /// Images become one document, and each PDF stays one.
  private func demandOne(of files: [InputFile]) throws(Failure) {
    let finished = files.filter { $0.kind == .pdf }.map(\.name)
    let hasImages = finished.count < files.count
    let count = finished.count + (hasImages ? 1 : 0)
    if count < 2 { return }
    throw Failure(
      hasImages ? .outputSeveralWithImages : .outputSeveral,
      values: ["count": String(count), "names": finished.joined(separator: ", ")])
  }

  /// - Returns: how many pages the images made.
  private func fill(
    _ open: OpenJob, with files: [InputFile], interrupt: StopSignal, progress: (ScanProgress) -> Void
  ) throws(Failure) -> Int {
    for file in files where file.kind == .pdf {
      let source = try file.opened()
      try open.adopt(source, named: file.name)
    }
    let images = files.filter { $0.kind != .pdf }
    if images.isEmpty { return 0 }
    var writer = try writer(into: open)
    for image in images {
      if interrupt.isRaised { throw Failure(.inputInterrupted) }
      for entry in try writer.append(image) {
        progress(.pageDone(page: entry.number, encodedBytes: entry.end - entry.image.offset))
      }
    }
    return writer.pageCount
  }

  private func writer(into open: OpenJob) throws(Failure) -> DocumentWriter {
    let storage = try Failure.storing { () throws(SystemError) in try DescriptorStorage(folder: open.folder) }
    do throws(DocumentError) {
      return try DocumentWriter(storage: storage, quality: site.configuration.document.quality)
    } catch {
      throw Failure(error)
    }
  }

  private func discard(_ open: OpenJob, because failure: Failure) throws(Failure) {
    try spool.discard(open, because: failure, now: clock.date)
  }
}

/// A file that a person named, known by its content.
private struct InputFile {
  let path: String
  /// As the recipient sees it.
  let name: String
  let kind: FileKind

  init(_ path: String) throws(Failure) {
    self.path = path
    name = FileName.safe(String(path.split(separator: "/").last ?? "file"))
    let file = try Self.open(path)
    let (prefix, suffix) = try reading { () throws(SystemError) in
      let size = try file.size()
      let prefix = try file.read(upTo: FileKind.prefixBytes, at: 0)
      return (prefix, try file.read(upTo: FileKind.prefixBytes, at: max(0, size - FileKind.prefixBytes)))
    }
    if prefix.isEmpty { throw Failure(.inputEmpty, values: ["path": path]) }
    kind = FileKind(prefix: prefix)
    if kind == .unknown { throw Failure(kindUnknownOf: path) }
    if kind == .pdf && !PDFFile.looksWhole(prefix: prefix, suffix: suffix) {
      throw Failure(.inputPdfIncomplete, values: ["path": path])
    }
  }

  func opened() throws(Failure) -> Descriptor { try Self.open(path) }

  private static func open(_ path: String) throws(Failure) -> Descriptor {
    if Folder.isFolder(path) { throw Failure(.inputIsFolder, values: ["path": path]) }
    return try reading { () throws(SystemError) in try Descriptor(opening: path, O_RDONLY) }
  }
}

extension DocumentWriter {
  fileprivate mutating func append(_ file: InputFile) throws(Failure) -> [PageEntry] {
    let descriptor = try file.opened()
    do throws(ImageError) {
      return try append(image: try ImageReader(descriptor))
    } catch {
      throw Failure(error, of: file.path)
    }
  }
}

/// Runs what may fail on a file that a person named.
private func reading<Value: ~Copyable>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
  do throws(SystemError) { return try body() } catch { throw Failure(input: error) }
}
