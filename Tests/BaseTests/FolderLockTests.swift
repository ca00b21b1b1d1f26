import Base
import Glibc
import TestKit
import Testing

@Suite struct FolderLockTests {
  private struct Refused: Error, Equatable {
    let error: SystemError
  }

  private let folder: TemporaryFolder
  private let time: SimulatedTime

  init() throws {
    folder = try TemporaryFolder()
    time = try SimulatedTime(in: folder)
  }

  private func withLock<Value>(_ path: String, _ body: () throws(Refused) -> Value) throws(Refused) -> Value? {
    let clock = time.clock
    return try Folder.withLock(path, until: clock.after(.seconds(10)), clock, refused: Refused.init, body)
  }

  private func isFree() throws -> Bool { try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY).tryLock() }

  @Test func `the lock is held while something is done, and no longer`() throws {
    #expect(try withLock(folder.path) { () throws(Refused) in (try? isFree()) ?? true } == false)
    #expect(try isFree())
    let error = Refused(error: SystemError("change", code: EIO))
    #expect(throws: error) { try withLock(folder.path) { () throws(Refused) in throw error } }
    #expect(try isFree())
  }

  @Test func `whoever has it is waited for until the deadline`() throws {
    let other = try Descriptor(opening: folder.path, O_RDONLY | O_DIRECTORY)
    #expect(try other.tryLock())
    let began = time.now
    #expect(try withLock(folder.path) { () throws(Refused) in 1 } == nil)
    #expect(time.now == began.advanced(by: .seconds(10)))
    _ = other.number
  }

  @Test func `a folder that is not there is refused`() {
    #expect(throws: Refused(error: SystemError("open", folder.file("x"), code: ENOENT))) {
      try withLock(folder.file("x")) { () throws(Refused) in 1 }
    }
  }
}
