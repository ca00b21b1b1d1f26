import Base
import Diagnosis
import Jobs
import Raster

/// Reads one frame off a scanner.
@safe struct FrameReading: ~Copyable {
  private let device: SaneDevice
  private let deviceName: String
  private let reporter: Reporter
  /// How long reads may bring nothing, as those from a server that is gone do, though the driver says all is well.
  private let patience: Duration
  private let buffer: UnsafeMutableRawBufferPointer

  /// What one read may bring: many rows at once, and little memory.
  private static let bufferBytes = 128 * 1024
  /// After a read that brought nothing though there was no error.
  private static let emptyReadPause = Duration.milliseconds(10)

  init(_ device: SaneDevice, name: String, patience: Patience) {
    self.device = device
    deviceName = name
    reporter = patience.reporter
    self.patience = patience.limit
    unsafe buffer = .allocate(byteCount: Self.bufferBytes, alignment: 16)
  }

  deinit { unsafe buffer.deallocate() }

  enum Outcome: Equatable {
    case whole(RowAssembler.Tally)
    /// The feeder turned out to be empty when the first row was due.
    case noDocuments
  }

  /// Hands on the frame's rows as they come.
  ///
  /// - Parameter progress: what to say of the rows so far, when it is time to.
  func rows(
    of layout: FrameLayout, progress: (Int) -> ScanProgress,
    handOn: (UnsafeRawBufferPointer) throws(ScanFault) -> Void
  ) throws(ScanFault) -> Outcome {
    var assembler = RowAssembler(layout)
    var total = 0
    reporter.begin(.read)
    while let count = try next(hasBytes: total > 0) {
      total += count
      try unsafe assembler.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), handOn: handOn)
      reporter.beat(progress(assembler.tally.rows))
    }
    if total == 0 { return .noDocuments }
    try unsafe assembler.finish(handOn: handOn)
    return .whole(assembler.tally)
  }

  /// Bytes in the buffer, at least one; nil at the end.
  private func next(hasBytes: Bool) throws(ScanFault) -> Int? {
    var end: Deadline?
    while true {
      let outcome = Result { () throws(SaneStatus) in try unsafe device.read(into: buffer) }
      // After a request to stop, whatever the driver says is no page.
      if CancelSignal.isRaised { throw .cancelled }
      switch outcome {
      case .success(0):
        let deadline = end ?? reporter.clock.after(patience)
        end = deadline
        if reporter.clock.hasPassed(deadline) { throw .inputOutput(call: DriverCall.read.name) }
        pause(Self.emptyReadPause)
      case .success(let count): return count
      case .failure(.endOfFile) where hasBytes, .failure(.noDocuments): return nil
      case .failure(.endOfFile):
        throw .rejected(call: DriverCall.read.name, status: "the page ended before its first row")
      case .failure(let status): throw status.fault(of: .read, device: deviceName)
      }
    }
  }
}
