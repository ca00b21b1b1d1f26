import Base
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
    throw .noSingleScanner(found.map(\.name))
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
    _ request: ScanRequest, _ wish: Wish, by worker: WaitingWorker? = nil, to file: String? = nil, interrupt: Int32?,
    began: (JobID) -> Void = { _ in }, progress: (ScanProgress) -> Void
  ) throws(Failure) -> Job {
    let created = WallTime.now
    let draft = try wish.submission(at: site, pages: 0, created: created)
    try admit()
    // The worker opens the scanner while the job goes to the storage, and scans only then.
    let prepared = Result { () throws(ScanFault) in try scanner.prepare(request, by: worker) }
    let open = try spooling { () throws(SpoolError) in try spool.begin(draft, now: created) }
    began(open.id)
    let result = run(prepared, into: open, interrupt: interrupt, progress: progress)
    let failure = result.fault.map { explain(identified($0), keeping: result.pages, in: open.id) }
    let submission = try wish.submission(at: site, pages: result.pages, created: created)
    let ending = ending(title: submission.fileName, created: created)
    var refusal: SystemError?
    if let file, failure == nil {
      if let job = try handOver(open, submission, to: file, ending: ending, refusal: &refusal) { return job }
    }
    let sealed = try spooling { () throws(SpoolError) in
      try spool.seal(open, submission, failure: failure, now: .now, ending: ending)
    }
    if let file, let refusal { throw .notWritable(file, refusal) }
    guard let sealed else {
      throw failure ?? Failure(.driverNonsense(detail: "it ended without a page and without a reason"))
    }
    return sealed
  }

  private func run(
    _ prepared: Result<PreparedScan, ScanFault>, into open: OpenJob, interrupt: Int32?,
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

  /// Why the scan ended, with what became of its pages.
  private func explain(_ fault: ScanFault, keeping pages: Int, in job: JobID) -> Failure {
    var failure = Failure(fault, pagesKept: pages)
    if pages > 0 {
      failure.steps += ["Look at them: platen jobs export \(job) --output FILE", "Send them: platen jobs retry \(job)"]
    }
    return failure
  }

  /// A scan must not begin on a storage that cannot take it.
  private static let leastFreeBytes = 16 << 20

  func admit() throws(Failure) {
    let free = try storing { () throws(SystemError) in try Storage.freeBytes(at: site.stateFolder) }
    if free >= Self.leastFreeBytes { return }
    throw Failure(
      class: .message, stage: "spool", code: "ENOSPC",
      cause: "the storage of \(site.stateFolder) has \(free / 1_000_000) MB free, too little for a scan",
      who: .installer,
      steps: [
        "Make room, then try again: at least \(Self.leastFreeBytes / 1_000_000) MB. Nothing was scanned or lost."
      ],
      retry: true, exitCode: .cannotCreate)
  }
}

extension Failure {
  fileprivate static func noSingleScanner(_ names: [String]) -> Failure {
    if names.isEmpty {
      return Failure(
        class: .configuration, stage: "scan", cause: "no scanner was found", who: .installer,
        steps: [
          "Check that it is switched on and plugged in, then: platen devices",
          "If SANE has no driver for it, see http://www.sane-project.org/sane-supported-devices.html",
        ], retry: true, exitCode: .scannerUnavailable)
    }
    return Failure(
      class: .configuration, stage: "scan", cause: "there are \(names.count) scanners, and none is chosen",
      who: .person,
      steps: ["Name one: --device \(names[0])", "Or for good: platen config set scan.device \(names[0])"], retry: false,
      exitCode: .configuration)
  }
}
