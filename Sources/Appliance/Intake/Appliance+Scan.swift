package import Base
package import Diagnosis
import Host
package import Interface
package import Jobs
package import ScanSane
import ScanUSB
import Settings
import Spool

extension Appliance {
  /// The scanner that is meant: the one configured or named, else the only one there is.
  package func scanner(named name: String?) throws(Failure) -> String {
    if let name = name ?? site.configuration.scan.device { return try saneName(of: name) }
    let found = try devices()
    if found.count == 1 { return found[0].name }
    guard let first = found.first else { throw Failure(.scanNoneFound) }
    throw Failure(.scanSeveralFound, values: ["count": String(found.count), "device": first.name])
  }

  /// Scans into a new job and seals it.
  ///
  /// - Parameters:
  ///   - worker: one that was started ahead.
  ///   - began: hears which job it is, before the first page.
  ///   - file: where a document goes that is not to be sent. Its job is gone then, unless it is interrupted.
  /// - Returns: the job, sealed, or interrupted with the pages that came (its failure says why).
  /// - Throws: why there is no job: bad input, or a scan without a whole page; or why the file could not be written.
  package func scan(
    _ request: ScanRequest, _ message: MessageDraft, by worker: WaitingWorker? = nil, to file: String? = nil,
    interrupt: StopSignal, began: (JobID) -> Void = { _ in }, progress: (ScanProgress) -> Void
  ) throws(Failure) -> Job {
    let created = clock.date
    let draft = try message.filledIn(at: site, pages: 0, created: created)
    try admit()
    // The worker opens the scanner while the job goes to the storage, and scans only then.
    let prepared = Result { () throws(ScanFault) in try scanner.prepare(request, by: worker) }
    let open = try spool.begin(draft, now: created)
    began(open.id)
    let result = run(prepared, into: open, interrupt: interrupt, progress: progress)
    let failure = result.fault.map { Failure(identified($0), pagesKept: result.pages) }
    let message = try message.filledIn(at: site, pages: result.pages, created: created)
    let ending = ending(title: message.fileName, created: created)
    var refusal: SystemError?
    if let file, failure == nil {
      if let job = try handOver(open, message, to: file, ending: ending, refusal: &refusal) { return job }
    }
    let sealed = try spool.seal(open, message, failure: failure, now: clock.date, ending: ending)
    if let file, let refusal { throw .notWritable(file, refusal) }
    guard let sealed else {
      throw failure ?? Failure(.scanEndedWithoutReason)
    }
    return sealed
  }

  private func run(
    _ prepared: Result<PreparedScan, ScanFault>, into open: OpenJob, interrupt: StopSignal,
    progress: (ScanProgress) -> Void
  ) -> ScanResult {
    switch prepared {
    case .success(let scan): scanner.scan(scan, into: open.folder, interrupt: interrupt, progress: progress)
    case .failure(let fault): ScanResult(pages: 0, fault: fault)
    }
  }

  /// USB is looked at only where it can tell something.
  private func identified(_ fault: ScanFault) -> ScanFault {
    guard case .accessDenied = fault else { return fault }
    return fault.namingUSB((try? ScanUSB.attachedDevices()) ?? [])
  }

  /// A scan must not begin on a storage that cannot take it.
  private static let leastFreeBytes = 16 << 20

  func admit() throws(Failure) {
    let free = try Failure.storing { () throws(SystemError) in try Storage.freeBytes(at: site.stateFolder) }
    if free >= Self.leastFreeBytes { return }
    throw Failure(
      .spoolTooFullForAScan, code: "ENOSPC",
      values: [
        "path": site.stateFolder, "free": String(free / 1_000_000), "least": String(Self.leastFreeBytes / 1_000_000),
      ])
  }
}
