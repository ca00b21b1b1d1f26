import Base
import Glibc
import TestKit
import Testing

/// What a driver finds in its process: it is a fork of the program that was started with the secrets.
@Suite struct `The scan worker's memory` {
  private static let secret = "a-password-" + "nobody-else-has"

  @Test func `has no secret of the environment, and no variable that is not the driver's`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "start hang")
    let desk = try Desk(environment: world.environment)
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let given = ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD": Self.secret, "MY_OWN": Self.secret]
    let scan = try ChildProcess(
      desk.command(["scan", "--device", "replay:front", "--output", desk.folder.file("a.pdf")]),
      environment: ourEnvironment().merging(world.environment) { $1 }.merging(given) { $1 },
      descriptors: [0: null.number, 1: null.number, 2: null.number])
    defer {
      scan.endGroup()
      _ = scan.wait()
    }
    let worker = try worker(of: scan.identifier)
    let environment = String(decoding: try Folder.contents(of: "/proc/\(worker)/environ"), as: UTF8.self)
    #expect(environment.contains("SANE_CONFIG_DIR=/") && !environment.contains(Self.secret))
    let (pages, hits) = try search(worker, for: Array(Self.secret.utf8))
    #expect(pages > 0 && hits == 0)
  }

  @Test func `hears signals, whatever is blocked where the program was started`() throws {
    let world = try SaneWorld.replay(pages: try SaneWorld.pages(1), script: "start hang")
    let desk = try Desk(environment: world.environment)
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let blocking = """
      import os, signal, sys
      signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let scan = try ChildProcess(
      ["/usr/bin/python3", "-I", "-c", blocking]
        + desk.command(["scan", "--device", "replay:front", "--output", desk.folder.file("a.pdf")]),
      environment: ourEnvironment().merging(world.environment) { $1 },
      descriptors: [0: null.number, 1: null.number, 2: null.number])
    defer {
      scan.endGroup()
      _ = scan.wait()
    }
    let status = String(decoding: try Folder.contents(of: "/proc/\(worker(of: scan.identifier))/status"), as: UTF8.self)
    #expect(status.contains("SigBlk:\t0000000000000000\n"), "\(status)")
  }

  /// The child that has loaded the scanner's driver.
  private func worker(of parent: Int32) throws -> Int32 {
    let deadline = Deadline.after(.seconds(30))
    while !deadline.hasPassed {
      let children = try Folder.contents(of: "/proc/\(parent)/task/\(parent)/children")
      for child in String(decoding: children, as: UTF8.self).split(separator: " ").compactMap({ Int32($0) }) {
        let maps = String(decoding: try Folder.contents(of: "/proc/\(child)/maps"), as: UTF8.self)
        if maps.contains("libsane-replay") { return child }
      }
    }
    throw Missing()
  }

  private struct Missing: Error {}

  /// How many pieces of memory can be written and were looked at, and in how many of them the bytes are.
  private func search(_ process: Int32, for bytes: [UInt8]) throws -> (pieces: Int, hits: Int) {
    let memory = try Descriptor(opening: "/proc/\(process)/mem", O_RDONLY)
    var (pieces, hits) = (0, 0)
    for line in String(decoding: try Folder.contents(of: "/proc/\(process)/maps"), as: UTF8.self).split(separator: "\n")
    {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count > 1, words[1].hasPrefix("rw") else { continue }
      let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
      let piece = try memory.read(upTo: ends[1] - ends[0], at: ends[0])
      pieces += 1
      if piece.firstRange(of: bytes) != nil { hits += 1 }
    }
    return (pieces, hits)
  }
}
