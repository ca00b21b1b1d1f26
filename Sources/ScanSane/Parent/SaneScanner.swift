package import Base
package import Diagnosis
import Glibc
package import Jobs
import Paper

/// SANE's scanners, each scan and each look in a worker process of its own.
///
/// A driver may crash, hang or print: it takes its worker along, not us. The worker is our own program, started
/// with the verb ``ScanWorker/verb``.
package struct SaneScanner: Scanner, Sendable {
  private let program: String
  private let environment: [String: String]
  private let messages: Int32?
  private let limits: CallLimits
  private let clock: Clock
  private let quirks: QuirkBook
  private let facts: @Sendable (String) -> ScannerFacts

  /// - Parameters:
  ///   - program, environment, messages: as ``WaitingWorker`` takes them.
  ///   - clock: that workers are watched by. What goes on in a worker goes by the system's.
  ///   - quirks: what to do differently, for which scanners.
  ///   - facts: what is known of the scanner of a SANE name before it is opened.
  package init(
    program: String, environment: [String: String], messages: Int32? = nil, limits: CallLimits = CallLimits(),
    clock: Clock, quirks: QuirkBook = QuirkBook(),
    facts: @escaping @Sendable (String) -> ScannerFacts = { ScannerFacts(name: $0) }
  ) {
    self.program = program
    self.environment = environment
    self.messages = messages
    self.limits = limits
    self.clock = clock
    self.quirks = quirks
    self.facts = facts
  }

  package func scan(
    _ request: ScanRequest, into folder: borrowing Descriptor, interrupt: StopSignal, progress: (ScanProgress) -> Void
  ) -> ScanResult {
    do throws(ScanFault) {
      return scan(try prepare(request), into: folder, interrupt: interrupt, progress: progress)
    } catch {
      return ScanResult(pages: Self.indexedPages(in: folder), fault: error)
    }
  }

  /// Begins a scan whose folder is still to be made.
  ///
  /// - Parameter worker: one that was started ahead; else one is started now.
  package func prepare(_ request: ScanRequest, by worker: WaitingWorker? = nil) throws(ScanFault) -> PreparedScan {
    let quirks = quirks.quirks(of: facts(request.device))
    let isFed = [.adf, .adfDuplex].contains(request.source)
    do throws(SystemError) {
      let task = WorkerTask.scan(request, patience: limits.busy, quirks: quirks)
      let run = try begin(task, quirks, by: worker)
      return PreparedScan(run, notice: isFed ? quirks.feederNote : nil)
    } catch {
      throw Self.notStarted(error)
    }
  }

  /// Scans as `scan(_:into:interrupt:progress:)` does, with a worker that was started before.
  package func scan(
    _ prepared: PreparedScan, into folder: borrowing Descriptor, interrupt: StopSignal, progress: (ScanProgress) -> Void
  ) -> ScanResult {
    let fault = prepared.run(into: folder, interrupt: interrupt, progress: progress)
    return ScanResult(pages: Self.indexedPages(in: folder), fault: fault)
  }

  package func devices() throws(ScanFault) -> [ScannerDescription] {
    var scanners: [ScannerDescription] = []
    let fault = run(.list) { report in
      if case .scanner(let scanner) = report { scanners.append(scanner) }
    }
    if let fault { throw fault }
    return scanners.map { look(at: $0) }
  }

  /// The version that the SANE library gives itself, as "1.1.1".
  package func libraryVersion() throws(ScanFault) -> String {
    var version = ""
    let fault = run(.version) { report in
      if case .libraryVersion(let text) = report { version = text }
    }
    if let fault { throw fault }
    return version
  }

  /// What the scanner can do; each gets a worker of its own, so that one bad driver spoils one entry only.
  private func look(at listed: ScannerDescription) -> ScannerDescription {
    var scanner = listed
    let quirks = quirks.quirks(of: ScannerFacts(name: listed.name, vendor: listed.vendor, model: listed.model))
    let fault = run(.probe(device: listed.name), quirks) { report in
      guard case .scanner(let found) = report else { return }
      scanner.sources = quirks.sources(found.sources)
      scanner.modes = found.modes
      scanner.resolutions = found.resolutions
      scanner.resolutionIsRange = found.resolutionIsRange
      scanner.buttons = found.buttons
    }
    scanner.problem = fault
    return scanner
  }

  private func run(_ task: WorkerTask, _ quirks: Quirks = Quirks(), onReport: (Report) -> Void) -> ScanFault? {
    do throws(SystemError) {
      var worker = try begin(task, quirks)
      return worker.follow(interrupt: .never, onReport: onReport)
    } catch {
      return Self.notStarted(error)
    }
  }

  private func begin(
    _ task: WorkerTask, _ quirks: Quirks, by worker: WaitingWorker? = nil
  ) throws(SystemError) -> WorkerRun {
    let worker =
      if let worker { worker } else {
        try WaitingWorker(program: program, environment: environment, messages: messages)
      }
    return try worker.begin(task, limits: limits.adjusted(by: quirks), clock: clock)
  }

  private static func notStarted(_ error: SystemError) -> ScanFault {
    .driverNonsense(detail: "cannot start the scan worker: \(error)")
  }

  /// The pages that are on disk, whatever became of the worker.
  private static func indexedPages(in folder: borrowing Descriptor) -> Int {
    guard let index = try? Descriptor(opening: DocumentFile.index, in: folder, O_RDONLY),
      let bytes = try? index.readToEnd(limit: mostIndexBytes)
    else { return 0 }
    return DocumentIndex.entries(bytes).count
  }

  /// Far more than the index of any document.
  private static let mostIndexBytes = 64 << 20
}
