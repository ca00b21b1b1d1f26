import CSANE
import Diagnosis
import Jobs

/// libsane, ready for use. One a process.
@safe struct SaneLibrary: ~Copyable {
  /// "1.1.1"
  let version: String
  private let reporter: Reporter

  init(_ reporter: Reporter) throws(ScanFault) {
    self.reporter = reporter
    reporter.begin(.initialise)
    if let complaint = unsafe csane_load() {
      throw unsafe .driverNonsense(detail: "cannot load the SANE library: \(text(complaint))")
    }
    var code: SANE_Int = 0
    let status = unsafe csane_init(&code)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status).fault(of: .initialise, device: "SANE") }
    version = "\(code >> 24 & 255).\(code >> 16 & 255).\(code & 0xFFFF)"
  }

  deinit {
    reporter.begin(.close)
    csane_exit()
  }

  /// All scanners that the configured backends find, on the network too; not yet what they can.
  func scanners() throws(ScanFault) -> [ScannerDescription] {
    reporter.begin(.list)
    var list: UnsafeMutablePointer<UnsafePointer<SANE_Device>?>?
    let status = unsafe csane_get_devices(&list)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status).fault(of: .list, device: "SANE") }
    var scanners: [ScannerDescription] = []
    guard var next = unsafe list else { return [] }
    while let device = unsafe next.pointee {
      scanners.append(unsafe Self.describe(device.pointee))
      unsafe next += 1
    }
    return scanners
  }

  private static func describe(_ device: SANE_Device) -> ScannerDescription {
    unsafe ScannerDescription(
      name: text(device.name), vendor: text(device.vendor), model: text(device.model), type: text(device.type))
  }

  /// Opens by name; no other backend is loaded, and none is asked for its devices.
  func open(_ name: String) throws(SaneStatus) -> SaneDevice {
    reporter.begin(.open)
    var handle: SANE_Handle?
    let status = unsafe csane_open(name, &handle)
    guard status == SANE_STATUS_GOOD else { throw SaneStatus(status) }
    guard let handle = unsafe handle else { throw SaneStatus(SANE_STATUS_INVAL) }
    return unsafe SaneDevice(takingOwnership: handle, reporter: reporter)
  }
}

/// A driver's text; drivers leave some out, and not all know of UTF-8.
func text(_ pointer: UnsafePointer<CChar>?) -> String {
  guard let pointer = unsafe pointer else { return "" }
  return unsafe String(cString: pointer)
}
