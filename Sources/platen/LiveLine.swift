import Base
import Glibc

/// Progress on standard error: one line that changes in place on a terminal, plain lines elsewhere.
final class LiveLine {
  private let onTerminal: Bool
  private let quiet: Bool
  private let clock: Clock
  private let write: (String) -> Void
  private var shown = 0
  private var lastDrawn = Deadline(nanoseconds: 0)

  /// How often the line is drawn at most: fast enough to look alive, too slow to cost anything.
  private static let shortestGap = Duration.milliseconds(100)

  init(quiet: Bool, onTerminal: Bool = isatty(2) == 1, clock: Clock, write: @escaping (String) -> Void) {
    self.quiet = quiet
    self.onTerminal = onTerminal
    self.clock = clock
    self.write = write
  }

  /// Something that passes: shown on a terminal only.
  func show(_ text: String) {
    guard onTerminal, !quiet, clock.hasPassed(lastDrawn.advanced(by: Self.shortestGap)) else { return }
    draw(text)
  }

  /// Something that passes on a terminal, where it may stand for long and is never left out, and is a line of its own
  /// elsewhere.
  func mention(_ text: String) {
    if quiet { return }
    onTerminal ? draw(text) : keep(text)
  }

  /// Something that stays: a line of its own everywhere.
  func keep(_ text: String) {
    guard !quiet else { return }
    clear()
    write(text + "\n")
  }

  /// Takes the passing text away.
  func clear() {
    guard shown > 0 else { return }
    write("\r" + String(repeating: " ", count: shown) + "\r")
    shown = 0
  }

  private func draw(_ text: String) {
    let padding = String(repeating: " ", count: max(0, shown - text.count))
    write("\r" + text + padding)
    shown = text.count
    lastDrawn = clock.now
  }
}
