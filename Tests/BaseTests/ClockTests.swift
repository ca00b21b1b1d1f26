import Base
import Glibc
import TestKit
import Testing

@Suite struct ClockTests {
  private let clock = Clock.system

  @Test func `a deadline passes and not before`() {
    #expect(clock.hasPassed(clock.now))
    #expect(!clock.hasPassed(clock.after(.seconds(60))))
    #expect(!clock.hasPassed(.never) && clock.hasPassed(.passed))
    #expect(clock.hasPassed(clock.after(.seconds(-1))))
    #expect(clock.left(until: .passed) == .zero && clock.left(until: clock.after(.seconds(60))) <= .seconds(60))
  }

  @Test func `it is the clock that runs on through suspend`() throws {
    let before = clock.now
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    let judged = Deadline(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    #expect(before <= judged && judged <= clock.now)
  }

  @Test func `the wall clock is the system's`() {
    #expect(abs(clock.date.seconds - Int64(time(nil))) <= 1)
    #expect(WallTime(seconds: 1) < WallTime(seconds: 2))
  }

  @Test func `a moment is of this run of the system, and dated from when dates are right`() throws {
    let boot = try Folder.contents(of: "/proc/sys/kernel/random/boot_id")
    let now = clock.moment(datedFrom: WallTime(seconds: 0))
    #expect(now.boot + "\n" == String(decoding: boot, as: UTF8.self) && now.wall != nil)
    #expect(clock.moment(datedFrom: WallTime(seconds: clock.date.seconds + 60)).wall == nil)
  }

  // MARK: Waiting

  @Test func `waiting tells which are ready, and which have ended`() throws {
    let quiet = try Pipe()
    let full = try Pipe()
    let ended = try Pipe().reader.duplicate()
    try full.writer.write("x")
    let numbers = [quiet.reader.number, full.reader.number, ended.number]
    let ready = try clock.wait(for: numbers.map(Awaited.input), until: .never, .never)
    #expect(ready.map { $0 != 0 } == [false, true, true])
    #expect(try clock.wait(for: [.output(quiet.writer.number)], until: .never, .never) == [Int16(POLLOUT)])
    #expect(throws: WaitFault.timedOut) {
      try clock.wait(for: [.input(quiet.reader.number)], until: clock.after(.milliseconds(1)), .never)
    }
  }

  @Test func `who is told to stop does, whatever is ready`() throws {
    let full = try Pipe()
    try full.writer.write("x")
    let stop = try Beacon()
    #expect(clock.wait(for: .input(full.reader.number), stop.signal))
    stop.raise()
    #expect(throws: WaitFault.stopped) {
      try clock.wait(for: [.input(full.reader.number)], until: .never, stop.signal)
    }
    #expect(clock.wait(until: .never, stop.signal) && !clock.wait(for: .input(full.reader.number), stop.signal))
    #expect(!clock.wait(until: .passed, .never))
  }

  // MARK: Simulated

  @Test func `simulated time stands still, and a wait for nothing is over at once`() throws {
    let folder = try TemporaryFolder()
    let time = try SimulatedTime(in: folder)
    let (clock, began) = (time.clock, time.now)
    #expect(time.now == began && clock.date == began.wall)
    #expect(!clock.wait(until: clock.after(.seconds(86_400)), .never))
    #expect(time.now == began.advanced(by: .seconds(86_400)))
    #expect(clock.moment(datedFrom: WallTime(seconds: 0)) == time.now)
    time.now = Moment(boot: "two", sinceBoot: .seconds(5))
    #expect(clock.moment(datedFrom: WallTime(seconds: 1)).wall == nil && clock.now.nanoseconds == 5_000_000_000)
  }

  @Test func `where bytes come it is no later, and where none come it is the deadline`() throws {
    let folder = try TemporaryFolder()
    let time = try SimulatedTime(in: folder)
    let (clock, began) = (time.clock, time.now)
    let pipe = try Pipe()
    let deadline = clock.after(.milliseconds(20))
    #expect(throws: WaitFault.timedOut) {
      try clock.wait(for: [.input(pipe.reader.number)], until: deadline, .never)
    }
    #expect(clock.now == deadline)
    try pipe.writer.write("x")
    #expect(try clock.wait(for: [.input(pipe.reader.number)], until: clock.after(.seconds(60)), .never) != [0])
    #expect(time.now == began.advanced(by: .milliseconds(20)))
  }

  @Test func `minutes that a script lets pass end a wait`() throws {
    let folder = try TemporaryFolder()
    let time = try SimulatedTime(in: folder)
    let (clock, began) = (time.clock, time.now)
    let pipe = try Pipe()
    try Descriptor(opening: time.path, O_WRONLY).write("xxx")
    #expect(throws: WaitFault.timedOut) {
      try clock.wait(for: [.input(pipe.reader.number)], until: clock.after(.seconds(180)), .never)
    }
    #expect(time.now == began.advanced(by: .seconds(180)))
  }
}
