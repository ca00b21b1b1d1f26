import Base
import Diagnosis
import Glibc

/// One life of a worker, seen from the parent: its reports, its watchdog, its end.
struct WorkerRun: ~Copyable {
  private let process: ChildProcess
  private let orders: Descriptor
  private let reports: Descriptor
  /// Readable once the worker has ended, though a child that a driver made may hold the pipe open.
  private let end: Descriptor?
  private let limits: CallLimits
  private var reader = ReportReader()
  private var call = DriverCall.initialise
  private var deadline: Deadline
  private var isCancelling = false
  /// What the worker said last, and whether it did.
  private var verdict: ScanFault?
  private var hasEnded = false

  /// The watchdog runs from here on.
  init(
    _ process: consuming ChildProcess, orders: consuming Descriptor, reports: consuming Descriptor, limits: CallLimits
  ) {
    self.orders = orders
    self.reports = reports
    end = process.endDescriptor()
    self.process = process
    self.limits = limits
    deadline = .after(limits.initialise)
  }

  /// Gives the worker the folder that it scans into.
  func send(_ folder: borrowing Descriptor) {
    // A worker that is gone already says why when it is followed.
    try? orders.send(folder)
  }

  /// Follows the worker to its end, which it has reached when this returns.
  ///
  /// - Parameter interrupt: a descriptor that turns readable when the worker is to stop.
  mutating func follow(interrupt: Int32?, onReport: (Report) -> Void) -> ScanFault? {
    let fault = watch(interrupt: interrupt, onReport: onReport)
    // The worker's own children, if a driver made any, go with it.
    process.endGroup()
    let ending = process.wait()
    // What hangs or goes wrong while the device is being closed changes nothing.
    if hasEnded { return isCancelling && verdict != nil ? .cancelled : verdict }
    return isCancelling ? .cancelled : fault ?? death(ending)
  }

  /// Ends a worker whose reports nobody needs.
  consuming func giveUp() {
    process.endGroup()
    _ = process.wait()
  }

  private var endNumber: Int32? {
    switch end {
    case .some(let end): end.number
    case nil: nil
    }
  }

  /// Until the worker has ended or closed its pipe, or must be killed; a fault in the latter case.
  private mutating func watch(interrupt: Int32?, onReport: (Report) -> Void) -> ScanFault? {
    while true {
      let isHeard = !isCancelling && !hasEnded
      let watched = [reports.number, endNumber, isHeard ? interrupt : nil].compactMap { $0 }
      let ready = waitReadable(watched, until: deadline)
      if ready.contains(reports.number) {
        guard let bytes = try? reports.read(upTo: 1 << 16), !bytes.isEmpty else { return silence() }
        if let nonsense = take(bytes, onReport) { return nonsense }
      } else if let end = endNumber, ready.contains(end) {
        return nil
      } else if ready.isEmpty, deadline.hasPassed {
        return hungFault()
      }
      if let interrupt, !isCancelling, ready.contains(interrupt) { cancel() }
    }
  }

  /// The pipe is closed, as it is when the worker ends. A fault where it does not end.
  private func silence() -> ScanFault? {
    guard let end = endNumber, waitReadable([end], until: .after(limits.cancelGrace)).isEmpty else { return nil }
    return .driverNonsense(detail: "the driver closed the worker's report pipe in \(call.name)")
  }

  private mutating func cancel() {
    isCancelling = true
    deadline = .after(limits.cancelGrace)
    process.send(signal: SIGTERM)
  }

  private mutating func take(_ bytes: [UInt8], _ onReport: (Report) -> Void) -> ScanFault? {
    do throws(MalformedReport) {
      reader.append(bytes)
      while let report = try reader.next() { note(report, onReport) }
      return nil
    } catch {
      return .driverNonsense(detail: error.detail)
    }
  }

  private mutating func note(_ report: Report, _ onReport: (Report) -> Void) {
    switch report {
    case .began(let begun): call = begun
    case .ended(let fault): if !hasEnded { (verdict, hasEnded) = (fault, true) }
    case .progress, .scanner, .libraryVersion: if !hasEnded { onReport(report) }
    }
    if !isCancelling { deadline = .after(limits.limit(of: call)) }
  }

  private func hungFault() -> ScanFault {
    let seconds = Int(limits.limit(of: call).components.seconds)
    if call == .store { return .storage(detail: "a page took more than \(seconds) s") }
    return .driverHung(during: call.name, seconds: seconds)
  }

  private func death(_ ending: ChildProcess.Ending) -> ScanFault {
    switch ending {
    case .killed(let signal): .driverCrashed(signal: signal, during: call.name)
    case .exited(let code): .driverNonsense(detail: "the driver exited the worker with code \(code) in \(call.name)")
    }
  }
}
