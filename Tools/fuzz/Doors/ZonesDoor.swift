import Host

/// A zoneinfo file; what begins otherwise is the rule at the foot of one.
enum ZonesDoor {
  static func enter(_ input: [UInt8]) throws(BrokenPromise) {
    let file = input.starts(with: "TZif".utf8) ? input : wrapped(input)
    guard let rules = TimeZoneRules(parsing: file) else { return }
    // Before, at and after what clocks of boards show, and a day in each half of a year.
    for seconds: Int64 in [-62_167_132_800, -1, 0, 951_782_400, 1_770_000_000, 1_785_000_000, 1 << 31, 253_402_214_399]
    {
      let offset = rules.offset(at: seconds)
      try promise(rules.offset(at: seconds) == offset, "two offsets at \(seconds)")
    }
  }

  /// The smallest file with a rule: no changes, one kind of time.
  private static func wrapped(_ rule: [UInt8]) -> [UInt8] {
    func header(types: UInt8) -> [UInt8] {
      let counts: [UInt8] = [0, 0, 0, 0, types, types]
      return Array("TZif2".utf8) + Array(repeating: 0, count: 15) + counts.flatMap { [0, 0, 0, $0] }
    }
    return header(types: 0) + header(types: 1) + [0, 0, 0, 0, 0, 0] + [0] + [10] + rule + [10]
  }
}
