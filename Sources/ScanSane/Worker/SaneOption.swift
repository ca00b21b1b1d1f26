import CSANE

enum OptionValue: Equatable {
  case flag(Bool)
  /// SANE's whole and fixed-point numbers alike.
  case number(Double)
  case text(String)
}

/// An option of a scanner as a value.
struct SaneOption: Equatable {
  enum Kind: Equatable { case flag, whole, fixed, text, button }

  enum Unit: Equatable { case none, pixel, millimetre, dotsPerInch, other }

  enum Constraint: Equatable {
    case none
    case range(ClosedRange<Double>)
    case numbers([Double])
    case texts([String])
  }

  var index: Int32
  var name: String
  var kind: Kind
  var unit: Unit
  var constraint: Constraint
  var isActive: Bool
  /// The program may set it.
  var isSettable: Bool
  /// The scanner's own buttons and sensors.
  var isSensor: Bool
  /// Bytes of the value.
  var size: Int

  /// Longer than any text of a driver.
  private static let mostBytes = 1 << 16
}

extension SaneOption {
  /// nil for a group, and for an option without a name.
  init?(index: Int32, _ descriptor: SANE_Option_Descriptor) {
    name = unsafe ScanSane.text(descriptor.name)
    guard !name.isEmpty, let kind = unsafe Self.kind(descriptor.type) else { return nil }
    self.index = index
    self.kind = kind
    unit = unsafe Self.unit(descriptor.unit)
    unsafe constraint = Self.constraint(descriptor, isFixed: kind == .fixed)
    let abilities = unsafe descriptor.cap
    isActive = abilities & SANE_CAP_INACTIVE == 0
    isSettable = abilities & SANE_CAP_SOFT_SELECT != 0
    isSensor = abilities & SANE_CAP_HARD_SELECT != 0 && abilities & SANE_CAP_SOFT_DETECT != 0
    size = unsafe min(max(Int(descriptor.size), MemoryLayout<SANE_Word>.size), Self.mostBytes)
  }

  private static func kind(_ type: SANE_Value_Type) -> Kind? {
    switch type {
    case SANE_TYPE_BOOL: .flag
    case SANE_TYPE_INT: .whole
    case SANE_TYPE_FIXED: .fixed
    case SANE_TYPE_STRING: .text
    case SANE_TYPE_BUTTON: .button
    default: nil
    }
  }

  private static func unit(_ unit: SANE_Unit) -> Unit {
    switch unit {
    case SANE_UNIT_NONE: .none
    case SANE_UNIT_PIXEL: .pixel
    case SANE_UNIT_MM: .millimetre
    case SANE_UNIT_DPI: .dotsPerInch
    default: .other
    }
  }

  private static func constraint(_ descriptor: SANE_Option_Descriptor, isFixed: Bool) -> Constraint {
    switch unsafe descriptor.constraint_type {
    case SANE_CONSTRAINT_RANGE:
      guard let range = unsafe descriptor.constraint.range?.pointee else { return .none }
      let (low, high) = (number(range.min, isFixed), number(range.max, isFixed))
      return .range(min(low, high)...max(low, high))
    case SANE_CONSTRAINT_WORD_LIST:
      guard let words = unsafe descriptor.constraint.word_list else { return .none }
      let count = unsafe max(0, Int(words[0]))
      return .numbers(count == 0 ? [] : (1...count).map { unsafe number(words[$0], isFixed) })
    case SANE_CONSTRAINT_STRING_LIST:
      guard var next = unsafe descriptor.constraint.string_list else { return .none }
      var texts: [String] = []
      while let entry = unsafe next.pointee {
        texts.append(unsafe ScanSane.text(entry))
        unsafe next += 1
      }
      return .texts(texts)
    default: return .none
    }
  }

  // MARK: Values

  private static func number(_ word: SANE_Word, _ isFixed: Bool) -> Double {
    isFixed ? Double(word) / 65536 : Double(word)
  }

  /// The first word, or the text, of what the driver gave.
  func decode(_ bytes: [UInt8]) -> OptionValue {
    if kind == .text { return .text(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)) }
    let word = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: SANE_Word.self) }
    return kind == .flag ? .flag(word != 0) : .number(Self.number(word, kind == .fixed))
  }

  /// As many bytes as the driver expects: an array has its value in each place.
  func encode(_ value: OptionValue) -> [UInt8] {
    switch value {
    case .text(let text):
      let utf8 = Array(text.utf8) + [0]
      return utf8 + [UInt8](repeating: 0, count: max(0, size - utf8.count))
    case .flag(let flag): return words(flag ? 1 : 0)
    case .number(let number): return words(word(number))
    }
  }

  private func word(_ number: Double) -> SANE_Word {
    let scaled = (kind == .fixed ? number * 65536 : number).rounded()
    return SANE_Word(min(max(scaled, Double(SANE_Word.min)), Double(SANE_Word.max)))
  }

  private func words(_ word: SANE_Word) -> [UInt8] {
    let bytes = unsafe withUnsafeBytes(of: word) { unsafe Array($0) }
    return Array((0..<max(1, size / bytes.count)).map { _ in bytes }.joined())
  }
}
