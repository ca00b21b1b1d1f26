import Base
import Paper
import Raster
import TestKit
import Testing

@Suite struct PaperTests {
  @Test func `a first document`() throws {
    let documents = try Documents()
    try documents.write([
      Drawing(.color, width: 620, height: 877), Drawing(.gray, width: 620, height: 877),
      Drawing(.lineart, width: 620, height: 877), Drawing(.color, width: 33, height: 17).withoutHeight,
    ])
    let path = try documents.seal()
    let check = try run(["qpdf", "--check", path])
    #expect(check.exitCode == 0, "\(check.text) \(check.errors)")
  }
}
