import CSANE
import Raster

/// An open scanner. When the value goes a scan is ended, if one was begun, and the scanner is closed.
@safe final class SaneDevice {
  private let handle: SANE_Handle
  private let reporter: Reporter

  init(takingOwnership handle: SANE_Handle, reporter: Reporter) {
    unsafe self.handle = handle
    self.reporter = reporter
  }

  /// Every scan ends with a cancel, a good one too: some drivers fail at the next one without.
  deinit {
    reporter.begin(.cancel)
    CancelSignal.cancelOnce()
    reporter.begin(.close)
    unsafe csane_close(handle)
  }

  // MARK: Options

  /// The options as they are now. Their places change when the driver says so, names do not.
  func options() -> [SaneOption] {
    reporter.begin(.option)
    var options: [SaneOption] = []
    // Option 0 is the number of options; asking until there are no more gives the same, and drivers agree on it.
    for index in 1..<Self.mostOptions {
      guard let descriptor = unsafe csane_get_option_descriptor(handle, index) else { break }
      if let option = unsafe SaneOption(index: index, descriptor.pointee) { options.append(option) }
    }
    return options
  }

  /// Far more than any scanner has.
  private static let mostOptions: SANE_Int = 2000

  func value(of option: SaneOption) throws(SaneStatus) -> OptionValue {
    reporter.begin(.option)
    var bytes = [UInt8](repeating: 0, count: option.size + 1)
    let status = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe csane_control_option(handle, option.index, SANE_ACTION_GET_VALUE, buffer.baseAddress, nil)
    }
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
    return option.decode(bytes)
  }

  /// Sets, and tells whether all options must be read anew.
  func set(_ option: SaneOption, to value: OptionValue) throws(SaneStatus) -> Bool {
    reporter.begin(.option)
    var bytes = option.encode(value)
    var info: SANE_Int = 0
    let status = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe csane_control_option(handle, option.index, SANE_ACTION_SET_VALUE, buffer.baseAddress, &info)
    }
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
    return info & SANE_Int(SANE_INFO_RELOAD_OPTIONS) != 0
  }

  // MARK: Pages

  /// From here on the scan has to be cancelled in the end; false when someone asked to stop before.
  func arm() -> Bool { unsafe CancelSignal.arm(handle) }

  func start() throws(SaneStatus) {
    reporter.begin(.start)
    let status = unsafe csane_start(handle)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
  }

  func parameters() throws(SaneStatus) -> SaneParameters {
    reporter.begin(.parameters)
    var parameters = SANE_Parameters()
    let status = unsafe csane_get_parameters(handle, &parameters)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
    return SaneParameters(parameters)
  }

  /// Must follow ``Reporter/begin(_:)``, which is not called here: reads are too many.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SaneStatus) -> Int {
    var length: SANE_Int = 0
    let bytes = unsafe buffer.baseAddress?.assumingMemoryBound(to: SANE_Byte.self)
    let status = unsafe csane_read(handle, bytes, SANE_Int(buffer.count), &length)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
    return min(max(0, Int(length)), buffer.count)
  }
}

/// A frame as the driver describes it.
struct SaneParameters {
  let channels: FrameLayout.Channels?
  let isLastFrame: Bool
  let depth: Int
  let pixelsPerLine: Int
  let bytesPerLine: Int
  let lines: Int

  init(_ parameters: SANE_Parameters) {
    channels =
      switch parameters.format {
      case SANE_FRAME_GRAY: .gray
      case SANE_FRAME_RGB: .rgb
      case SANE_FRAME_RED: .red
      case SANE_FRAME_GREEN: .green
      case SANE_FRAME_BLUE: .blue
      default: nil
      }
    isLastFrame = parameters.last_frame != 0
    depth = Int(parameters.depth)
    pixelsPerLine = Int(parameters.pixels_per_line)
    bytesPerLine = Int(parameters.bytes_per_line)
    lines = Int(parameters.lines)
  }
}
