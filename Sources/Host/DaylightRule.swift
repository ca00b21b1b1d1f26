/// The rule for a year's changes as the TZ variable and the foot of a zoneinfo file write it
/// (POSIX.1 chapter 8.3; RFC 8536 section 3.3.1 for hours beyond 24).
struct DaylightRule: Sendable, Equatable {
  /// A day of the year, and a time on it in the seconds since its local midnight.
  private struct YearlyMoment: Equatable {
    enum Day: Equatable {
      /// 1 to 365; 29 February is not counted.
      case julian(Int)
      /// 0 to 365, 29 February included.
      case ordinal(Int)
      /// Weekday (0 is Sunday) of a week (5 is the last) of a month.
      case weekday(month: Int, week: Int, day: Int)
    }

    let day: Day
    let time: Int
  }

  private struct Daylight: Equatable {
    let offset: Int
    let start: YearlyMoment
    let end: YearlyMoment
  }

  private let standardOffset: Int
  private let daylight: Daylight?

  /// - Parameter text: such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil when it is not of that form.
  init?(parsing text: String) {
    var reader = RuleReader(text: text)
    guard reader.name(), let west = reader.time() else { return nil }
    standardOffset = -west
    if reader.isAtEnd {
      daylight = nil
      return
    }
    guard reader.name() else { return nil }
    let daylightOffset = reader.isAt(",") || reader.isAtEnd ? standardOffset + 3600 : reader.time().map { -$0 }
    // Without a rule POSIX leaves it to the system; they all take the United States'.
    if reader.isAtEnd { reader = RuleReader(text: ",M3.2.0,M11.1.0") }
    guard let daylightOffset, let start = DaylightRule.moment(&reader), let end = DaylightRule.moment(&reader),
      reader.isAtEnd
    else { return nil }
    daylight = Daylight(offset: daylightOffset, start: start, end: end)
  }

  /// The offset from UTC at a time (seconds since 1970), in seconds, east positive.
  func offset(at seconds: Int64) -> Int {
    guard let daylight else { return standardOffset }
    let year = CivilYear(containing: seconds + Int64(standardOffset))
    let start = DaylightRule.seconds(of: daylight.start, in: year) - Int64(standardOffset)
    let end = DaylightRule.seconds(of: daylight.end, in: year) - Int64(daylight.offset)
    // South of the equator, and where winter is the exception, the year begins inside the period.
    let isDaylight = start < end ? start <= seconds && seconds < end : !(end <= seconds && seconds < start)
    return isDaylight ? daylight.offset : standardOffset
  }

  private static func moment(_ reader: inout RuleReader) -> YearlyMoment? {
    guard reader.skip(","), let day = day(&reader) else { return nil }
    // Two in the morning unless it says otherwise.
    guard reader.skip("/") else { return YearlyMoment(day: day, time: 7200) }
    return reader.time().map { YearlyMoment(day: day, time: $0) }
  }

  private static func day(_ reader: inout RuleReader) -> YearlyMoment.Day? {
    if reader.skip("J") { return reader.number(1...365).map { .julian($0) } }
    guard reader.skip("M") else { return reader.number(0...365).map { .ordinal($0) } }
    guard let month = reader.number(1...12), reader.skip("."), let week = reader.number(1...5), reader.skip("."),
      let day = reader.number(0...6)
    else { return nil }
    return .weekday(month: month, week: week, day: day)
  }

  private static func seconds(of moment: YearlyMoment, in year: CivilYear) -> Int64 {
    (year.firstDay + Int64(dayOfYear(moment.day, in: year))) * 86400 + Int64(moment.time)
  }

  private static func dayOfYear(_ day: YearlyMoment.Day, in year: CivilYear) -> Int {
    switch day {
    case .julian(let number): number - 1 + (year.isLeap && number >= 60 ? 1 : 0)
    case .ordinal(let number): number
    case .weekday(let month, let week, let day):
      year.day(week: week, weekday: day, month: month)
    }
  }
}

/// A year of the Gregorian calendar as days.
private struct CivilYear {
  /// The days from 1970-01-01 to the year's first.
  let firstDay: Int64
  let isLeap: Bool

  /// - Parameter seconds: local, since 1970-01-01 00:00.
  init(containing seconds: Int64) {
    let days = CivilYear.floor(seconds, 86400)
    // 146097 days are 400 years; the guess is at most one year off.
    var year = 1970 + CivilYear.floor(days * 400, 146097)
    while CivilYear.firstDay(of: year) > days { year -= 1 }
    while CivilYear.firstDay(of: year + 1) <= days { year += 1 }
    firstDay = CivilYear.firstDay(of: year)
    isLeap = CivilYear.firstDay(of: year + 1) - firstDay == 366
  }

  /// The day of the year, from 0, of a weekday's first to fifth (or last) coming in a month.
  func day(week: Int, weekday: Int, month: Int) -> Int {
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    let monthStart = lengths.prefix(month - 1).reduce(0, +)
    // 1970-01-01 was a Thursday.
    let startsOn = Int((firstDay + Int64(monthStart) + 4) % 7 + 7) % 7
    let first = (weekday - startsOn + 7) % 7
    let day = first + (week - 1) * 7
    return monthStart + (day < lengths[month - 1] ? day : day - 7)
  }

  private static func firstDay(of year: Int64) -> Int64 {
    let past = year - 1
    return past * 365 + floor(past, 4) - floor(past, 100) + floor(past, 400) - 719162
  }

  private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    number / divisor - (number % divisor < 0 ? 1 : 0)
  }
}

private struct RuleReader {
  private var rest: Substring.UTF8View

  init(text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  func isAt(_ character: Unicode.Scalar) -> Bool { rest.first == UInt8(ascii: character) }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard isAt(character) else { return false }
    rest.removeFirst()
    return true
  }

  /// The name of an offset: letters, or anything between angle brackets.
  mutating func name() -> Bool {
    if skip("<") {
      rest = rest[(rest.firstIndex(of: UInt8(ascii: ">")) ?? rest.endIndex)...]
      return skip(">")
    }
    let name = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
    rest = rest.dropFirst(name.count)
    return name.count >= 3
  }

  /// `[+-]h[:m[:s]]` in seconds; hours go up to 167.
  mutating func time() -> Int? {
    let sign = skip("-") ? -1 : 1
    if sign == 1 { _ = skip("+") }
    guard var total = number(0...167).map({ $0 * 3600 }) else { return nil }
    for unit in [60, 1] where skip(":") {
      guard let part = number(0...59) else { return nil }
      total += part * unit
    }
    return sign * total
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    guard let number = Int(Substring(digits)), range.contains(number) else { return nil }
    return number
  }
}
