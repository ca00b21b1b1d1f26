import Base
import Glibc

/// Progress on standard error: one line that changes in place on a terminal, plain lines elsewhere.
final class LiveLine {
  private let onTerminal = isatty(2) == 1
  private let quiet: Bool
  private var shown = 0
  private var lastDrawn = Deadline(nanoseconds: 0)

  /// How often the line is drawn anew at most: fast enough to look alive, too slow to cost anything.
  private static let shortestGap = Duration.milliseconds(100)

  init(quiet: Bool) { self.quiet = quiet }

  /// Something that passes: shown on a terminal only.
  func show(_ text: String) {
    if onTerminal, !quiet, lastDrawn.advanced(by: Self.shortestGap).hasPassed { draw(text) }
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
    StandardStream.error.write(text + "\n")
  }

  /// Takes the passing text away.
  func clear() {
    guard shown > 0 else { return }
    StandardStream.error.write("\r" + String(repeating: " ", count: shown) + "\r")
    shown = 0
  }

  private func draw(_ text: String) {
    let padding = String(repeating: " ", count: max(0, shown - text.count))
    StandardStream.error.write("\r" + text + padding)
    shown = text.count
    lastDrawn = .now
  }
}

/// "1.4 MB": decimal units, one digit after the point from a megabyte on.
func readableSize(_ bytes: Int) -> String {
  switch bytes {
  case ..<1000: "\(bytes) B"
  case ..<1_000_000: "\((bytes + 500) / 1000) kB"
  default: "\((bytes + 50_000) / 100_000 / 10).\((bytes + 50_000) / 100_000 % 10) MB"
  }
}
