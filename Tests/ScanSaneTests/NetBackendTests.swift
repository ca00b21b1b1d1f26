import Base
import Diagnosis
import Jobs
import Raster
import ScanSane
import TestKit
import Testing

/// Scanners of another machine: SANE's network backend against the real saned.
@Suite struct NetBackendTests {
  private func request(_ daemon: SaneDaemon, _ name: String, mode: PixelFormat = .gray) -> ScanRequest {
    ScanRequest(device: "net:\(daemon.address):\(name)", source: .adf, mode: mode, resolution: 75)
  }

  /// Ten pages by name "replay:front", and the daemon that serves them.
  private func served(script: String) throws -> (SaneWorld, SaneDaemon) {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(10), script: script)
    return (world, try SaneDaemon(world))
  }

  /// Scans, and has `act` happen as soon as a row of page 3 is here.
  private func scan(_ daemon: SaneDaemon, limits: CallLimits = CallLimits(), act: @escaping () -> Void = {}) throws
    -> Scanning
  {
    let world = try SaneWorld.network(daemon)
    return try Scanning(
      world, request(daemon, "replay:front", mode: .color), limits: limits,
      interruptWhen: { step in
        if case .rows(3, let done, _, _) = step, done > 0 { act() }
        return false
      })
  }

  /// Slow enough for something to happen within it; saned reads ahead of what it is asked for.
  private static let slowThirdPage = "page 3 read delay 50\npage 3 chunk 600"

  // case: scan-net-saned-pages
  @Test func `ten pages from saned are those of the scanner itself`() throws {
    let (world, daemon) = try served(script: "")
    let near = try Scanning(
      world, ScanRequest(device: "replay:front", source: .adf, mode: .color, resolution: 75))
    let far = try scan(daemon)
    #expect(far.result == ScanResult(pages: 10, fault: nil))
    #expect(try near.images().map { try Folder.contents(of: $0) } == far.images().map { try Folder.contents(of: $0) })
  }

  // case: scan-net-saned-listed
  @Test func `scanners of saned are listed with what they can`() throws {
    let daemon = try SaneDaemon(.testBackend())
    let world = try SaneWorld.network(daemon)
    let devices = try SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system).devices()
    #expect(devices.map(\.name) == ["net:\(daemon.address):test:0", "net:\(daemon.address):test:1"])
    #expect(devices.first?.sources == [.flatbed, .adf])
    #expect(devices.first?.problem == nil)
  }

  /// saned reads ahead, and a driver whose frame is over tells of the next: there must be time to ask.
  private static let slowly = "\nread-delay true\nread-delay-duration 50000"

  // case: scan-net-saned-odd
  @Test(arguments: [
    "hand-scanner true", "ppl-loss 17", "read-limit true\nread-limit-size 511",
    "non-blocking true\nselect-fd true", "read-delay true\nread-delay-duration 2000", "fuzzy-parameters true" + slowly,
    "three-pass true\nmode Color" + slowly,
  ])
  func `odd scanners give saned the pages they give us`(settings: String) throws {
    let world = try SaneWorld.testBackend("test-picture \"Color pattern\"", settings)
    let daemon = try SaneDaemon(world)
    let limited = ScanRequest(
      device: "test:0", source: .adf, mode: .color, resolution: 50, pageLimit: 2)
    var remote = limited
    remote.device = "net:\(daemon.address):test:0"
    let near = try Scanning(world, limited)
    let far = try Scanning(.network(daemon), remote)
    #expect(far.result == ScanResult(pages: 2, fault: nil))
    #expect(try near.images().map { try Folder.contents(of: $0) } == far.images().map { try Folder.contents(of: $0) })
  }

  // case: scan-net-saned-status
  @Test(arguments: [
    ("JAMMED", ScanFault.jammed), ("COVER_OPEN", .coverOpen), ("IO_ERROR", .inputOutput(call: "sane_read")),
    ("NO_MEM", .outOfMemory),
  ])
  func `a driver's fault comes through saned as it is`(status: String, fault: ScanFault) throws {
    let (_, daemon) = try served(script: Self.slowThirdPage + "\npage 3 read status \(status) after 5")
    #expect(try scan(daemon).result == ScanResult(pages: 2, fault: fault))
  }

  // case: scan-net-saned-killed
  @Test func `saned killed in the middle of page 3 keeps two pages, and the next scan works`() throws {
    let (world, daemon) = try served(script: Self.slowThirdPage)
    var limits = CallLimits()
    limits.busy = .seconds(1)
    let broken = try scan(daemon, limits: limits) { daemon.kill() }
    #expect(broken.result == ScanResult(pages: 2, fault: .inputOutput(call: "sane_read")))
    #expect(try broken.entries().count == 2)

    try world.rewrite(script: "")
    let again = try SaneDaemon(world, at: daemon.address)
    #expect(try scan(again).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-saned-crashed
  @Test(arguments: ["crash 9", "crash 11", "exit 0"])
  func `a driver that takes saned's process along keeps two pages, and the next scan works`(end: String) throws {
    let (world, daemon) = try served(script: Self.slowThirdPage + "\npage 3 read \(end) after 5")
    var limits = CallLimits()
    limits.busy = .seconds(1)
    let broken = try scan(daemon, limits: limits)
    #expect(broken.result == ScanResult(pages: 2, fault: .inputOutput(call: "sane_read")))

    try world.rewrite(script: "")
    #expect(try scan(daemon).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-saned-crashed-between
  @Test func `saned's process gone between two pages shows at once`() throws {
    let (world, daemon) = try served(script: "page 3 start crash 9")
    let broken = try scan(daemon)
    #expect(broken.result.pages == 2)
    // SANE 1.2.1's network backend looks at an answer that did not come, and mostly crashes; scanimage goes with it.
    let faults: [ScanFault] = [
      .inputOutput(call: "sane_start"), .driverCrashed(signal: 11, during: "sane_start"),
      .driverCrashed(signal: 6, during: "sane_start"),
    ]
    let fault = try #require(broken.result.fault)
    #expect(faults.contains(fault), "\(fault)")
    #expect(broken.duration < .seconds(10))

    try world.rewrite(script: "")
    #expect(try scan(daemon).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-saned-silent
  @Test func `a saned that falls silent in the middle of page 3 is given up, and two pages are kept`() throws {
    let (world, daemon) = try served(script: Self.slowThirdPage)
    var limits = CallLimits()
    limits.readStall = .seconds(1)
    let broken = try scan(daemon, limits: limits) { daemon.freeze() }
    #expect(broken.result == ScanResult(pages: 2, fault: .driverHung(during: "sane_read", seconds: 1)))
    daemon.kill()

    try world.rewrite(script: "")
    let again = try SaneDaemon(world, at: daemon.address)
    #expect(try scan(again).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-saned-cancelled
  @Test func `a request to stop reaches a scanner behind saned`() throws {
    let (world, daemon) = try served(script: Self.slowThirdPage)
    let stopped = try Scanning(
      .network(daemon), request(daemon, "replay:front", mode: .color),
      interruptWhen: { if case .rows(3, _, _, _) = $0 { true } else { false } })
    #expect(stopped.result == ScanResult(pages: 2, fault: .cancelled))
    #expect(stopped.duration < .seconds(2))

    try world.rewrite(script: "")
    #expect(try scan(daemon).result == ScanResult(pages: 10, fault: nil))
  }

  // case: scan-net-saned-absent
  @Test func `a saned that is not there, or has no such scanner`() throws {
    let daemon = try SaneDaemon(.testBackend())
    let world = try SaneWorld.network(daemon)
    let other = request(daemon, "test:7")
    #expect(try Scanning(world, other).result == ScanResult(pages: 0, fault: .notFound(device: other.device)))
    daemon.kill()
    let gone = try Scanning(world, request(daemon, "test:0"))
    #expect(gone.result == ScanResult(pages: 0, fault: .inputOutput(call: "sane_open")))
  }
}
