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
  private let clock: Clock
  private var reader = ReportReader()
  private var call = DriverCall.initialise
  private var deadline: Deadline
  private var isCancelling = false
  /// What the worker said last, and whether it did.
  private var verdict: ScanFault?
  private var hasEnded = false

  /// The watchdog runs from here on.
  init(
    _ process: consuming ChildProcess, orders: consuming Descriptor, reports: consuming Descriptor, limits: CallLimits,
    clock: Clock
  ) {
    self.orders = orders
    self.reports = reports
    end = process.endDescriptor()
    self.process = process
    self.limits = limits
    self.clock = clock
    deadline = clock.after(limits.initialise)
  }

  /// Gives the worker the folder that it scans into.
  func send(_ folder: borrowing Descriptor) {
    // A worker that is gone already says why when it is followed.
    try? orders.send(folder)
  }

  /// Follows the worker to its end, which it has reached when this returns.
  ///
  /// - Parameter interrupt: raised when the worker is to stop.
  mutating func follow(interrupt: StopSignal, onReport: (Report) -> Void) -> ScanFault? {
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
  private mutating func watch(interrupt: StopSignal, onReport: (Report) -> Void) -> ScanFault? {
    while true {
      let watched = [reports.number, endNumber].compactMap { $0 }.map(Awaited.input)
      do throws(WaitFault) {
        let isHeard = !isCancelling && !hasEnded
        let ready = try clock.wait(for: watched, until: deadline, isHeard ? interrupt : .never)
        // That the worker has ended counts once all that it said is read.
        if ready[0] == 0 { return nil }
      } catch {
        if error == .timedOut { return hungFault() }
        cancel()
        continue
      }
      guard let bytes = try? reports.read(upTo: 1 << 16), !bytes.isEmpty else { return silence() }
      if let nonsense = take(bytes, onReport) { return nonsense }
    }
  }

  /// The pipe is closed, as it is when the worker ends. A fault where it does not end.
  private func silence() -> ScanFault? {
    guard let end = endNumber else { return nil }
    let hasEnded = (try? clock.wait(for: [.input(end)], until: clock.after(limits.cancelGrace), .never)) != nil
    return hasEnded
      ? nil : .driverNonsense(detail: "the driver closed the worker's report pipe in \(call.name)")
  }

  private mutating func cancel() {
    isCancelling = true
    deadline = clock.after(limits.cancelGrace)
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
    if !isCancelling { deadline = clock.after(limits.limit(of: call)) }
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
