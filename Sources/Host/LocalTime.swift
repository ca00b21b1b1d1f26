import Base
import Glibc

/// Local time by the system's zoneinfo, which is read at each call: a zone may be set while we run.
package enum LocalTime {
  /// How far local time is ahead of UTC at a time, in minutes.
  ///
  /// - Parameters:
  ///   - seconds: since 1970.
  ///   - zone: a name such as `Europe/Brussels`, or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil for the
  ///     system's own, which is what TZ says, or else /etc/localtime.
  /// - Returns: 0 where the system has no data for the zone.
  package static func offsetMinutes(at seconds: Int64, zone: String?) -> Int {
    (offset(at: seconds, zone: zone ?? systemZone) ?? 0) / 60
  }

  /// Whether the system has data for a zone, or it is a rule that says all.
  package static func isKnown(zone: String) -> Bool { offset(at: 0, zone: zone) != nil }

  private static var systemZone: String {
    guard let zone = unsafe getenv("TZ") else { return "/etc/localtime" }
    return unsafe String(cString: zone)
  }

  private static func offset(at seconds: Int64, zone: String) -> Int? {
    let name = zone.hasPrefix(":") ? String(zone.dropFirst()) : zone
    let rules = file(for: name).flatMap { try? Folder.contents(of: $0) }.flatMap { TimeZoneRules(parsing: $0) }
    if let rules { return rules.offset(at: seconds) }
    return DaylightRule(parsing: name)?.offset(at: seconds)
  }

  /// Where a zone's data is, or nil for a name that leads elsewhere.
  private static func file(for name: String) -> String? {
    if name.isEmpty || name.split(separator: "/").contains("..") { return nil }
    return name.hasPrefix("/") ? name : "/usr/share/zoneinfo/" + name
  }
}
