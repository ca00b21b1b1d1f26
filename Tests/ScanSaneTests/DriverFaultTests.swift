import Base
import Diagnosis
import Jobs
import ScanSane
import TestKit
import Testing

/// Drivers that crash, hang, print or break things: the pages before it stay, the call is named, and the next
/// scan works.
@Suite struct `Drivers that misbehave` {
  /// A fault of two calls is in the dll loader's hands: it loads a driver when the driver is opened.
  static let calls = [
    ("init", "sane_open"), ("open", "sane_open"), ("option", "sane_control_option"), ("start", "sane_start"),
    ("parameters", "sane_get_parameters"), ("read", "sane_read"),
  ]

  private func expectRecovery(_ world: SaneWorld, at location: SourceLocation = #_sourceLocation) throws {
    try world.rewrite(script: "")
    let next = try Scanning(world, replayRequest())
    #expect(next.result == ScanResult(pages: 3, fault: nil), sourceLocation: location)
  }

  // case: scan-crash
  // case: scan-next-works
  @Test(arguments: calls, [6, 11, 9])
  func `a crash in any call is named, and the next scan works`(call: (word: String, name: String), signal: Int32) throws
  {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "\(call.word) crash \(signal)")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 0, fault: .driverCrashed(signal: signal, during: call.name)))
    try expectRecovery(world)
  }

  // case: scan-driver-exit
  @Test(arguments: calls)
  func `a driver that ends the process in any call is named`(call: (word: String, name: String)) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "\(call.word) exit 0")
    let ours = try Scanning(world, replayRequest())
    let detail = "the driver exited the worker with code 0 in \(call.name)"
    #expect(ours.result == ScanResult(pages: 0, fault: .driverNonsense(detail: detail)))
    try expectRecovery(world)
  }

  // case: scan-hang
  // case: scan-next-works
  @Test(arguments: calls)
  func `a hang in any call is named, and the next scan works`(call: (word: String, name: String)) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "\(call.word) hang")
    let ours = try Scanning(world, replayRequest(), limits: impatient(call.name))
    #expect(ours.result == ScanResult(pages: 0, fault: .driverHung(during: call.name, seconds: 1)))
    try expectRecovery(world)
  }

  // case: scan-hang-list
  @Test(arguments: ["list hang", "init hang"]) func `a hang in the search is named`(script: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: script)
    let scanner = SaneScanner(
      program: SaneWorld.platen, environment: world.environment, limits: impatient("sane_get_devices"),
      clock: .system)
    #expect(throws: ScanFault.driverHung(during: "sane_get_devices", seconds: 1)) { try scanner.devices() }
    try world.rewrite(script: "")
    #expect(try scanner.devices().map(\.name) == ["replay:front"])
  }

  // case: scan-hang-end
  // case: scan-crash-end
  @Test(arguments: ["cancel", "close", "exit"], ["hang", "crash 11", "crash 6", "exit 3"])
  func `what goes wrong in the end costs no page`(call: String, action: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "\(call) \(action)")
    let ours = try Scanning(world, replayRequest(), limits: impatient(call))
    #expect(ours.result == ScanResult(pages: 3, fault: nil))
    #expect(ours.duration < .seconds(8))
    try expectRecovery(world)
  }

  // case: scan-crash-keeps-pages
  // case: scan-worker-killed
  @Test(arguments: ["page 3 read crash 11 after 100", "page 3 read crash 9 after 100", "page 3 start crash 6"])
  func `a crash on a page keeps those before it`(script: String) throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: script)
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result.pages == 2)
    guard case .driverCrashed = ours.result.fault else {
      Issue.record("\(String(describing: ours.result.fault))")
      return
    }
    #expect(try decoded(ours).count == 2)
    try expectRecovery(world)
  }

  // case: scan-hang-keeps-pages
  @Test(arguments: [
    ("page 3 start hang", "sane_start"), ("page 3 parameters hang", "sane_get_parameters"),
    ("page 3 read hang after 500", "sane_read"), ("page 3 empty-reads 1000000", "sane_read"),
  ]) func `a hang on a page keeps those before it`(script: String, call: String) throws {
    let ours = try replay(3, script, limits: impatient(call))
    #expect(ours.result == ScanResult(pages: 2, fault: .driverHung(during: call, seconds: 1)))
    #expect(try decoded(ours).count == 2)
  }

  // case: scan-pipe-garbage
  @Test func `garbage of a driver on the report pipe keeps the pages before it`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(3), script: "page 3 read spill 4 after 100")
    let ours = try Scanning(world, replayRequest())
    #expect(ours.result == ScanResult(pages: 2, fault: .driverNonsense(detail: "report version 255")))
    try expectRecovery(world)
  }

  // case: scan-pipe-closed
  @Test(arguments: ["page 3 read shut 4 after 100", "page 3 read shut 4 after 100\npage 3 read hang after 200"])
  func `a driver that closes the report pipe is named`(script: String) throws {
    let ours = try replay(3, script)
    #expect(ours.result.pages == 2)
    guard case .driverNonsense(let detail) = ours.result.fault else {
      Issue.record("\(String(describing: ours.result.fault))")
      return
    }
    #expect(detail.contains("sane_read"))
    #expect(ours.duration < .seconds(8))
  }

  // case: scan-child-left
  @Test func `a child that a driver leaves behind holds no one up`() throws {
    #expect(try replay(2, "start fork").result == ScanResult(pages: 2, fault: nil))
    let crash = try replay(3, "open fork\npage 3 read crash 11 after 100")
    #expect(crash.result == ScanResult(pages: 2, fault: .driverCrashed(signal: 11, during: "sane_read")))
    #expect(crash.duration < .seconds(8))
  }

  // case: scan-prints
  @Test(arguments: ["init", "open", "option", "start", "parameters", "read", "cancel", "close", "exit"])
  func `what a driver prints in any call is in no one's way`(call: String) throws {
    #expect(try replay(2, "\(call) print noise").result == ScanResult(pages: 2, fault: nil))
  }

  // case: scan-driver-refuses-to-load
  @Test func `a driver that cannot begin is as one that is not there`() throws {
    let ours = try replay(1, "init status IO_ERROR")
    #expect(ours.result == ScanResult(pages: 0, fault: .inputOutput(call: "sane_open")))
  }

  // case: scan-false-length
  @Test func `a read that claims more than it was asked for does no harm`() throws {
    let ours = try replay(1, "claim 2000000000")
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices.first?.hasSuffix("too many; cut off") == true)
    let negative = ScanFault.rejected(call: "sane_read", status: "the page ended before its first row")
    #expect(try replay(1, "claim -5").result == ScanResult(pages: 0, fault: negative))
  }
}
