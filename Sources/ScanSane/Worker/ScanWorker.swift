import Base
import CSANE
import Diagnosis
import Glibc
import Jobs
import Paper

/// The worker: the process that a driver runs in, and the one place where libsane is in use.
///
/// Everything is synchronous on one thread. Standard output belongs to no one: drivers print there.
package enum ScanWorker {
  /// The hidden verb that makes the program a worker.
  package static let verb = "scan-worker"

  /// Does what a ``WaitingWorker`` is told, and returns the exit code.
  package static func run() -> Int32 {
    _ = csane_die_with_parent()
    CancelSignal.install()
    guard isStartedByUs else {
      _ = try? Descriptor(takingOwnership: 2).write("\(verb) is started by the program, not by hand\n")
      return 64
    }
    let reporter = Reporter(
      pipe: Descriptor(takingOwnership: WorkerTask.reportDescriptor), clock: .system)
    perform(Descriptor(takingOwnership: WorkerTask.orderDescriptor), reporter)
    return 0
  }

  /// The descriptors that the parent gives are there; a driver's own children do not get them.
  private static var isStartedByUs: Bool {
    [WorkerTask.orderDescriptor, WorkerTask.reportDescriptor].allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
  }

  /// The result goes out before the scan is ended and the device closed, for drivers hang in that.
  private static func perform(_ orders: borrowing Descriptor, _ reporter: Reporter) {
    do throws(ScanFault) {
      let library = try SaneLibrary(reporter)
      guard let task = try task(orders) else { return }
      var device: SaneDevice?
      do throws(ScanFault) {
        try work(task, library, &device, orders, reporter)
        reporter.send(.ended(nil))
      } catch {
        reporter.send(.ended(error))
      }
      withExtendedLifetime(device) {}
    } catch {
      reporter.send(.ended(error))
    }
  }

  /// Waits for the task; nil when the parent has none, and is gone.
  private static func task(_ orders: borrowing Descriptor) throws(ScanFault) -> WorkerTask? {
    guard let message = try? orders.read(upTo: WorkerTask.longestMessage), !message.isEmpty else { return nil }
    guard let task = WorkerTask(message: message) else {
      throw .driverNonsense(detail: "the scan worker got an invalid task")
    }
    return task
  }

  /// Leaves the device that it opens in `device`.
  private static func work(
    _ task: WorkerTask, _ library: borrowing SaneLibrary, _ device: inout SaneDevice?,
    _ orders: borrowing Descriptor, _ reporter: Reporter
  ) throws(ScanFault) {
    switch task {
    case .version: reporter.send(.libraryVersion(library.version))
    case .list: try library.scanners().forEach { reporter.send(.scanner($0)) }
    case .probe(let name):
      let opened = try open(name, library, Patience(reporter: reporter, limit: .zero))
      device = opened
      reporter.send(.scanner(ScannerDescription(of: opened, named: name)))
    case .scan(let request, let limit, let quirks):
      let patience = Patience(reporter: reporter, limit: limit)
      let opened = try open(request.device, library, patience)
      device = opened
      try scan(request, quirks, with: opened, orders, patience)
    }
  }

  private static func open(
    _ name: String, _ library: borrowing SaneLibrary, _ patience: Patience
  ) throws(ScanFault) -> SaneDevice {
    patience.reporter.say(.opening(device: name))
    do throws(SaneStatus) {
      return try patience.untilReady { () throws(SaneStatus) in try library.open(name) }
    } catch {
      throw error.fault(of: .open, device: name)
    }
  }

  private static func scan(
    _ request: ScanRequest, _ quirks: Quirks, with device: SaneDevice, _ orders: borrowing Descriptor,
    _ patience: Patience
  ) throws(ScanFault) {
    var settling = Settling(device, request, quirks, patience)
    let settlement = try settling.settle()
    patience.reporter.say(.settled(resolution: settlement.xResolution, notes: settlement.notes))
    let storage = try storage(in: jobFolder(orders))
    let writer = try writer(on: storage, quality: request.quality)
    let session = ScanSession(
      device, request, settlement, storage: storage, writer: writer, patience: patience, quirks: quirks)
    try session.run()
  }

  /// Waits for the folder, which is being made meanwhile.
  private static func jobFolder(_ orders: borrowing Descriptor) throws(ScanFault) -> Descriptor {
    do throws(SystemError) { return try orders.receive() } catch { throw storageFault(error) }
  }

  private static func storage(in folder: borrowing Descriptor) throws(ScanFault) -> DescriptorStorage {
    do throws(SystemError) { return try DescriptorStorage(folder: folder) } catch { throw storageFault(error) }
  }

  private static func writer(on storage: DescriptorStorage, quality: Int) throws(ScanFault) -> DocumentWriter {
    do throws(DocumentError) {
      return try DocumentWriter(storage: storage, quality: quality)
    } catch {
      throw storageFault(error)
    }
  }
}
