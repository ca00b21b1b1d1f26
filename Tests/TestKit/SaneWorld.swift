package import Base
import Glibc

/// A SANE of one's own: a configuration folder, and with it the scanners that there are.
package final class SaneWorld: Sendable {
  private let folder: TemporaryFolder
  /// What a program needs to see these scanners.
  package let environment: [String: String]

  private let dpi: Int

  /// What has to stay while these scanners are in use.
  private let server: (any Sendable)?

  private init(
    _ folder: TemporaryFolder, libraries: String?, dpi: Int = 300, server: (any Sendable)? = nil
  ) {
    self.folder = folder
    self.server = server
    self.dpi = dpi
    var environment = ["SANE_CONFIG_DIR": folder.path]
    environment["LD_LIBRARY_PATH"] = libraries
    self.environment = environment
  }

  /// SANE's `test` backend, large enough for A4: scanners test:0 and test:1.
  ///
  /// - Parameter settings: lines of test.conf that replace those of the same first word.
  package static func testBackend(_ settings: String...) throws(SystemError) -> SaneWorld {
    try testBackend(settings)
  }

  package static func testBackend(_ settings: [String]) throws(SystemError) -> SaneWorld {
    let folder = try TemporaryFolder()
    try folder.write("test\n", to: "dll.conf")
    let ours = ["geometry_max 300.0"] + settings
    let replaced = Set(ours.map { firstWord($0) })
    let standard = String(decoding: try Folder.contents(of: "/etc/sane.d/test.conf"), as: UTF8.self)
    let kept = standard.split(separator: "\n").map(String.init).filter { !replaced.contains(firstWord($0)) }
    try folder.write((kept + ours).joined(separator: "\n") + "\n", to: "test.conf")
    return SaneWorld(folder, libraries: nil)
  }

  /// The replay scanner replay:front, which scans the pages of `pages`.
  ///
  /// - Parameters:
  ///   - script: its faults; see Tools/replay-scanner/README.md.
  ///   - dpi: the resolution of the pages.
  package static func replay(pages: String, script: String = "", dpi: Int = 75) throws(SystemError) -> SaneWorld {
    let folder = try TemporaryFolder()
    try folder.write("replay\n", to: "dll.conf")
    try folder.write("device front \(pages) \(folder.file("script"))\n", to: "replay.conf")
    let world = SaneWorld(folder, libraries: try replayBackend(), dpi: dpi)
    try world.rewrite(script: script)
    return world
  }

  /// The scanners of another world through SANE's network backend: "net:ADDRESS:test:0".
  package static func network(_ daemon: SaneDaemon) throws(SystemError) -> SaneWorld {
    let folder = try TemporaryFolder()
    try folder.write("net\n", to: "dll.conf")
    try folder.write("connect_timeout = 5\n\(daemon.address)\n", to: "net.conf")
    return SaneWorld(folder, libraries: nil, server: daemon)
  }

  /// The scanner "airscan:e0:Copier", by sane-airscan from an eSCL scanner; nothing is looked for on the network.
  package static func airscan(_ scanner: ESCLScanner) throws(SystemError) -> SaneWorld {
    let folder = try TemporaryFolder()
    try folder.write("airscan\n", to: "dll.conf")
    try folder.write(
      "[devices]\n\"Copier\" = \(scanner.url), eSCL\n[options]\ndiscovery = disable\nws-discovery = off\n",
      to: "airscan.conf")
    // Of the unpacked package where there is one; else the installed one is found without.
    let libraries = unpackedPackages + "/usr/lib"
    let triplet = (try? Folder.names(in: libraries))?.first { $0.hasSuffix("-linux-gnu") }
    return SaneWorld(folder, libraries: triplet.map { "\(libraries)/\($0)/sane" }, server: scanner)
  }

  /// Has these scanners served to the network as saned serves them, to anyone who can connect.
  func allowEveryone() throws(SystemError) { try folder.write("+\n", to: "saned.conf") }

  /// Changes the faults, from the next SANE call on.
  package func rewrite(script: String) throws(SystemError) {
    try folder.write("pages-dpi \(dpi)\n\(script)\n", to: "script")
  }

  private static func firstWord(_ line: String) -> String {
    line.split(separator: " ").first.map(String.init) ?? ""
  }

  // MARK: What is made once

  /// The folder of the built programs, and with them the tests.
  package static var products: String {
    var path = [CChar](repeating: 0, count: 4096)
    let length = unsafe readlink("/proc/self/exe", &path, path.count)
    let whole = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return Folder.parent(of: whole) ?? "."
  }

  /// The program under test.
  package static var platen: String { products + "/platen" }

  private static var tools: String {
    let here = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/" + here + "/Tools/replay-scanner"
  }

  private static let made = Locked<Set<String>>([])

  /// Runs `make` with a folder below the products, once a process.
  private static func once(
    _ name: String, _ make: (String) throws(SystemError) -> Void
  ) throws(SystemError) -> String {
    let folder = products + "/replay/" + name
    try made.withLock { (made) throws(SystemError) in
      if made.contains(name) { return }
      try make(folder)
      made.insert(name)
    }
    return folder
  }

  private static func replayBackend() throws(SystemError) -> String {
    try once("lib") { (folder) throws(SystemError) in
      try Folder.make(folder)
      try must(tools + "/build", folder)
    }
  }

  /// A folder of `count` A4 pages that Ghostscript drew, each with its number.
  ///
  /// - Parameter mode: color, gray or lineart.
  package static func pages(_ count: Int, mode: String = "color", dpi: Int = 75) throws(SystemError) -> String {
    try once("\(mode)-\(dpi)-\(count)") { (folder) throws(SystemError) in
      try Folder.make(folder)
      try must(tools + "/make-pages", folder, "\(count)", mode, "\(dpi)")
    }
  }

  /// The same pages as JPEG files, as a network scanner sends them.
  package static func jpegPages(_ count: Int, mode: String = "color", dpi: Int = 75) throws -> [[UInt8]] {
    let folder = try pages(count, mode: mode, dpi: dpi)
    return try Folder.names(in: folder).sorted().filter { !$0.hasSuffix(".ps") }.map { name in
      try run(["cjpeg", "-quality", "90", folder + "/" + name]).output
    }
  }

  private static func must(_ command: String...) throws(SystemError) {
    let result = try run(command)
    guard result.exitCode == 0 else { throw SystemError("run", command[0] + ": " + result.errors, code: ENOEXEC) }
  }
}
