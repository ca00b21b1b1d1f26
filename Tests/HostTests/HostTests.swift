import Base
import Glibc
import Host
import TestKit
import Testing

@Suite struct HostTests {
  @Test func `free storage is what df says`() throws {
    let folder = try TemporaryFolder()
    let df = try run(["df", "--output=avail", "-B1", folder.path])
    let judged = try #require(df.text.split(separator: "\n").last.flatMap { Int($0.filter(\.isNumber)) })
    // Others write meanwhile.
    #expect(abs(try Storage.freeBytes(at: folder.path) - judged) < 1 << 30)
    #expect(throws: SystemError.self) { try Storage.freeBytes(at: folder.file("missing")) }
  }

  @Test func `the host's name is the kernel's, or one that can stand in a greeting`() throws {
    let kernel = try run(["uname", "-n"]).text.filter { $0 != "\n" }
    #expect(HostName.current == (HostName.isDomain(kernel) ? kernel : "localhost"))
  }

  @Test(arguments: [
    ("scanner", true), ("scanner.contoso.com", true), ("9f3c0a", true), ("a-b.c", true), ("", false), ("a..b", false),
    ("a_b", false), ("-a", false), ("a-", false), ("a b", false), ("scänner", false), ("a.", false),
    (String(repeating: "a", count: 64), false),
  ])
  func `what can stand in a greeting`(name: String, expected: Bool) {
    #expect(HostName.isDomain(name) == expected)
  }
}
