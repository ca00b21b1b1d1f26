import Base
import Diagnosis
import Jobs
import ScanSane
import TestKit
import Testing

/// The parent against workers that are not ours: shell scripts that say what they should not.
@Suite struct WorkerRunTests {
  private func scan(_ script: String, limits: CallLimits = CallLimits()) throws -> Scanning {
    let folder = try TemporaryFolder()
    let program = folder.file("worker")
    _ = try run(["sh", "-c", "cat > \(program) && chmod 755 \(program)"], input: Array("#!/bin/sh\n\(script)\n".utf8))
    return try Scanning(
      try .testBackend(), ScanRequest(device: "test:0"), limits: limits, program: program, folder: folder)
  }

  // case: scan-pipe-garbage
  @Test(arguments: [
    ("printf 'garbage' >&4; sleep 60", "report version 103"),
    (#"printf '\001\143\000\000' >&4; sleep 60"#, "report kind 99"),
    (#"printf '\001\001\000\001\143' >&4; sleep 60"#, "call 99"),
    (#"printf '\001\001\000\002\001\001' >&4; sleep 60"#, "1 extra bytes in a report"),
    (#"printf '\001\002\000\001\004' >&4; sleep 60"#, "a truncated report"),
    (#"printf '\001\004\000\002\377\377' >&4; sleep 60"#, "a text of 65535 bytes"),
    (#"printf '\001\002\000\011\004\377\377\377\377\377\377\377\377' >&4; sleep 60"#, "a count of -1"),
    (#"printf '\001\002\000\013\003\177\360\000\000\000\000\000\000\000\000' >&4; sleep 60"#, "an invalid number"),
  ]) func `nonsense ends the worker`(script: String, detail: String) throws {
    let scan = try scan("exec 1>/dev/null\n" + script)
    #expect(scan.result == ScanResult(pages: 0, fault: .driverNonsense(detail: detail)))
  }

  // case: scan-pipe-garbage
  @Test func `an endless stream of garbage is cut off`() throws {
    guard case .driverNonsense = try scan("exec cat /dev/urandom >&4").result.fault else {
      Issue.record("not refused")
      return
    }
  }

  // case: scan-hang-init
  @Test func `half a report is waited for no longer than the watchdog lets`() throws {
    var limits = CallLimits()
    limits.initialise = .seconds(1)
    let scan = try scan(#"printf '\001\001\377' >&4; sleep 60"#, limits: limits)
    #expect(scan.result.fault == .driverHung(during: "sane_init", seconds: 1))
  }

  // case: scan-driver-exit
  @Test func `a worker that ends without a word`() throws {
    let scan = try scan("exit 0")
    #expect(
      scan.result.fault == .driverNonsense(detail: "the driver exited the worker with code 0 in sane_init"))
  }

  @Test func `a program that cannot be started`() throws {
    let scan = try Scanning(
      try .testBackend(), ScanRequest(device: "test:0"), program: "/nonexistent/platen")
    #expect(
      scan.result.fault
        == .driverNonsense(
          detail: "cannot start the scan worker: cannot start /nonexistent/platen: No such file or directory"))
  }

  @Test func `the worker sees what SANE needs of the environment, and no secret`() throws {
    let world = try SaneWorld.testBackend()
    let folder = try TemporaryFolder()
    let program = folder.file("worker")
    _ = try run(
      ["sh", "-c", "cat > \(program) && chmod 755 \(program)"],
      input: Array(
        "#!/bin/sh\n/usr/bin/env -0 > \(folder.file("seen"))\nls /proc/self/fd > \(folder.file("fds"))\n".utf8))
    var environment = world.environment
    for name in ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD", "LD_PRELOAD", "HOME", "TZ", "LC_ALL", "SANE_DEBUG_DLL"] {
      environment[name] = "0"
    }
    let scanner = SaneScanner(program: program, environment: environment, clock: .system)
    _ = try? scanner.devices()
    let seen = try Folder.contents(of: folder.file("seen")).split(separator: 0)
    let names = Set(seen.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self) })
    #expect(
      names.subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == ["SANE_CONFIG_DIR", "TZ", "LC_ALL", "SANE_DEBUG_DLL"])
  }

  @Test func `the verb by hand is refused`() throws {
    #expect(try run([SaneWorld.platen, "scan-worker", "list"]).exitCode == 64)
  }
}
