import Base
import Diagnosis
import Glibc
import Jobs
import Paper
import Raster
import ScanSane
import TestKit
import Testing

/// The `test` backend with the options that make it behave as few scanners do, page for page against scanimage.
@Suite struct OddScannerTests {
  private static let picture = "test-picture \"Color pattern\""

  /// The pixels of a page as scanimage has them, after our quality of JPEG.
  private func expected(_ world: SaneWorld, _ options: [String], through filter: [String] = ["cat"]) throws
    -> [UInt8]
  {
    let size = ["-x", "210", "-y", "297", "--resolution", "50", "--format=pnm"]
    let page = try world.scanimage(options + size)
    #expect(page.exitCode == 0, "\(page.errors)")
    return try output("djpeg", input: output("cjpeg", "-quality", "80", input: run(filter, input: page.output).output))
  }

  private func scan(
    _ world: SaneWorld, _ mode: PixelFormat, source: ScanSource = .flatbed, program: String = SaneWorld.platen
  ) throws -> Scanning {
    let request = ScanRequest(device: "test:0", source: source, mode: mode, resolution: 50, quality: 80)
    return try Scanning(world, request, program: program)
  }

  // case: scan-net-test-hand-scanner
  // case: scan-net-test-three-pass
  // case: scan-net-test-read-limit
  // case: scan-net-test-read-delay
  // case: scan-net-test-fuzzy-parameters
  // case: scan-net-test-select
  @Test(
    arguments: [
      ["hand-scanner true"], ["read-limit true", "read-limit-size 1"], ["read-limit true", "read-limit-size 511"],
      ["read-delay true", "read-delay-duration 2000"], ["fuzzy-parameters true"],
      ["fuzzy-parameters true", "read-limit true", "read-limit-size 509", "hand-scanner true"],
      ["non-blocking true", "select-fd true"], ["three-pass true", "three-pass-order BRG", "mode Color"],
      ["three-pass true", "three-pass-order GBR", "mode Color", "hand-scanner true"],
      ["three-pass true", "three-pass-order RGB", "mode Color", "read-limit true", "read-limit-size 509"],
    ], [(PixelFormat.color, "Color"), (.gray, "Gray")])
  func `a page is scanimage's, whatever is odd`(settings: [String], mode: (PixelFormat, String)) throws {
    let world = try SaneWorld.testBackend([Self.picture] + settings)
    let ours = try scan(world, mode.0)
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    #expect(ours.notices.isEmpty)
    let image = try #require(try ours.images().first)
    #expect(try output("djpeg", image) == expected(world, ["--mode", mode.1]))
  }

  // case: scan-net-test-ppl-loss
  @Test(arguments: [
    ["ppl-loss 17"], ["ppl-loss 17", "fuzzy-parameters true", "read-limit true", "read-limit-size 509"],
    ["ppl-loss 17", "three-pass true", "mode Color"],
  ])
  func `what a driver says is padding is cut off each line`(settings: [String]) throws {
    let ours = try scan(try .testBackend([Self.picture] + settings), .color)
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let image = try #require(try ours.images().first)
    // scanimage writes the padding as pixels: the judge is its page without any, cut.
    let whole = try SaneWorld.testBackend(Self.picture)
    let cut = ["pamcut", "-width", "\(try #require(try ours.entries().first).width)"]
    #expect(try output("djpeg", image) == expected(whole, ["--mode", "Color"], through: cut))
  }

  // case: scan-net-test-ppl-nonsense
  @Test func `lines too short for their pixels are nonsense`() throws {
    let detail = "sane_get_parameters reports 413 bytes a line, where the pixels take 430"
    let ours = try scan(try .testBackend("ppl-loss -17"), .gray)
    #expect(ours.result == ScanResult(pages: 0, fault: .driverNonsense(detail: detail)))
  }

  // case: scan-net-test-16-bit
  // case: scan-net-test-endianness
  @Test(
    arguments: [
      [], ["invert-endianess true"], ["read-limit true", "read-limit-size 1"],
      ["read-limit true", "read-limit-size 509"], ["hand-scanner true"],
    ], [(PixelFormat.color, "Color"), (.gray, "Gray")])
  func `sixteen bits are rounded to eight`(settings: [String], mode: (PixelFormat, String)) throws {
    let fixed = try FixedDepth()
    let world = try SaneWorld.testBackend([Self.picture, "depth 16", "mode \(mode.1)"] + settings)
    let ours = try scan(world, mode.0, program: fixed.program)
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let image = try #require(try ours.images().first)
    let theirs = try expected(world, ["--mode", mode.1, "--depth", "16"], through: ["pamdepth", "255"])
    #expect(try output("djpeg", image) == theirs)
  }

  // case: scan-net-test-16-bit-three-pass
  @Test func `three passes of sixteen bits make the page of one`() throws {
    let fixed = try FixedDepth()
    let settings = [Self.picture, "depth 16", "mode Color"]
    let one = try scan(try .testBackend(settings), .color, program: fixed.program)
    let three = try scan(
      try .testBackend(settings + ["three-pass true", "three-pass-order BGR"]), .color, program: fixed.program)
    #expect(three.result == ScanResult(pages: 1, fault: nil))
    let images = try (one.images(), three.images())
    #expect(try Folder.contents(of: #require(images.0.first)) == Folder.contents(of: #require(images.1.first)))
  }

  // case: scan-net-test-1-bit-color
  @Test func `one-bit colour, which scanimage cannot take, is the eight-bit page where that is black and white`() throws
  {
    let fixed = try FixedDepth()
    let world = try SaneWorld.testBackend(["test-picture \"Grid\"", "depth 1", "mode Color"])
    let ours = try scan(world, .color, program: fixed.program)
    #expect(ours.result == ScanResult(pages: 1, fault: nil))
    let image = try #require(try ours.images().first)
    #expect(try output("djpeg", image) == expected(world, ["--mode", "Color", "--depth", "8"]))
  }

  // case: scan-net-test-early-end
  @Test(arguments: [ScanSource.flatbed, .adf])
  func `a page that ends before its first row is no page`(source: ScanSource) throws {
    let ours = try scan(try .testBackend("read-status-code \"SANE_STATUS_EOF\""), .gray, source: source)
    let words = "the page ended before its first row"
    #expect(ours.result == ScanResult(pages: 0, fault: .rejected(call: "sane_read", status: words)))
  }

  // case: scan-net-test-geometry
  @Test func `an area in steps is what the scanner made of it`() throws {
    let world = try SaneWorld.testBackend("geometry_quant 7.0")
    let ours = try scan(world, .gray)
    let page = try #require(try ours.entries().first)
    let theirs = try world.scanimage(["-x", "210", "-y", "297", "--resolution", "50"])
    let header = String(decoding: theirs.output.prefix(64), as: UTF8.self)
    #expect(header.contains("\n\(page.width) \(page.height)\n"), "\(header)")
  }

  // case: scan-net-test-resolution
  @Test func `a resolution that was rounded is the page's`() throws {
    let world = try SaneWorld.testBackend("resolution_min 30.0", "resolution_quant 40.0")
    let ours = try scan(world, .gray)
    let page = try #require(try ours.entries().first)
    #expect([30, 70].contains(page.xResolution))
    #expect(ours.notes == ["the scanner uses \(Int(page.xResolution)) dpi instead of 50 dpi"])
    // 210 mm, to the pixel.
    #expect(abs(Double(page.width) - 210 / 25.4 * page.xResolution) <= 1)
  }

  // case: scan-net-test-options
  @Test func `options of every kind do not disturb`() throws {
    let world = try SaneWorld.testBackend("enable-test-options true", "number_of_devices 3")
    let devices = try SaneScanner(program: SaneWorld.platen, environment: world.environment, clock: .system).devices()
    #expect(devices.map(\.name) == ["test:0", "test:1", "test:2"])
    #expect(devices.allSatisfy { $0.problem == nil && $0.sources == [.flatbed, .adf] })
    #expect(try scan(world, .gray, source: .adf).result == ScanResult(pages: 10, fault: nil))
  }
}

/// The program under test, before a SANE that lets no one set the depth: the `test` backend has sixteen bits and
/// one-bit colour, but eight wherever there is a choice.
private final class FixedDepth {
  let program: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let library = folder.file("fixed.so")
    let source = try folder.write(Self.source, to: "fixed.c")
    let build = try run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source])
    #expect(build.exitCode == 0, "\(build.errors)")
    program = try folder.write(
      "#!/bin/sh\nLD_PRELOAD=\(library) exec \(SaneWorld.platen) \"$@\"\n", to: "program")
    try system("make executable") { unsafe chmod(program, 0o755) }
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <sane/sane.h>
    #include <string.h>

    typedef const SANE_Option_Descriptor *Get(SANE_Handle, SANE_Int);

    const SANE_Option_Descriptor *sane_get_option_descriptor(SANE_Handle handle, SANE_Int number) {
      Get *get = (Get *)dlsym(RTLD_NEXT, "sane_get_option_descriptor");
      const SANE_Option_Descriptor *found = get(handle, number);
      static SANE_Option_Descriptor depth;
      if (!found || !found->name || strcmp(found->name, "depth") != 0) return found;
      depth = *found;
      depth.cap &= ~SANE_CAP_SOFT_SELECT;
      return &depth;
    }
    """
}
