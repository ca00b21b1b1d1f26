import Base
import Glibc
import Host
import TestKit
import Testing

@Suite struct LocalTimeTests {
  @Test(
    arguments: [
      ("Europe/Brussels", 1_768_478_400, 60), ("Europe/Brussels", 1_784_116_800, 120),
      // The last second before summer time, and its first: 2026-03-29 01:00 UTC.
      ("Europe/Brussels", 1_774_745_999, 60), ("Europe/Brussels", 1_774_746_000, 120),
      // Irish law makes winter the exception.
      ("Europe/Dublin", 1_768_478_400, 0), ("Europe/Dublin", 1_784_116_800, 60),
      ("Asia/Kolkata", 1_784_116_800, 330), ("Asia/Kathmandu", 1_784_116_800, 345),
      ("America/St_Johns", 1_768_478_400, -210), ("America/St_Johns", 1_784_116_800, -150),
      // Half an hour of summer time.
      ("Australia/Lord_Howe", 1_768_478_400, 660), ("Australia/Lord_Howe", 1_784_116_800, 630),
      ("UTC", 1_784_116_800, 0), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_784_116_800, 120), ("EST5EDT4", 1_784_116_800, -240),
      (":Asia/Tokyo", 1_784_116_800, 540), ("/usr/share/zoneinfo/Asia/Tokyo", 1_784_116_800, 540),
    ] as [(String, Int64, Int)])
  func `known offsets`(zone: String, seconds: Int64, minutes: Int) {
    #expect(LocalTime.offsetMinutes(at: seconds, zone: zone) == minutes)
    #expect(LocalTime.isKnown(zone: zone))
  }

  @Test(arguments: [
    "", "Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "Europe", "CET-1CEST,M13.5.0,M10.5.0", "X1",
  ])
  func `a zone without data is UTC`(zone: String) {
    #expect(LocalTime.offsetMinutes(at: 1_784_116_800, zone: zone) == 0)
    #expect(!LocalTime.isKnown(zone: zone))
  }

  /// Every zone of the system from 1970 to 2099, about once a month at an odd hour, as Python reads it.
  @Test func `every zone is what python's zoneinfo makes of it`() throws {
    let script = """
      import zoneinfo, datetime
      for zone in sorted(zoneinfo.available_timezones() - {"localtime", "posixrules", "Factory"}):
          info = zoneinfo.ZoneInfo(zone)
          offsets = []
          for seconds in range(0, 4102444800, 2597003):
              moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).astimezone(info)
              offsets.append(str(int(moment.utcoffset().total_seconds() / 60)))
          print(zone, ",".join(offsets))
      """
    let judged = try run(["/usr/bin/python3", "-c", script], environment: ["PYTHONTZPATH": "/usr/share/zoneinfo"])
    try #require(judged.exitCode == 0, "\(judged.errors)")
    let lines = judged.text.split(separator: "\n")
    #expect(lines.count > 400)
    for line in lines {
      let parts = line.split(separator: " ")
      let expected = parts[1].split(separator: ",").compactMap { Int($0) }
      let rules = try #require(TimeZoneRules(parsing: Folder.contents(of: "/usr/share/zoneinfo/\(parts[0])")))
      let ours = expected.indices.map { rules.offset(at: Int64($0) * 2_597_003) / 60 }
      #expect(ours == expected, "\(parts[0])")
    }
  }

  @Test func `a slim file, which leans on its rule, says the same as a fat one`() throws {
    let folder = try TemporaryFolder()
    let source = try folder.write(
      """
      Rule E 1981 max - Mar lastSun 1:00u 1:00 S
      Rule E 1981 max - Oct lastSun 1:00u 0 -
      Zone Test/Slim 0:17:30 - LMT 1892
            1:00 - CET 1983
            1:00 E CET/CEST

      """, to: "source")
    for form in ["slim", "fat"] {
      let made = try run(["/usr/sbin/zic", "-b", form, "-d", folder.file(form), source])
      try #require(made.exitCode == 0, "\(made.errors)")
    }
    for seconds in stride(from: Int64(-3_000_000_000), to: 6_000_000_000, by: 10_000_019) {
      #expect(
        LocalTime.offsetMinutes(at: seconds, zone: folder.file("slim/Test/Slim"))
          == LocalTime.offsetMinutes(at: seconds, zone: folder.file("fat/Test/Slim")), "\(seconds)")
    }
    #expect(LocalTime.offsetMinutes(at: -3_000_000_000, zone: folder.file("slim/Test/Slim")) == 17)
  }

  @Test func `a file that is cut anywhere is no zone, and no crash`() throws {
    let whole = try Folder.contents(of: "/usr/share/zoneinfo/Europe/Dublin")
    for count in 0..<(whole.count - 40) {
      #expect(TimeZoneRules(parsing: Array(whole.prefix(count))) == nil, "\(count) of \(whole.count)")
    }
    for index in 0..<whole.count {
      var changed = whole
      changed[index] = ~changed[index]
      _ = TimeZoneRules(parsing: changed)?.offset(at: 4_000_000_000)
    }
  }

  @Test func `without a zone TZ counts`() async {
    await #expect(processExitsWith: .success) {
      unsafe setenv("TZ", "Asia/Kolkata", 1)
      #expect(LocalTime.offsetMinutes(at: 1_784_116_800, zone: nil) == 330)
      unsafe setenv("TZ", "", 1)
      #expect(LocalTime.offsetMinutes(at: 1_784_116_800, zone: nil) == 0)
    }
  }
}
