/// What the worker is busy with: a call into the driver, or its own writing to the storage.
package enum DriverCall: UInt8, CaseIterable, Sendable {
  case initialise, list, open, option, start, parameters, read, cancel, close, store

  /// The name in messages: SANE's own where it is a call of SANE.
  var name: String {
    switch self {
    case .initialise: "sane_init"
    case .list: "sane_get_devices"
    case .open: "sane_open"
    case .option: "sane_control_option"
    case .start: "sane_start"
    case .parameters: "sane_get_parameters"
    case .read: "sane_read"
    case .cancel: "sane_cancel"
    case .close: "sane_close"
    case .store: "storing the page"
    }
  }
}

/// How long each kind of call may take before the worker is given up and killed, and other patience.
package struct CallLimits: Sendable, Equatable {
  /// Backends load firmware here.
  package var initialise: Duration = .seconds(30)
  /// Every backend looks for its devices, some of them on the network.
  package var list: Duration = .seconds(60)
  package var open: Duration = .seconds(30)
  /// One option read or set; some move the head for it.
  package var option: Duration = .seconds(10)
  /// The lamp warms up and the first sheet is drawn in.
  package var start: Duration = .seconds(60)
  /// No byte has come for so long.
  package var readStall: Duration = .seconds(60)
  /// The end of a scan, and of the device's use: the head goes home. What hangs here costs no page.
  package var cancel: Duration = .seconds(30)
  /// Slow cards take their time over a sync.
  package var store: Duration = .seconds(120)
  /// How long a busy or warming scanner is asked again, and one whose reads bring nothing.
  package var busy: Duration = .seconds(30)
  /// Between the request to stop and the kill, so that a scan is cancelled within a second.
  package var cancelGrace: Duration = .milliseconds(700)

  /// For one scanner, before all others.
  private var exceptions: [DriverCall: Duration] = [:]

  package init() {}

  /// These, but for what the quirks say otherwise.
  func adjusted(by quirks: Quirks) -> CallLimits {
    var limits = self
    limits.exceptions = quirks.limits
    return limits
  }

  func limit(of call: DriverCall) -> Duration {
    exceptions[call] ?? usualLimit(of: call)
  }

  private func usualLimit(of call: DriverCall) -> Duration {
    switch call {
    case .initialise: initialise
    case .list: list
    case .open: open
    case .option, .parameters: option
    case .start: start
    case .read: readStall
    case .cancel, .close: cancel
    case .store: store
    }
  }
}
