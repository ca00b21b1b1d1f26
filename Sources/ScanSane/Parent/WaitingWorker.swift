package import Base
import Glibc

/// A worker process without a task: it starts, loads libsane, and waits for what it is to do.
///
/// Who knows that there will be a scan starts one at once: before the command line is read and the spool is open,
/// it costs nobody's time. One that is never used ends with this value.
package final class WaitingWorker {
  private var process: ChildProcess?
  /// Over which the worker gets its task and the folder of a scan.
  private let orders: Descriptor
  private let reports: Descriptor

  /// - Parameters:
  ///   - program: the path of our own binary.
  ///   - environment: ours; the worker gets of it what SANE, the loader and the locale need, and no more.
  ///   - messages: where drivers may print, to standard output and standard error alike; nil is nowhere, unless
  ///     the environment asks SANE for messages.
  package init(program: String, environment: [String: String], messages: Int32? = nil) throws(SystemError) {
    let ends = try WorkerEnds()
    orders = try ends.orders.ours.duplicate()
    reports = try ends.reports.reader.duplicate()
    let asks = environment.keys.contains { Self.asksForMessages($0) }
    process = try ChildProcess(
      [program, ScanWorker.verb], environment: environment.filter { Self.isHandedOn($0.key) },
      descriptors: ends.descriptors(messages: messages ?? (asks ? 2 : nil)))
  }

  private init(_ process: consuming ChildProcess, _ ends: borrowing WorkerEnds) throws(SystemError) {
    orders = try ends.orders.ours.duplicate()
    reports = try ends.reports.reader.duplicate()
    self.process = consume process
  }

  /// Makes a worker of a program that has just begun: it has nothing to load any more but libsane.
  ///
  /// To be called on the first thread, before there is another, and before anything is in memory that a driver
  /// must not see.
  ///
  /// - Parameter life: what the worker does; it is to end with ``ScanWorker``.
  package static func fork(life: () -> Never) throws(SystemError) -> WaitingWorker {
    let ends = try WorkerEnds()
    let messages: Int32? = environmentNames().contains { asksForMessages($0) } ? 2 : nil
    let child = try ChildProcess.fork(
      descriptors: ends.descriptors(messages: messages), isHandedOn: isHandedOn, life: life)
    return try WaitingWorker(child, ends)
  }

  deinit {
    guard let process = process.take() else { return }
    process.endGroup()
    _ = process.wait()
  }

  private static func asksForMessages(_ name: String) -> Bool { name.hasPrefix("SANE_DEBUG") }

  /// What a driver needs of the environment. Secrets are never among it.
  private static func isHandedOn(_ name: String) -> Bool {
    ["LD_LIBRARY_PATH", "TZ", "LANG"].contains(name) || name.hasPrefix("SANE_") || name.hasPrefix("LC_")
  }

  /// Gives the worker its task, once.
  func begin(_ task: WorkerTask, limits: CallLimits, clock: Clock) throws(SystemError) -> WorkerRun {
    guard let process = process.take() else { preconditionFailure("a worker has one task") }
    // A worker that is gone already says why when it is followed.
    try? orders.write(task.message)
    return WorkerRun(
      process, orders: try orders.duplicate(), reports: try reports.duplicate(), limits: limits, clock: clock)
  }
}

/// What goes between us and a worker, with both ends.
private struct WorkerEnds: ~Copyable {
  let orders: SocketPair
  let reports: Pipe
  let nowhere: Descriptor

  init() throws(SystemError) {
    let orders = try SocketPair()
    let reports = try Pipe()
    let nowhere = try Descriptor(opening: "/dev/null", O_RDWR)
    self.orders = orders
    self.reports = reports
    self.nowhere = nowhere
  }

  /// The worker's; drivers print to `messages`, or nowhere.
  func descriptors(messages: Int32?) -> [Int32: Int32] {
    let output = messages ?? nowhere.number
    return [
      0: nowhere.number, 1: output, 2: output, WorkerTask.orderDescriptor: orders.theirs.number,
      WorkerTask.reportDescriptor: reports.writer.number,
    ]
  }
}
