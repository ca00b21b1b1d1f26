import CSANE
import Diagnosis

/// What the driver answered, where it was not GOOD.
struct SaneStatus: Error, Equatable {
  let code: UInt32

  static let endOfFile = SaneStatus(SANE_STATUS_EOF)
  static let noDocuments = SaneStatus(SANE_STATUS_NO_DOCS)

  init(_ status: SANE_Status) { code = status.rawValue }

  /// Worth asking again: busy, or a private code; drivers use those for a lamp that warms up.
  var isPassing: Bool { isBusy || code > SANE_STATUS_ACCESS_DENIED.rawValue }

  /// Someone else has it.
  var isBusy: Bool { self == SaneStatus(SANE_STATUS_DEVICE_BUSY) }

  /// In the driver's words.
  var words: String { unsafe String(cString: csane_strstatus(SANE_Status(rawValue: code))) }

  func fault(of call: DriverCall, device: String) -> ScanFault {
    if isPassing { return .busy(device: device) }
    switch SANE_Status(rawValue: code) {
    case SANE_STATUS_CANCELLED: return .cancelled
    case SANE_STATUS_JAMMED: return .jammed
    case SANE_STATUS_COVER_OPEN: return .coverOpen
    case SANE_STATUS_NO_DOCS: return .feederEmpty
    case SANE_STATUS_IO_ERROR: return .inputOutput(call: call.name)
    case SANE_STATUS_NO_MEM: return .outOfMemory
    case SANE_STATUS_ACCESS_DENIED: return .accessDenied(device: device)
    // The loader's answer to a name that no backend knows; elsewhere it means a value that the driver does not like.
    case SANE_STATUS_INVAL where call == .open: return .notFound(device: device)
    default: return .rejected(call: call.name, status: words)
    }
  }
}
