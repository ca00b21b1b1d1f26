import Base
import Diagnosis
import Foundation
import Jobs
import Testing

@Suite struct JobJSONTests {
  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  @Test func `a job has the names of the contract`() throws {
    var story = try Story.reaching(.queued)
    #expect(
      try json(story.job)
        == #"{"bytes":1000,"created":"2026-02-02T02:40:00Z","file":"Scan.pdf","id":"0123456789","pages":2,"#
        + #""recipients":[{"address":"a@example.test","attempts":0,"state":"queued"}],"state":"queued"}"#)
    try story.attempt(["a@example.test": .failed(failure(.transient), reply: "451 4.3.0 later")])
    let text = try json(story.job)
    #expect(text.contains(#""messageID":"<1@platen.test>""#))
    #expect(text.contains(#""next":"2026-02-02T02:41:00Z","reply":"451 4.3.0 later","route":"office""#))
    #expect(text.contains(#""failure":{"cause":"a transient failure","class":"transient""#))
  }

  @Test func `a journal line has the server's last words`() throws {
    let line = JournalLine(
      job: JobID(random: Array(0..<10)), time: now, event: .accepted, address: "a@x.test", route: "office",
      reply: "250 2.0.0 queued as 4711", peer: "192.0.2.1:587", tls: "1.3")
    #expect(
      try json(line)
        == #"{"address":"a@x.test","event":"accepted","job":"0123456789","peer":"192.0.2.1:587","#
        + #""reply":"250 2.0.0 queued as 4711","route":"office","time":"2026-02-02T02:40:00Z","tls":"1.3"}"#)
  }
}
