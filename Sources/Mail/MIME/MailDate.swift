package import Base

extension CivilTime {
  /// For Date (RFC 5322 section 3.3): "Mon, 09 Feb 2026 14:05:09 +0100", in English under any locale.
  package var mailDate: String {
    let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let date = "\(decimal(day, width: 2)) \(months[month - 1]) \(decimal(year, width: 4))"
    return "\(weekdays[weekday.rawValue]), \(date) \(clock()) \(zone(separator: ""))"
  }
}
