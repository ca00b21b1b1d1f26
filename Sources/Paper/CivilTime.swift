import Base

/// A moment as a calendar and a clock on the wall show it.
struct CivilTime {
  let year: Int
  let month: Int
  let day: Int
  let hour: Int
  let minute: Int
  let second: Int
  let offsetMinutes: Int

  init(_ time: WallTime, offsetMinutes: Int) {
    self.offsetMinutes = min(max(offsetMinutes, -23 * 60 - 59), 23 * 60 + 59)
    // Years of four digits: what is outside is a broken clock.
    let local = min(max(time.seconds, 0), 253_402_214_400) + Int64(self.offsetMinutes * 60)
    let days = Int(local.dividingFloor(by: 86_400))
    let seconds = Int(local - Int64(days) * 86_400)
    (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    // Counted from 1 March of year 0, in eras of 400 years, so that leap days come last.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  private var sign: String { offsetMinutes < 0 ? "-" : "+" }
  private var offset: (hours: String, minutes: String) {
    (padded(abs(offsetMinutes) / 60, 2), padded(abs(offsetMinutes) % 60, 2))
  }

  /// As the information dictionary has it (PDF 1.7, 7.9.4).
  var forPDF: String {
    "D:" + padded(year, 4) + [month, day, hour, minute, second].map { padded($0, 2) }.joined()
      + sign + offset.hours + "'" + offset.minutes + "'"
  }

  /// As XMP has it (ISO 8601).
  var forXMP: String {
    padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + [hour, minute, second].map { padded($0, 2) }.joined(separator: ":")
      + sign + offset.hours + ":" + offset.minutes
  }
}

extension Int64 {
  fileprivate func dividingFloor(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
