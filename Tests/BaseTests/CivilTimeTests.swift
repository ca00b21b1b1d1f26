import Base
import TestKit
import Testing

@Suite struct CivilTimeTests {
  @Test func `the day the count begins was a Thursday`() {
    let start = CivilTime(seconds: 0, offsetMinutes: 0)
    #expect(start.iso8601 == "1970-01-01T00:00:00Z")
    #expect(start.weekday == .thursday)
  }

  @Test(
    arguments: [
      (0, -90, "1969-12-31T22:30:00-01:30"), (951_782_400, 0, "2000-02-29T00:00:00Z"),
      (4_107_542_399, 0, "2100-02-28T23:59:59Z"), (4_107_542_400, 0, "2100-03-01T00:00:00Z"),
      (1_770_642_309, 330, "2026-02-09T18:35:09+05:30"), (-1, 0, "1969-12-31T23:59:59Z"),
      (Int64.max, 1439, "9999-12-31T23:58:59+23:59"), (.min, -5000, "0000-01-01T00:01:00-23:59"),
    ] as [(Int64, Int, String)])
  func `known moments`(seconds: Int64, offset: Int, text: String) {
    #expect(CivilTime(seconds: seconds, offsetMinutes: offset).iso8601 == text)
  }

  @Test func `Python's calendar agrees on two thousand moments, and reading gives them back`() throws {
    // Steps of about four years and ten months, at offsets that go through all there are.
    let times = (0..<2000).map { step in
      CivilTime(seconds: -62_000_000_000 + Int64(step) * 157_482_311, offsetMinutes: step * 7 % 2879 - 1439)
    }
    let script = """
      import sys, datetime as d
      for line in sys.stdin:
          seconds, minutes = map(int, line.split())
          t = d.datetime(1970, 1, 1, tzinfo=d.timezone.utc) + d.timedelta(seconds=seconds)
          t = t.astimezone(d.timezone(d.timedelta(minutes=minutes)))
          print(t.isoformat(), t.isoweekday() % 7)
      """
    let input = times.map { "\($0.seconds) \($0.offsetMinutes)\n" }.joined()
    let lines = try run(["/usr/bin/python3", "-c", script], input: Array(input.utf8)).text.split(separator: "\n")
    try #require(lines.count == times.count)
    for (time, line) in zip(times, lines) {
      let zone = time.offsetMinutes == 0 ? String(time.iso8601.dropLast()) + "+00:00" : time.iso8601
      #expect("\(zone) \(time.weekday.rawValue)" == line)
      #expect(CivilTime(iso8601: time.iso8601) == time)
    }
  }

  @Test(arguments: [
    ("2026-02-09t14:05:09.123456z", "2026-02-09T14:05:09Z"), ("2026-02-09 14:05:09-00:00", "2026-02-09T14:05:09Z"),
    ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("2024-02-29T00:00:00+14:00", "2024-02-29T00:00:00+14:00"),
  ])
  func `the spellings RFC 3339 allows`(text: String, meaning: String) throws {
    #expect(try #require(CivilTime(iso8601: text)).iso8601 == meaning)
  }

  @Test(arguments: [
    "", "2026-02-09", "2026-02-09T14:05:09", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
    "2026-04-31T00:00:00Z", "2026-02-09T24:00:00Z", "2026-02-09T14:60:09Z", "2026-02-09T14:05:61Z",
    "2026-02-09T14:05:09.Z", "2026-02-09T14:05:09+0100", "2026-02-09T14:05:09+24:00", "2026-02-09T14:05:09Z ",
    "+026-02-09T14:05:09Z", "2026-02-09T14:05:09ZZ", "２026-02-09T14:05:09Z",
  ])
  func `what is no time is refused`(text: String) {
    #expect(CivilTime(iso8601: text) == nil)
  }
}
