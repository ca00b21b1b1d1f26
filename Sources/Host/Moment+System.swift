package import Base

extension Moment {
  /// This run of the system, which a restart ends (proc(5)).
  private static let boot =
    (try? Folder.contents(of: "/proc/sys/kernel/random/boot_id")).map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } ?? ""

  /// Now.
  ///
  /// - Parameter earliest: a date before it is not trusted: a board without a clock battery starts in 1970.
  package static func now(datedFrom earliest: WallTime) -> Moment {
    let date = WallTime.now
    return Moment(
      boot: boot, sinceBoot: .nanoseconds(Deadline.now.nanoseconds), wall: date < earliest ? nil : date)
  }
}
