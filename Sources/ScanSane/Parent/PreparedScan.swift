import Base
import Diagnosis
import Glibc
import Jobs

/// A scan whose worker opens the scanner and sets its options while the caller makes the folder for the pages. Nothing is scanned before the worker has that; one that is never given it ends with this value.
package final class PreparedScan {
  private var worker: WorkerRun?
  private let notice: String?

  init(_ worker: consuming WorkerRun, notice: String?) {
    self.worker = consume worker
    self.notice = notice
  }

  deinit {
    if let worker = worker.take() { worker.giveUp() }
  }

  /// Scans, once; see `Scanner.scan`.
  ///
  /// - Returns: why it broke off, where it did.
  func run(
    into folder: borrowing Descriptor, interrupt: StopSignal, progress: (ScanProgress) -> Void
  ) -> ScanFault? {
    guard var worker = worker.take() else { preconditionFailure("a prepared scan runs once") }
    if let notice { progress(.notice(notice)) }
    worker.send(folder)
    return worker.follow(interrupt: interrupt) { report in
      if case .progress(let step) = report { progress(step) }
    }
  }
}
