import Glibc

/// Seconds since 1970 by the system's clock, as certificates and tokens count.
func secondsSince1970() -> Int { time(nil) }

/// Milliseconds of a clock that nobody sets, as limits and rates count.
func steadyMilliseconds() -> Int {
  var now = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &now)
  return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
}

/// The time in UTC, written as `strftime` says.
func formatted(_ format: String, _ seconds: Int = secondsSince1970()) -> String {
  var seconds = seconds
  var parts = unsafe tm()
  unsafe gmtime_r(&seconds, &parts)
  var text = [CChar](repeating: 0, count: 128)
  let count = unsafe strftime(&text, text.count, format, &parts)
  return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
}

func rfc3339() -> String { formatted("%Y-%m-%dT%H:%M:%SZ") }
