/// Why a scan did not begin, or broke off.
package enum ScanFault: Error, Sendable, Equatable {
  /// No such device, or it went away.
  case notFound(device: String)
  case busy(device: String)
  /// The device is there, but this user may not open it; a udev rule is missing.
  case accessDenied(device: String)
  case jammed
  case coverOpen
  case feederEmpty
  case inputOutput(call: String)
  case outOfMemory
  /// A value that the scanner does not have: the option, and the values it has.
  case unsupported(option: String, value: String, available: [String])
  /// SANE_STATUS_INVAL or UNSUPPORTED from a call that should have worked.
  case rejected(call: String, status: String)
  case driverCrashed(signal: Int32, during: String)
  case driverHung(during: String, seconds: Int)
  /// The worker's report is not what it may send.
  case driverNonsense(detail: String)
  case storageFull
  case storage(detail: String)
  case cancelled
}
