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
    let sockets = try SocketPair()
    let pipe = try Pipe()
    let nowhere = try Descriptor(opening: "/dev/null", O_RDWR)
    let output = messages ?? (environment.keys.contains { $0.hasPrefix("SANE_DEBUG") } ? 2 : nowhere.number)
    orders = try sockets.ours.duplicate()
    reports = try pipe.reader.duplicate()
    process = try ChildProcess(
      [program, ScanWorker.verb], environment: environment.filter { Self.isHandedOn($0.key) },
      descriptors: [
        0: nowhere.number, 1: output, 2: output, WorkerTask.orderDescriptor: sockets.theirs.number,
        WorkerTask.reportDescriptor: pipe.writer.number,
      ])
  }

  deinit {
    guard let process = process.take() else { return }
    process.endGroup()
    _ = process.wait()
  }

  /// What a driver needs of the environment. Secrets are never among it.
  private static func isHandedOn(_ name: String) -> Bool {
    ["LD_LIBRARY_PATH", "TZ", "LANG"].contains(name) || name.hasPrefix("SANE_") || name.hasPrefix("LC_")
  }

  /// Gives the worker its task, once.
  func begin(_ task: WorkerTask, limits: CallLimits) throws(SystemError) -> WorkerRun {
    guard let process = process.take() else { preconditionFailure("a worker has one task") }
    // A worker that is gone already says why when it is followed.
    try? orders.write(task.message)
    return WorkerRun(process, orders: try orders.duplicate(), reports: try reports.duplicate(), limits: limits)
  }
}
