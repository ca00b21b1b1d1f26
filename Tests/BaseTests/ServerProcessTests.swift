import Base
import Glibc
import TestKit
import Testing

struct ServerProcessTests {
  @Test func `one that dies early is reaped while its owner lives, and is signalled no more`() throws {
    let server = try ServerProcess(["/bin/true"], environment: [:], descriptors: [:])
    server.wait()
    // One that ended and was not reaped is still there.
    #expect(kill(server.identifier, 0) == -1 && errno == ESRCH)
    server.send(signal: SIGKILL)
  }

  @Test func `it runs until it is ended`() throws {
    let lifeline = try Pipe()
    let server = try ServerProcess(["/bin/cat"], environment: [:], descriptors: [0: lifeline.reader.number])
    #expect(kill(server.identifier, 0) == 0)
    server.send(signal: SIGTERM)
    server.wait()
  }
}
