import Diagnosis
import Jobs
import Raster

/// What the scanner will do, once its options are set.
struct Settlement: Equatable {
  /// nil where the scanner's word for it is not known.
  var source: ScanSource?
  /// Pixels an inch, as the scanner has them, not as they were asked for.
  var xResolution: Double
  var yResolution: Double
  var notes: [String]
}

/// Sets a scanner's options for a request: source, mode, depth, resolution, area, for each may change what
/// the next ones offer. What was set is read back, and places are looked up by name each time, for both
/// change under a driver's hands. Nothing moves in the scanner yet.
struct Settling {
  private let device: SaneDevice
  private let request: ScanRequest
  private let quirks: Quirks
  private let patience: Patience
  private(set) var options: [SaneOption]
  private(set) var notes: [String] = []

  init(_ device: SaneDevice, _ request: ScanRequest, _ quirks: Quirks, _ patience: Patience) {
    self.device = device
    self.request = request
    self.quirks = quirks
    self.patience = patience
    options = device.options()
  }

  mutating func settle() throws(ScanFault) -> Settlement {
    let source = try settleSource()
    if !quirks.has(.modeLast) { try settleMode() }
    let (x, y) = try settleResolution()
    try settleArea(xResolution: x, yResolution: y)
    try settleQuirks()
    if quirks.has(.modeLast) { try settleMode() }
    return Settlement(source: source, xResolution: x, yResolution: y, notes: notes)
  }

  mutating func note(_ text: String) { notes.append(text) }

  var paper: PaperSize { request.paper }

  // MARK: Setting and reading

  /// Sets, and gives what the scanner made of it.
  @discardableResult
  mutating func set(_ option: SaneOption, to value: OptionValue) throws(ScanFault) -> OptionValue {
    // Some drivers refuse to set what can only be as it is.
    if option.onlyValue == value { return value }
    do throws(SaneStatus) {
      let mustReload = try patience.untilReady { () throws(SaneStatus) in try device.set(option, to: value) }
      if mustReload { options = device.options() }
    } catch {
      throw fault(error, of: option, value)
    }
    return options.active(option.name).flatMap { self.value(of: $0) } ?? value
  }

  func value(of option: SaneOption) -> OptionValue? { try? device.value(of: option) }

  func number(of option: SaneOption) -> Double? {
    if case .number(let number) = value(of: option) { number } else { nil }
  }

  private func fault(_ status: SaneStatus, of option: SaneOption, _ value: OptionValue) -> ScanFault {
    let fault = status.fault(of: .option, device: request.device)
    guard case .rejected(let call, let words) = fault else { return fault }
    return .rejected(call: "\(call) for \(option.name)", status: words)
  }

  private func unsupported(_ option: String, _ value: String, _ available: [String]) -> ScanFault {
    .unsupported(option: option, value: value, available: available)
  }

  // MARK: Source

  private mutating func settleSource() throws(ScanFault) -> ScanSource? {
    if quirks.has(.flatbed) { return try settleOnlySource() }
    guard let option = options.source, case .texts(let names) = option.constraint else {
      return try settleOnlySource()
    }
    if request.source == .adfDuplex, quirks.has(.noDuplex) { throw unsupportedSource(.adfDuplex, names) }
    guard let wanted = request.source else { return currentSource(option) }
    if let name = Spellings.choose(wanted, from: names) {
      try choose(name, of: option, for: wanted)
      if wanted == .adf { try setDuplex(false) }
    } else if wanted == .adfDuplex, let name = Spellings.choose(.adf, from: names) {
      try choose(name, of: option, for: wanted)
      guard try setDuplex(true) else { throw unsupportedSource(wanted, names) }
    } else {
      throw unsupportedSource(wanted, names)
    }
    return wanted
  }

  /// A scanner without a choice: a feeder if it feels for paper, else a flatbed.
  private mutating func settleOnlySource() throws(ScanFault) -> ScanSource {
    let only: ScanSource = options.hasPaperSensor && !quirks.has(.flatbed) ? .adf : .flatbed
    guard let wanted = request.source, wanted != only else { return only }
    if wanted == .adfDuplex, only == .adf, !quirks.has(.noDuplex), try setDuplex(true) { return wanted }
    throw unsupported("source", wanted.rawValue, [only.rawValue])
  }

  private func currentSource(_ option: SaneOption) -> ScanSource? {
    guard case .text(let name) = value(of: option) else { return nil }
    return Spellings.source(of: name)
  }

  private mutating func choose(_ name: String, of option: SaneOption, for wanted: ScanSource) throws(ScanFault) {
    if option.isSettable {
      try set(option, to: .text(name))
    } else if value(of: option) != .text(name) {
      throw unsupported("source", wanted.rawValue, currentSource(option).map { [$0.rawValue] } ?? [])
    }
  }

  /// False if the scanner has no such switch.
  @discardableResult
  private mutating func setDuplex(_ isDuplex: Bool) throws(ScanFault) -> Bool {
    guard let option = options.duplexSwitch, let value = option.duplexValue(isDuplex) else { return false }
    return try set(option, to: value) == value
  }

  private func unsupportedSource(_ wanted: ScanSource, _ names: [String]) -> ScanFault {
    let known = quirks.sources(options.sources).filter { $0 != wanted }.map(\.rawValue)
    return unsupported("source", wanted.rawValue, known.isEmpty ? names : known)
  }

  // MARK: Mode and depth

  private mutating func settleMode() throws(ScanFault) {
    guard let option = options.active("mode"), case .texts(let names) = option.constraint else {
      return try settleDepth(isOneBitGray: false)
    }
    if let name = Spellings.choose(request.mode, from: names) {
      try choose(mode: name, of: option)
      try settleDepth(isOneBitGray: false)
    } else if request.mode == .lineart, let name = Spellings.choose(.gray, from: names) {
      try choose(mode: name, of: option)
      guard options.takesDepth(1) else { throw unsupportedMode() }
      try settleDepth(isOneBitGray: true)
    } else {
      throw unsupportedMode()
    }
  }

  private mutating func choose(mode name: String, of option: SaneOption) throws(ScanFault) {
    if option.isSettable {
      try set(option, to: .text(name))
    } else if value(of: option) != .text(name) {
      throw unsupportedMode()
    }
  }

  private func unsupportedMode() -> ScanFault {
    unsupported("mode", request.mode.rawValue, options.modes.filter { $0 != request.mode }.map(\.rawValue))
  }

  /// Eight bits where there is a choice; more are thrown away anyway.
  private mutating func settleDepth(isOneBitGray: Bool) throws(ScanFault) {
    guard let option = options.adjustable("depth") else { return }
    let wanted: [Double] = request.mode == .lineart ? [1] : [8, 16]
    guard let depth = wanted.first(where: { option.takes($0) }) else { return }
    let real = try set(option, to: .number(depth))
    if isOneBitGray, real != .number(1) { throw unsupportedMode() }
  }

  // MARK: Quirks

  /// The driver's own options that the quirks set; one that is not there, or not active, is left out.
  private mutating func settleQuirks() throws(ScanFault) {
    for (name, text) in quirks.options.sorted(by: { $0.key < $1.key }) {
      guard let option = options.adjustable(name), let value = option.value(of: text) else { continue }
      try set(option, to: value)
    }
  }

  // MARK: Resolution

  private mutating func settleResolution() throws(ScanFault) -> (x: Double, y: Double) {
    let wanted = Double(request.resolution)
    guard let option = options.resolution else {
      note("the scanner does not report its resolution; assuming \(request.resolution) dpi")
      return (wanted, wanted)
    }
    let x = try settle(resolution: option)
    guard let vertical = options.active("y-resolution") else { return (x, x) }
    return (x, try settle(resolution: vertical))
  }

  /// A value between two that the scanner has is its to round; one that it lacks is refused.
  private mutating func settle(resolution option: SaneOption) throws(ScanFault) -> Double {
    let wanted = Double(request.resolution)
    guard option.isSettable else {
      let only = number(of: option) ?? wanted
      if only != wanted { throw unsupported("resolution", "\(request.resolution)", [plain(only)]) }
      return only
    }
    guard option.takes(wanted) else { throw unsupported("resolution", "\(request.resolution)", option.choices) }
    guard case .number(let real) = try set(option, to: .number(wanted)), real > 0 else { return wanted }
    if real != wanted { note("the scanner uses \(plain(real)) dpi instead of \(request.resolution) dpi") }
    return real
  }
}
