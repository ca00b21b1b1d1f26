import Diagnosis
import JSON
import Testing

@Suite struct FailureJSONTests {
  private static let full = Failure(
    class: .configuration, stage: "final", code: "550 5.7.60", cause: "the server said \"no\"", confidence: 0.9,
    who: .administrator, steps: ["First.", "Then."], takesEffect: "up to an hour", retry: false, source: "RFC 5321",
    exitCode: .partlyAccepted)

  @Test func `a failure comes back as it was kept`() throws {
    let bare = Failure(class: .unknown, stage: "", cause: "", who: .nobody, steps: [], retry: true, exitCode: .done)
    for failure in [Self.full, bare] {
      #expect(try Failure(json: try JSON5Reader.read(Array(JSONText.compact(failure).utf8))) == failure)
    }
  }

  @Test func `its names are a contract`() {
    #expect(
      JSONText.compact(Self.full)
        == #"{"cause":"the server said \"no\"","class":"configuration","code":"550 5.7.60","confidence":0.9,"#
        + #""exitCode":100,"retry":false,"source":"RFC 5321","stage":"final","steps":["First.","Then."],"#
        + #""takesEffect":"up to an hour","who":"administrator"}"#)
  }

  @Test func `an exit code that we do not have is none`() {
    var json = Self.full.json
    json["exitCode"] = .number(1)
    #expect(throws: JSONMismatch("an exit code", at: "exitCode")) { try Failure(json: json) }
  }
}
