import Base
import Glibc
import TestKit
import Testing

@Suite struct DescriptorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) != -1 }

  @Test func `bytes that are written can be read, from anywhere`() throws {
    let file = try Descriptor(opening: folder.file("x"), O_RDWR | O_CREAT)
    try file.write("hello ")
    try file.write(Array("world".utf8))
    try file.write([], at: 0)
    try file.write(Array("J".utf8), at: 0)
    #expect(try file.size() == 11)
    #expect(try file.read(upTo: 10).isEmpty)
    #expect(try file.read(upTo: 5, at: 6) == Array("world".utf8))
    #expect(try file.read(upTo: 100, at: 11).isEmpty)
    try file.seek(to: 0)
    #expect(try file.read(upTo: 5) == Array("Jello".utf8))
    #expect(try file.readToEnd(limit: 6) == Array(" world".utf8))
    try file.truncate(to: 2)
    try file.sync()
    try file.syncData()
    #expect(try Folder.contents(of: folder.file("x")) == Array("Je".utf8))
  }

  @Test func `a buffer is filled as far as there are bytes`() throws {
    let file = try Descriptor(opening: folder.write("abc", to: "x"), O_RDONLY)
    var buffer = [UInt8](repeating: 0, count: 5)
    let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
    #expect(count == 3 && buffer == [97, 98, 99, 0, 0])
  }

  @Test func `more than the limit is refused, the limit is not`() throws {
    let path = try folder.write([UInt8](repeating: 1, count: 100_000), to: "x")
    #expect(try Descriptor(opening: path, O_RDONLY).readToEnd(limit: 100_000).count == 100_000)
    #expect(throws: SystemError("read", code: EFBIG)) {
      try Descriptor(opening: path, O_RDONLY).readToEnd(limit: 99_999)
    }
  }

  @Test func `a pipe takes more than it holds, in pieces`() throws {
    let pipe = try Pipe()
    let sent = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let writer = try pipe.writer.duplicate().release()
    inThread(sent) { sent in
      let end = Descriptor(takingOwnership: writer)
      // What does not get through is missed by the reader.
      try? end.write(sent)
    }
    var received: [UInt8] = []
    while received.count < sent.count {
      let piece = try pipe.reader.read(upTo: 50_000)
      try #require(!piece.isEmpty)
      received += piece
    }
    #expect(received == sent)
  }

  @Test func `every descriptor is close-on-exec and closed with its owner`() throws {
    var numbers: [Int32] = []
    do {
      let file = try Descriptor(opening: folder.write("abc", to: "x"), O_RDONLY)
      let parent = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
      let below = try Descriptor(opening: "x", in: parent, O_RDONLY)
      let copy = try file.duplicate()
      let pipe = try Pipe()
      numbers = [file.number, parent.number, below.number, copy.number, pipe.reader.number, pipe.writer.number]
      for number in numbers { #expect(fcntl(number, F_GETFD) == FD_CLOEXEC) }
      #expect(try below.read(upTo: 9) == Array("abc".utf8))
      // The same open file: one position for both.
      _ = try copy.read(upTo: 1)
      #expect(try file.read(upTo: 9) == Array("bc".utf8))
    }
    // Others open files meanwhile; the numbers may be taken again, but not for these files.
    for number in numbers where isOpen(number) {
      let target = unsafe realpath("/proc/self/fd/\(number)", nil)
      defer { unsafe free(target) }
      #expect(unsafe target.map { unsafe String(cString: $0).hasPrefix(folder.path) } != true)
    }
  }

  @Test func `a number that is released stays open`() throws {
    let number = try Descriptor(opening: folder.write("abc", to: "x"), O_RDONLY).release()
    #expect(isOpen(number))
    #expect(try Descriptor(takingOwnership: number).size() == 3)
  }

  @Test func `errors name the path and the reason`() throws {
    let missing = folder.file("missing")
    #expect(throws: SystemError("open", missing, code: ENOENT)) { _ = try Descriptor(opening: missing, O_RDONLY) }
    let readOnly = try Descriptor(opening: folder.write("abc", to: "x"), O_RDONLY)
    #expect(throws: SystemError("write", code: EBADF)) { try readOnly.write("x") }
    #expect(throws: SystemError("write", code: EBADF)) { try readOnly.write([1], at: 0) }
    let directory = try Descriptor(opening: folder.path, O_RDONLY)
    #expect(throws: SystemError("read", code: EISDIR)) { try directory.read(upTo: 1) }
    #expect(SystemError("read", code: EFBIG).isStorageFull && SystemError("write", code: ENOSPC).isStorageFull)
    #expect(!SystemError("read", code: EIO).isStorageFull)
  }

  @Test func `a file belongs to who made it`() throws {
    let file = try Descriptor(opening: folder.write("abc", to: "x"), O_RDONLY)
    #expect(try file.owner() == geteuid())
  }

  @Test func `a lock is held once, until its holder goes`() throws {
    let path = try folder.write("", to: "lock")
    let second = try Descriptor(opening: path, O_RDWR)
    do {
      let first = try Descriptor(opening: path, O_RDWR)
      #expect(try first.tryLock())
      #expect(try first.tryLock())
      #expect(try !second.tryLock())
    }
    #expect(try second.tryLock())
  }
}
