/// A moment as calendar and clock show it at a fixed distance from UTC (proleptic Gregorian calendar).
///
/// Plain arithmetic: no time zone data, no locale, no leap seconds.
package struct CivilTime: Sendable, Hashable {
  package enum Weekday: Int, Sendable, CaseIterable {
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday
  }

  /// Seconds since 1970 in UTC.
  package let seconds: Int64
  /// How far the clock is ahead of UTC; negative west of Greenwich.
  package let offsetMinutes: Int
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  package let weekday: Weekday

  /// From the second day of year 0 to the last but one of year 9999, so that the year has four digits at any offset.
  private static let representable: ClosedRange<Int64> = -62_167_132_800...253_402_214_399

  /// A clock that shows a time before year 0 or after year 9999, or an offset of a day or more, is taken at the
  /// nearest that can be written.
  package init(seconds: Int64, offsetMinutes: Int) {
    self.seconds = min(max(seconds, Self.representable.lowerBound), Self.representable.upperBound)
    self.offsetMinutes = min(max(offsetMinutes, -1439), 1439)
    let local = Int(self.seconds) + self.offsetMinutes * 60
    let secondOfDay = floorModulo(local, 86_400)
    let dayNumber = (local - secondOfDay) / 86_400
    (year, month, day) = date(ofDay: dayNumber)
    (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
    // Day 0, 1 January 1970, was a Thursday.
    weekday = Weekday(rawValue: floorModulo(dayNumber + 4, 7)) ?? .thursday
  }

  package init(_ time: WallTime, offsetMinutes: Int) {
    self.init(seconds: time.seconds, offsetMinutes: offsetMinutes)
  }

  /// "2026-02-09".
  package var isoDate: String {
    decimal(year, width: 4) + "-" + decimal(month, width: 2) + "-" + decimal(day, width: 2)
  }

  /// Hour, minute and second with two digits each: "14:05:09".
  package func clock(separator: String = ":") -> String {
    [hour, minute, second].map { decimal($0, width: 2) }.joined(separator: separator)
  }

  /// RFC 3339, the form of every time in JSON: "2026-02-09T14:05:09+01:00", "…Z" at offset 0.
  package var iso8601: String { isoDate + "T" + clock() + (offsetMinutes == 0 ? "Z" : zone(separator: ":")) }

  /// Sign, hours and minutes of the offset: "+05:30"; with an empty separator as RFC 5322 writes it.
  package func zone(separator: String) -> String {
    let size = abs(offsetMinutes)
    return (offsetMinutes < 0 ? "-" : "+") + decimal(size / 60, width: 2) + separator + decimal(size % 60, width: 2)
  }
}

extension CivilTime {
  /// Reads RFC 3339: date, "T" (or a space), time, an optional fraction, which is dropped, and an offset or "Z".
  ///
  /// Nil for anything else, and for dates the calendar lacks. A leap second is the first second of the next minute.
  package init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, "Tt ".utf8.contains(bytes[10]), bytes[4] == 0x2D, bytes[7] == 0x2D,
      bytes[13] == 0x3A, bytes[16] == 0x3A,
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      1...12 ~= month, 1...31 ~= day, hour < 24, minute < 60, second <= 60,
      let offset = offset(afterFraction: bytes[19...])
    else { return nil }
    let dayNumber = CivilTime.dayNumber(year, month, day)
    guard date(ofDay: dayNumber) == (year, month, day) else { return nil }
    let local = dayNumber * 86_400 + hour * 3600 + minute * 60 + second
    self.init(seconds: Int64(local - offset * 60), offsetMinutes: offset)
  }

  /// Days from 1 January 1970 to this date.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin in March here, so that the leap day is the last of its year.
    let shiftedYear = month <= 2 ? year - 1 : year
    let shiftedMonth = (month + 9) % 12
    let cycle = (shiftedYear - floorModulo(shiftedYear, 400)) / 400
    let yearOfCycle = floorModulo(shiftedYear, 400)
    let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
    return cycle * daysOfCycle + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - daysBefore1970
  }
}

/// Days in the 400 years after which the calendar repeats.
private let daysOfCycle = 146_097
/// Days from 1 March of year 0 to 1 January 1970.
private let daysBefore1970 = 719_468

/// The inverse of `dayNumber`.
private func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
  let shifted = number + daysBefore1970
  let dayOfCycle = floorModulo(shifted, daysOfCycle)
  // Takes out the leap days so far: one in 4 years, none in 100, one at the very end of the 400.
  let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
  let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
  let shiftedMonth = (5 * dayOfYear + 2) / 153
  let month = (shiftedMonth + 2) % 12 + 1
  let year = (shifted - dayOfCycle) / daysOfCycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
  return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
}

private func floorModulo(_ number: Int, _ modulus: Int) -> Int {
  let rest = number % modulus
  return rest < 0 ? rest + modulus : rest
}

/// Decimal digits only; nil when empty or anything else is in it.
private func number(_ digits: ArraySlice<UInt8>) -> Int? {
  guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
  return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
}

/// Minutes of "Z", "+hh:mm" or "-hh:mm", after an optional ".digits".
private func offset(afterFraction bytes: ArraySlice<UInt8>) -> Int? {
  var rest = bytes
  if rest.first == 0x2E {
    rest = rest.dropFirst()
    guard let digit = rest.first, 0x30...0x39 ~= digit else { return nil }
    rest = rest.drop { 0x30...0x39 ~= $0 }
  }
  let zone = Array(rest)
  if zone == [0x5A] || zone == [0x7A] { return 0 }
  guard zone.count == 6, zone[0] == 0x2B || zone[0] == 0x2D, zone[3] == 0x3A,
    let hours = number(zone[1..<3]), let minutes = number(zone[4..<6]), hours < 24, minutes < 60
  else { return nil }
  return (hours * 60 + minutes) * (zone[0] == 0x2D ? -1 : 1)
}

/// A number that is not negative, with zeros before it up to `width` digits.
package func decimal(_ number: Int, width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
