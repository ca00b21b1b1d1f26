/// Durations as people write them: "30s", "10m", "1h30m", "3d", "250ms", "2w".
package enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Whole numbers, each with its unit, largest unit first; nil for anything else, a number without a unit
  /// too, and for what overflows.
  package static func parse(_ text: String) -> Duration? {
    var rest = Substring(text)
    var total: Int64 = 0
    var before = Int64.max
    while !rest.isEmpty {
      guard let (milliseconds, unit) = term(&rest), unit < before else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(milliseconds)
      if overflow { return nil }
      total = sum
      before = unit
    }
    return before == .max ? nil : .milliseconds(total)
  }

  private static func term(_ rest: inout Substring) -> (milliseconds: Int64, unit: Int64)? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let name = rest.dropFirst(digits.count).prefix { $0.isLetter }
    guard let count = Int64(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
    rest = rest.dropFirst(digits.count + name.count)
    let (product, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
    return overflow ? nil : (product, unit.milliseconds)
  }
}
