import Base
import Diagnosis
import JSON
import Jobs
import Raster
import Testing

@Suite struct JobJSONTests {
  @Test func `a job has the names of the contract`() throws {
    var story = try Story.reaching(.queued)
    #expect(
      JSONText.compact(story.job)
        == #"{"bytes":1000,"created":"2026-02-02T02:40:00Z","file":"Scan.pdf","id":"0123456789","pages":2,"#
        + #""recipients":[{"address":"a@example.test","attempts":0,"state":"queued"}],"state":"queued"}"#)
    try story.attempt(["a@example.test": .failed(failure(.transient), reply: "451 4.3.0 later")])
    let text = JSONText.compact(story.job)
    #expect(text.contains(#""messageID":"<1@platen.test>""#))
    #expect(text.contains(#""next":"2026-02-02T02:41:00Z","reply":"451 4.3.0 later","route":"office""#))
    #expect(text.contains(#""failure":{"cause":"a transient failure","class":"transient""#))
  }

  @Test func `a journal line has the server's last words`() throws {
    let line = JournalLine(
      job: JobID(random: Array(0..<10)), time: now, event: .accepted, address: "a@x.test", route: "office",
      reply: "250 2.0.0 queued as 4711", peer: "192.0.2.1:587", tls: "1.3")
    #expect(
      JSONText.compact(line)
        == #"{"address":"a@x.test","event":"accepted","job":"0123456789","peer":"192.0.2.1:587","#
        + #""reply":"250 2.0.0 queued as 4711","route":"office","time":"2026-02-02T02:40:00Z","tls":"1.3"}"#)
  }

  @Test func `a scanner has the names of the contract, and its fault by name`() {
    var scanner = ScannerDescription(name: "test:0", vendor: "Noname", model: "frontend-tester", type: "virtual device")
    scanner.sources = [.flatbed, .adfDuplex]
    scanner.modes = [.lineart, .color]
    scanner.resolutions = [75, 0.5]
    #expect(
      JSONText.compact(scanner)
        == #"{"buttons":[],"model":"frontend-tester","modes":["lineart","color"],"name":"test:0","#
        + #""resolutionIsRange":false,"resolutions":[75,0.5],"sources":["flatbed","adf-duplex"],"#
        + #""type":"virtual device","vendor":"Noname"}"#)
    scanner.identity = "usb:04b8:0142:1"
    scanner.problem = .unsupported(option: "mode", value: "Color", available: ["Gray"])
    let text = JSONText.compact(scanner)
    #expect(text.contains(#""identity":"usb:04b8:0142:1","#))
    #expect(
      text.contains(#""problem":{"unsupported":{"available":["Gray"],"option":"mode","value":"Color"}},"#))
    scanner.problem = .jammed
    #expect(JSONText.compact(scanner).contains(#""problem":{"jammed":{}},"#))
  }
}
