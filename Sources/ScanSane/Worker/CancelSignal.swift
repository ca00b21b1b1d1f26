import CSANE
import Glibc
import Synchronization

/// A request to stop, which comes as SIGTERM or SIGINT while a driver's call may be running.
///
/// The handler calls `sane_cancel`, the one call that SANE allows there, and a driver hears it exactly once a
/// scan: from the handler or, at the end, when the device is closed.
enum CancelSignal {
  /// Someone asked to stop. What a driver says from then on is no page.
  static var isRaised: Bool { raised.load(ordering: .relaxed) }

  private static let raised = Atomic<Bool>(false)
  /// The address of the handle that is scanning; 0 when there is nothing to cancel.
  private static let scanning = Atomic<UInt>(0)

  static func install() {
    // Both are made here, for a handler may not wait for that.
    raised.store(false, ordering: .relaxed)
    scanning.store(0, ordering: .relaxed)
    install(SIGTERM) { _ in CancelSignal.raise() }
    install(SIGINT) { _ in CancelSignal.raise() }
    // A parent that is gone shows at the next report; a driver's broken connection is the driver's affair.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Without SA_RESTART, so that a driver's wait ends.
  private static func install(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = handler
    unsafe sigaction(number, &action, nil)
  }

  private static func raise() {
    raised.store(true, ordering: .relaxed)
    cancelOnce()
  }

  /// From here on there is something to cancel. False, and there is not, when the request came before.
  static func arm(_ handle: SANE_Handle) -> Bool {
    scanning.store(UInt(bitPattern: handle), ordering: .sequentiallyConsistent)
    return !isRaised
  }

  /// Cancels what is being scanned unless that has been done.
  static func cancelOnce() {
    let address = scanning.exchange(0, ordering: .sequentiallyConsistent)
    guard let handle = unsafe SANE_Handle(bitPattern: address) else { return }
    unsafe csane_cancel(handle)
  }
}
