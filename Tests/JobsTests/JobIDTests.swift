import JSON
import Jobs
import Testing

@Suite struct JobIDTests {
  @Test func `an id is ten characters of Crockford's base32`() {
    #expect(JobID(random: Array(0..<10)).text == "0123456789")
    #expect(JobID(random: (10..<20).map { $0 | 0xE0 }).text == "ABCDEFGHJK")
  }

  @Test func `what a person types finds it`() {
    let id = JobID(random: [1, 0, 17, 1, 0, 2, 3, 4, 5, 6])
    #expect(id.text == "10H1023456")
    for typed in ["10H1023456", "10h1023456", "loHiO23456", "LOHIo-23456", "IoHl0-2345-6"] {
      #expect(JobID(typed) == id, "\(typed)")
    }
  }

  @Test(arguments: ["", "10H102345", "10H10234567", "10H102345U", "10H102345!", "../../etc/p", "10H102345é"])
  func `what is no id is none`(_ typed: String) {
    #expect(JobID(typed) == nil)
  }

  @Test func `an id is never made of too little`() async {
    await #expect(processExitsWith: .failure) { _ = JobID(random: Array(0..<9)) }
  }

  @Test func `it is text in JSON`() throws {
    let id = JobID(random: Array(0..<10))
    #expect(JSONText.compact([id]) == #"["0123456789"]"#)
    #expect(try [JobID](json: ["oI23456789"].json) == [id])
    #expect(throws: JSONMismatch("a job id", at: "0")) { try [JobID](json: ["short"].json) }
  }
}
