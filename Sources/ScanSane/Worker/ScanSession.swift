import Base
import Diagnosis
import Jobs
import Paper
import Raster

/// One scan: pages from a scanner whose options are set, into the document.
final class ScanSession {
  private let device: SaneDevice
  private let request: ScanRequest
  private let settlement: Settlement
  private let reporter: Reporter
  private let patience: Patience
  private let storage: DescriptorStorage
  private var writer: DocumentWriter
  private let reading: FrameReading
  private let quirks: Quirks
  /// Of this scan, without those that the document had.
  private var pages = 0

  init(
    _ device: SaneDevice, _ request: ScanRequest, _ settlement: Settlement, storage: DescriptorStorage,
    writer: consuming DocumentWriter, patience: Patience, quirks: Quirks
  ) {
    self.quirks = quirks
    self.device = device
    self.request = request
    self.settlement = settlement
    self.storage = storage
    self.writer = writer
    self.patience = patience
    reporter = patience.reporter
    reading = FrameReading(device, name: request.device, patience: patience)
  }

  /// Scans until there is no more paper or enough pages; a fault leaves the pages before it.
  func run() throws(ScanFault) {
    guard device.arm() else { throw .cancelled }
    do throws(ScanFault) {
      try scanPages()
    } catch {
      throw CancelSignal.isRaised ? .cancelled : error
    }
  }

  // MARK: Pages

  private func scanPages() throws(ScanFault) {
    while pages < pageLimit, try scanPage() { pages += 1 }
    if pages == 0 { throw .feederEmpty }
    if let asked = request.pageLimit, pages < asked, settlement.source != .flatbed {
      reporter.say(.notice("the feeder was empty after \(pages) of \(asked) pages"))
    }
  }

  /// A flatbed gives one page, and so does a source that we do not know: some give the same for ever.
  private var pageLimit: Int {
    switch settlement.source {
    case .adf, .adfDuplex: request.pageLimit ?? .max
    case .flatbed, nil: 1
    }
  }

  /// False when there was no more paper.
  private func scanPage() throws(ScanFault) -> Bool {
    guard try start(), let frame = try firstFrame() else { return false }
    let number = writer.pageCount + 1
    reporter.say(.pageBegan(page: number))
    noteFormat(of: frame, page: number)
    do throws(ScanFault) {
      try begin(frame)
      let end = try frame.isPass ? passes(from: frame, page: number) : rows(of: frame, page: number)
      guard case .whole(let tally) = end else {
        try abandon()
        return false
      }
      note(tally, page: number)
      try finish(number)
      return true
    } catch {
      try? abandon()
      throw error
    }
  }

  /// False when there is no more paper.
  private func start() throws(ScanFault) -> Bool {
    // The driver has heard of the cancel, and would not hear of it again: no sheet is drawn in any more.
    if CancelSignal.isRaised { throw .cancelled }
    do throws(SaneStatus) {
      try patience.untilReady { () throws(SaneStatus) in try device.start() }
      return true
    } catch {
      if error == .noDocuments { return false }
      throw error.fault(of: .start, device: request.device)
    }
  }

  /// The frame that begins a page; nil where the driver reports no page.
  private func firstFrame() throws(ScanFault) -> FrameLayout? {
    let parameters = try parameters()
    if quirks.has(.emptyFrameEndsFeeder), parameters.lines == 0, pages > 0 { return nil }
    return try layout(parameters)
  }

  /// Only what the driver says after the start counts, and for each frame anew.
  private func parameters() throws(ScanFault) -> SaneParameters {
    do throws(SaneStatus) {
      return try device.parameters()
    } catch {
      throw error.fault(of: .parameters, device: request.device)
    }
  }

  private func layout(_ parameters: SaneParameters) throws(ScanFault) -> FrameLayout {
    guard let channels = parameters.channels else { throw nonsense("a frame of unknown format") }
    do throws(FrameFault) {
      return try FrameLayout(
        channels: channels, depth: parameters.depth, pixelsPerLine: parameters.pixelsPerLine,
        bytesPerLine: parameters.bytesPerLine, lines: parameters.lines)
    } catch {
      throw nonsense("\(error)")
    }
  }

  private func nonsense(_ detail: String) -> ScanFault {
    .driverNonsense(detail: "\(DriverCall.parameters.name) reports \(detail)")
  }

  // MARK: Rows

  private func rows(of frame: FrameLayout, page: Int) throws(ScanFault) -> FrameReading.Outcome {
    try unsafe read(frame, page: page) { (rows) throws(ScanFault) in try unsafe write(rows) }
  }

  /// Three frames, a colour each, that make one page.
  private func passes(from first: FrameLayout, page: Int) throws(ScanFault) -> FrameReading.Outcome {
    var worst = RowAssembler.Tally()
    var combiner = PassCombiner(store: try SpilledPlanes(storage), width: first.pixelsPerLine)
    var frame = first
    while true {
      guard frame.lines == first.lines, combiner.begin(frame) else {
        throw nonsense("passes that do not match")
      }
      let end = try unsafe read(frame, page: page) { (rows) throws(ScanFault) in
        try unsafe combiner.take(rows) { (rows) throws(ScanFault) in try unsafe write(rows) }
      }
      guard case .whole(let tally) = end else { return try ended(in: combiner.passes, of: page) }
      worst.missing = max(worst.missing, tally.missing)
      worst.surplus = max(worst.surplus, tally.surplus)
      if combiner.passes == 3 { return .whole(worst) }
      guard try start() else { return try ended(in: combiner.passes + 1, of: page) }
      frame = try layout(try parameters())
    }
  }

  /// No more paper is a fault in the midst of a page: what was scanned of it is lost.
  private func ended(in pass: Int, of page: Int) throws(ScanFault) -> FrameReading.Outcome {
    if pass == 1 { return .noDocuments }
    throw .driverNonsense(detail: "page \(page) ended after \(pass - 1) of its 3 passes")
  }

  private func read(
    _ frame: FrameLayout, page: Int, handOn: (UnsafeRawBufferPointer) throws(ScanFault) -> Void
  ) throws(ScanFault) -> FrameReading.Outcome {
    try unsafe reading.rows(
      of: frame,
      progress: { done in
        .rows(page: page, done: done, of: frame.lines, encodedBytes: writer.encodedBytesOfPage)
      }, handOn: handOn)
  }

  private func write(_ rows: UnsafeRawBufferPointer) throws(ScanFault) {
    do throws(DocumentError) { try unsafe writer.write(rows: rows) } catch { throw storageFault(error) }
  }

  // MARK: The document

  private func begin(_ frame: FrameLayout) throws(ScanFault) {
    let page = frame.page(xResolution: settlement.xResolution, yResolution: settlement.yResolution)
    do throws(DocumentError) { try writer.beginPage(page) } catch { throw storageFault(error) }
  }

  private func finish(_ page: Int) throws(ScanFault) {
    reporter.begin(.store)
    do throws(DocumentError) {
      reporter.say(.pageDone(page: page, encodedBytes: try writer.endPage().bytes))
    } catch {
      throw storageFault(error)
    }
  }

  private func abandon() throws(ScanFault) {
    do throws(DocumentError) { try writer.abandonPage() } catch { throw storageFault(error) }
  }

  // MARK: Notices

  private func noteFormat(of frame: FrameLayout, page: Int) {
    let format = frame.isPass ? PixelFormat.color : frame.pixelFormat
    guard format != request.mode else { return }
    reporter.say(.notice("page \(page) is \(format.rawValue), not \(request.mode.rawValue)"))
  }

  private func note(_ tally: RowAssembler.Tally, page: Int) {
    let rows = { (count: Int) in count == 1 ? "1 row" : "\(count) rows" }
    if tally.missing > 0 { reporter.say(.notice("page \(page) was \(rows(tally.missing)) short; filled with white")) }
    if tally.surplus > 0 { reporter.say(.notice("page \(page) had \(rows(tally.surplus)) too many; cut off")) }
  }
}
