import Base
import Diagnosis
import Interface
import JSON
import Jobs
import Mail
import Testing

@Suite struct `Values of the interface` {
  private func read<Value: JSONReadable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
    try Value(json: JSON5Reader.read(Array(text.utf8)))
  }

  @Test func `names and words of later versions are passed over`() throws {
    let event: Event = try read("{ event: 'aura', sequence: 3, time: '2026-02-28T23:59:59Z', colour: 'red' }")
    #expect(event.kind == nil && event.sequence == 3 && event.time.inJSON == "2026-02-28T23:59:59Z")
    let job: JobReport = try read(
      """
      { id: 'A', state: 'pondering', created: '2026-02-28T23:59:59Z', owner: 'x', pages: 0, bytes: 0, file: 'f',
        recipients: [{ address: 'a@x', state: 'floating', attempts: 1 }], mood: 'good' }
      """)
    #expect(job.knownState == nil && JobVerdict(job).exitCode == .notAcceptedYet)
  }

  @Test func `a request's unknown word is refused, by its field`() throws {
    let mismatch = try #require(throws: JSONMismatch.self) {
      try read("{ scan: { mode: 'purple' } }", as: Operation.Scan.self)
    }
    #expect(mismatch.description == "scan.mode: expected one of auto, color, gray, lineart")
    #expect(throws: JSONMismatch.self) { try read("{ scan: { paper: 'a0' } }", as: Operation.Scan.self) }
    #expect(throws: JSONMismatch.self) { try read("{}", as: Operation.ShowJob.self) }
  }

  @Test func `a setting of null is another thing than none`() throws {
    #expect(try read("{ key: 'a' }", as: Edit.self).value == nil)
    #expect(try read("{ key: 'a', value: null }", as: Edit.self).value == .null)
  }

  @Test func `no dump shows a secret`() {
    let set = Operation.SetSecret(name: "dkim.privateKey", value: Array("hunter2".utf8))
    var change = Operation.Change(edits: [])
    change.secrets = ["dkim.privateKey": "hunter2"]
    var dumped = "\(set) \(change) \(String(reflecting: set)) \(String(reflecting: change))"
    dump(set, to: &dumped)
    dump(change, to: &dumped)
    #expect(!dumped.contains("hunter2") && !dumped.contains("104"))
  }

  @Test func `what a scan says`() {
    func events(_ progress: ScanProgress) -> [Event] { Event.events(of: progress) }
    #expect(events(.pageDone(page: 2, encodedBytes: 9)) == [Event(.page, page: 2, bytes: 9)])
    #expect(
      events(.rows(page: 1, done: 25, of: 100, encodedBytes: 1000))
        == [Event(.progress, page: 1, bytes: 1000, of: 4000)])
    #expect(events(.rows(page: 1, done: 25, of: nil, encodedBytes: 7)) == [Event(.progress, page: 1, bytes: 7)])
    #expect(events(.settled(resolution: 75, notes: [])).isEmpty)
    #expect(
      events(.settled(resolution: 75, notes: ["a", "b"])) == [Event(.notice, text: "a"), Event(.notice, text: "b")])
  }

  // MARK: Jobs

  private func job(_ custody: Custody? = nil) throws -> Job {
    let to = try custody == nil ? [] : [Mailbox(parsing: "a@example.test")]
    let id = JobID(random: Array(0..<10))
    var job = Job(
      id: id, message: JobMessage(to: to, fileName: "Scan.pdf"), created: WallTime(seconds: 1_770_000_000))
    job.phase = .sealed
    (job.pages, job.documentBytes) = (2, 1000)
    if let custody { job.recipients[0].custody = custody }
    return job
  }

  @Test func `a job has the names of the contract`() throws {
    var job = try job(.queued(.atOnce, .none))
    let start = #"{"id": "0123456789", "state": "queued", "created": "2026-02-02T02:40:00Z", "owner": "scan", "#
    #expect(
      JSONText.line(JobReport(job, owner: "scan").json) == start
        + #""pages": 2, "bytes": 1000, "file": "Scan.pdf", "#
        + #""recipients": [{"address": "a@example.test", "state": "queued", "attempts": 0}]}"#)
    job.recipients[0].partsAccepted = 1
    #expect(JobReport(job, owner: "").recipients[0].partsAccepted == 1)
    job.recipients[0].custody = .accepted(reply: "250 ok")
    #expect(JobReport(job, owner: "").recipients[0].partsAccepted == nil)
  }

  @Test func `the exit code is that of what went worst`() throws {
    let written = JobOutcome(JobReport(try job(), owner: ""))
    #expect(written.exitCode(isInterrupted: false) == .done && written.exitCode(isInterrupted: true) == .done)
    var outcome = JobOutcome(JobReport(try job(.accepted(reply: "250 ok")), owner: ""))
    #expect(outcome.exitCode(isInterrupted: true) == .done)
    outcome.fileRefusal = Explanation(Failure(.inputNotThere))
    #expect(outcome.exitCode(isInterrupted: false) == .noInput)
    outcome.job = JobReport(try job(.held(.none)), owner: "")
    #expect(outcome.exitCode(isInterrupted: false) == .notAcceptedYet)
    #expect(outcome.exitCode(isInterrupted: true) == .interrupted)
    outcome.standstill = Explanation(Failure(.settingRoutesUnset))
    #expect(outcome.exitCode(isInterrupted: false) == .configuration)
  }
}
