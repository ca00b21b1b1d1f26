import Base
import JSON
import Jobs
import Testing

@Suite struct JournalJSONTests {
  @Test func `a journal line has the server's last words`() {
    let line = JournalLine(
      job: JobID(random: Array(0..<10)), time: now, event: .accepted, address: "a@x.test", route: "office",
      reply: "250 2.0.0 queued as 4711", peer: "192.0.2.1:587", tls: "1.3")
    #expect(
      JSONText.compact(line)
        == #"{"address":"a@x.test","event":"accepted","job":"0123456789","peer":"192.0.2.1:587","#
        + #""reply":"250 2.0.0 queued as 4711","route":"office","time":"2026-02-02T02:40:00Z","tls":"1.3"}"#)
  }
}
