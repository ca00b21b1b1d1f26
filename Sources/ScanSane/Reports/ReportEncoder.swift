import Base
import Diagnosis
import Jobs
import Raster

/// The payload of a frame: whole numbers in eight bytes, high first; texts and lists after their length.
struct ReportEncoder {
  private(set) var bytes: [UInt8] = []

  /// Longer texts and lists are cut, so that a frame's length always fits its header.
  static let mostTextBytes = 1000
  static let mostEntries = 32
  static let mostNumbers = 256

  /// Adds all that a report holds, and gives its kind.
  mutating func add(_ report: Report) -> UInt8 {
    switch report {
    case .began(let call):
      add(call.rawValue)
      return 1
    case .progress(let progress):
      add(progress)
      return 2
    case .scanner(let scanner):
      add(scanner)
      return 3
    case .libraryVersion(let version):
      add(version)
      return 4
    case .ended(let fault):
      add(fault)
      return 5
    }
  }

  mutating func add(_ byte: UInt8) { bytes.append(byte) }
  mutating func add(_ flag: Bool) { bytes.append(flag ? 1 : 0) }
  mutating func add(_ bits: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
  }
  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }
  mutating func add(_ number: Double) { add(number.bitPattern) }

  mutating func add(_ text: String) {
    var utf8 = Array(text.utf8.prefix(Self.mostTextBytes))
    // A cut text must not end within a character.
    while String(validating: utf8, as: UTF8.self) == nil, !utf8.isEmpty { utf8.removeLast() }
    bytes += [UInt8(utf8.count >> 8), UInt8(utf8.count & 255)]
    bytes += utf8
  }

  mutating func add(_ texts: [String]) {
    let kept = texts.prefix(Self.mostEntries)
    add(UInt8(kept.count))
    kept.forEach { add($0) }
  }

  private mutating func add(_ progress: ScanProgress) {
    switch progress {
    case .opening(let device):
      add(1 as UInt8)
      add(device)
    case .waiting(let reason):
      add(2 as UInt8)
      add(reason)
    case .settled(let resolution, let notes):
      add(3 as UInt8)
      add(resolution)
      add(notes)
    case .pageBegan(let page):
      add(4 as UInt8)
      add(page)
    case .rows(let page, let done, let total, let encodedBytes):
      add(5 as UInt8)
      [page, done, total ?? -1, encodedBytes].forEach { add($0) }
    case .pageDone(let page, let encodedBytes):
      add(6 as UInt8)
      [page, encodedBytes].forEach { add($0) }
    case .notice(let text):
      add(7 as UInt8)
      add(text)
    }
  }

  private mutating func add(_ scanner: ScannerDescription) {
    [scanner.name, scanner.vendor, scanner.model, scanner.type].forEach { add($0) }
    add(scanner.sources.map(\.rawValue))
    add(scanner.modes.map(\.rawValue))
    let resolutions = scanner.resolutions.prefix(Self.mostNumbers)
    add(resolutions.count)
    resolutions.forEach { add($0) }
    add(scanner.resolutionIsRange)
    add(scanner.buttons)
    add(scanner.problem)
  }

  private mutating func add(_ fault: ScanFault?) {
    switch fault {
    case nil: add(0 as UInt8)
    case .notFound(let device): add(1, device)
    case .busy(let device): add(2, device)
    case .accessDenied(let device): add(3, device)
    case .jammed: add(4 as UInt8)
    case .coverOpen: add(5 as UInt8)
    case .feederEmpty: add(6 as UInt8)
    case .inputOutput(let call): add(7, call)
    case .outOfMemory: add(8 as UInt8)
    case .unsupported(let option, let value, let available):
      add(9, option, value)
      add(available)
    case .rejected(let call, let status): add(10, call, status)
    case .driverCrashed(let signal, let during):
      add(11, during)
      add(Int(signal))
    case .driverHung(let during, let seconds):
      add(12, during)
      add(seconds)
    case .driverNonsense(let detail): add(13, detail)
    case .storageFull: add(14 as UInt8)
    case .storage(let detail): add(15, detail)
    case .cancelled: add(16 as UInt8)
    }
  }

  private mutating func add(_ kind: UInt8, _ texts: String...) {
    add(kind)
    texts.forEach { add($0) }
  }
}
