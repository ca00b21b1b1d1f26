import TestKit
import Testing

@Suite struct CasesTests {
  /// `Tools/cases` prints the table.
  @Test func `every case that is not for later has a test, and no comment names a case that is none`() throws {
    let table = try run([HouseTests.root + "/Tools/cases"])
    #expect(table.exitCode == 0, "\(table.errors)")
  }
}
