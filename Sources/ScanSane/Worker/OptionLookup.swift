import Jobs
import Raster

extension [SaneOption] {
  /// Active, or not there.
  func active(_ name: String) -> SaneOption? { first { $0.name == name && $0.isActive } }

  func adjustable(_ name: String) -> SaneOption? { first { $0.name == name && $0.isActive && $0.isSettable } }

  /// A sensor tells of paper in the feeder.
  var hasPaperSensor: Bool { contains { $0.name == "page-loaded" && $0.isSensor } }

  /// The option that turns sheets over, where that is not a source of its own.
  var duplexSwitch: SaneOption? {
    first { option in
      option.isActive && option.isSettable && Spellings.duplexOptions.contains(folded(option.name))
        && (option.kind == .flag || option.duplexValue(true) != nil)
    }
  }

  /// The sources that can be asked for.
  var sources: [ScanSource] {
    guard let option = source, case .texts(let names) = option.constraint else {
      return hasPaperSensor ? [.adf] : [.flatbed]
    }
    return ScanSource.allCases.filter { source in
      let stands = Spellings.choose(source, from: names) != nil
      return stands || source == .adfDuplex && duplexSwitch != nil && Spellings.choose(.adf, from: names) != nil
    }
  }

  /// The modes that can be asked for. One-bit gray stands in for lineart.
  var modes: [PixelFormat] {
    guard let option = active("mode"), case .texts(let names) = option.constraint else { return [] }
    return PixelFormat.allCases.filter { mode in
      let stands = Spellings.choose(mode, from: names) != nil
      return stands || mode == .lineart && Spellings.choose(.gray, from: names) != nil && takesDepth(1)
    }
  }

  func takesDepth(_ depth: Double) -> Bool { adjustable("depth")?.takes(depth) ?? false }

  /// The option of resolution across; some scanners have one for each direction.
  var resolution: SaneOption? { Spellings.resolutionOptions.lazy.compactMap { active($0) }.first }

  var source: SaneOption? { Spellings.sourceOptions.lazy.compactMap { active($0) }.first }
}

extension SaneOption {
  /// The number is one of those that the scanner has.
  func takes(_ number: Double) -> Bool {
    switch constraint {
    case .range(let range): range.contains(number)
    case .numbers(let numbers): numbers.contains(number)
    case .none: true
    case .texts: false
    }
  }

  /// The nearest to `number` that the scanner has, from below where there is a choice.
  func nearest(_ number: Double) -> Double {
    switch constraint {
    case .range(let range): min(max(number, range.lowerBound), range.upperBound)
    case .numbers(let numbers): numbers.min { abs($0 - number) < abs($1 - number) } ?? number
    case .none, .texts: number
    }
  }

  /// What the option is, where it can be nothing else.
  var onlyValue: OptionValue? {
    switch constraint {
    case .texts(let texts) where texts.count == 1: .text(texts[0])
    case .numbers(let numbers) where numbers.count == 1: .number(numbers[0])
    case .range(let range) where range.lowerBound == range.upperBound: .number(range.lowerBound)
    case .none, .range, .numbers, .texts: nil
    }
  }

  /// The value that a text means; nil where the option has no such value.
  func value(of text: String) -> OptionValue? {
    switch kind {
    case .flag: text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    case .whole, .fixed: Double(text).map { .number($0) }
    case .text: .text(text)
    case .button: nil
    }
  }

  var largest: Double? {
    switch constraint {
    case .range(let range): range.upperBound
    case .numbers(let numbers): numbers.max()
    case .none, .texts: nil
    }
  }

  /// All numbers, or the ends of the range, in words.
  var choices: [String] {
    switch constraint {
    case .range(let range): ["\(plain(range.lowerBound)) to \(plain(range.upperBound))"]
    case .numbers(let numbers): numbers.sorted().map { plain($0) }
    case .texts(let texts): texts
    case .none: []
    }
  }

  func duplexValue(_ isDuplex: Bool) -> OptionValue? {
    if kind == .flag { return .flag(isDuplex) }
    guard case .texts(let texts) = constraint else { return nil }
    let spellings = isDuplex ? Spellings.duplexValues : Spellings.simplexValues
    return Spellings.choose(spellings, from: texts).map { .text($0) }
  }
}

/// Without ".0" where the number is whole.
func plain(_ number: Double) -> String {
  if let whole = Int(exactly: number) { return "\(whole)" }
  return "\((number * 100).rounded() / 100)"
}
