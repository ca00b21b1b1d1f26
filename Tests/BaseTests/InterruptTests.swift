import Base
import Glibc
import Testing

@Suite struct InterruptTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal raises it, and it stays raised`(number: Int32) async {
    await #expect(processExitsWith: .success) { [number] in
      let interrupt = try Interrupt()
      let early = interrupt.isRaised
      #expect(!early)
      #expect(waitReadable([interrupt.descriptor], until: .now).isEmpty)
      raise(number)
      let (first, second) = (interrupt.isRaised, interrupt.isRaised)
      #expect(first && second)
      #expect(waitReadable([interrupt.descriptor], until: .never) == [interrupt.descriptor])
    }
  }

  @Test func `waiting tells which can be read, and which have ended`() throws {
    let quiet = try Pipe()
    let full = try Pipe()
    let ended = try Pipe().reader.duplicate()
    try full.writer.write("x")
    let numbers = [quiet.reader.number, full.reader.number, ended.number]
    #expect(waitReadable(numbers, until: .never) == [full.reader.number, ended.number])
    #expect(waitReadable([quiet.reader.number], until: .after(.milliseconds(1))).isEmpty)
    #expect(wait([quiet.writer.number], for: Int16(POLLOUT), until: .never) == [quiet.writer.number])
  }
}
