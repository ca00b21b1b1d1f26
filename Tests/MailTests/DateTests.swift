import Base
import Mail
import TestKit
import Testing

@Suite struct DateTests {
  // case: smtp-71
  @Test(
    arguments: [
      (0, 0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_770_642_309, 60, "Mon, 09 Feb 2026 14:05:09 +0100"),
      (1_770_642_309, 330, "Mon, 09 Feb 2026 18:35:09 +0530"), (1_770_642_309, -210, "Mon, 09 Feb 2026 09:35:09 -0330"),
      (0, -1, "Wed, 31 Dec 1969 23:59:00 -0001"),
    ] as [(Int64, Int, String)])
  func `known dates`(seconds: Int64, offset: Int, text: String) {
    #expect(CivilTime(seconds: seconds, offsetMinutes: offset).mailDate == text)
  }

  // case: smtp-71
  @Test func `Python reads three hundred dates as they were meant`() throws {
    var generator = SeededGenerator(state: 71)
    let cases = (0..<300).map { _ in
      let time = CivilTime(
        seconds: .random(in: 0...8_000_000_000, using: &generator),
        offsetMinutes: .random(in: -840...840, using: &generator))
      return [time.mailDate, "\(time.seconds)", "\(time.offsetMinutes)"].map { Array($0.utf8) }
    }
    try MessageJudge.judge(
      cases,
      by: """
        def judge(text, seconds, minutes):
            message = parsed(b"Date: " + text + b"\\r\\n\\r\\n")
            header_defects(message, "date")
            date = message["date"].datetime
            check(date.timestamp() == int(seconds) and date.utcoffset().total_seconds() == int(minutes) * 60, text)
            check(date.strftime("%a").encode() == text[:3], text)
        """)
  }
}
