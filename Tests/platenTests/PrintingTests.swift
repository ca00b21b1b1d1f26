import Base
import Diagnosis
import Interface
import JSON
import Jobs
import Raster
import Settings
import TestKit
import Testing

@testable import platen

/// What verbs print of a desk's answers.
@Suite struct Printing {
  private let desk = FakeDesk()
  private let paper = Sheet()
  private let stop = StopSignal.never
  private let failure = Failure(
    .authRefused, code: "535",
    values: ["server": "mail.example.test", "user": "u", "reply": "535 no", "route": "office"])
  private var cause: String { Explanation(failure).cause }

  private func job(_ state: RecipientState? = nil, reply: String? = nil) -> JobReport {
    let recipient = state.map {
      RecipientReport(
        address: "ann@example.test", state: $0.rawValue, route: "office", attempts: 1, reply: reply,
        failure: $0 == .held ? Explanation(failure) : nil)
    }
    return JobReport(
      id: "0123456789", state: state?.rawValue ?? "sealed", created: WallTime(seconds: 1_770_000_000), owner: "scan",
      pages: 2, bytes: 123_456, file: "Scan.pdf", recipients: recipient.map { [$0] } ?? [],
      failure: state == .held ? Explanation(failure) : nil)
  }

  // MARK: Documents

  @Test func `a scan into a file`() throws {
    desk.events = [
      Event(.state, state: "scanning"), Event(.progress, page: 1, bytes: 10, of: 20),
      Event(.page, page: 1, bytes: 61_700), Event(.notice, text: "page 2 was 3 rows short"),
      Event(.waiting, text: "it warms up"),
    ]
    desk.outcome = JobOutcome(job())
    let request = Operation.Scan(scan: ScanSettings(), finish: Finish(output: "a.pdf"))
    #expect(try paper.out().scan(request, desk, stop) == .done)
    #expect(paper.output == "a.pdf: 2 pages, 123 kB\n" && desk.asked == ["Scan {\"scan\":{}}"])
    let lines = paper.errors.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasPrefix("page 1: 62 kB, "), "\(lines)")
    #expect(lines.dropFirst() == ["page 2 was 3 rows short", "the scanner is not ready: it warms up"])
  }

  @Test func `a mail that waits for a person`() throws {
    desk.events = [
      Event(.notice, state: "refused", text: "no route carries to bob", failure: Explanation(failure)),
      Event(.attempt, number: 1, route: "office"),
      Event(.progress, address: "192.0.2.1:587", text: "connected"), Event(.progress, text: "secured", code: "1.3"),
      Event(.waiting, text: "busy", seconds: 30),
    ]
    desk.outcome = JobOutcome(job(.held, reply: "535 5.7.8 no"))
    let code = try paper.out().send(Operation.Send(message: MessageDraft(), files: ["a.pdf", "b.pdf"]), desk, stop)
    #expect(code == .refused && desk.asked == ["Send a.pdf b.pdf"])
    #expect(paper.output == "held  ann@example.test  535 5.7.8 no\n")
    let lines = paper.errors.split(separator: "\n")
    #expect(
      lines.first == "no route carries to bob; it is sent to the others" && lines.contains("busy; retrying in 30 s"))
    #expect(
      lines.suffix(Explanation(failure).steps.count + 2).map(String.init)
        == ["platen: \(cause)"] + Explanation(failure).steps.map { "  → \($0)" }
        + ["  job 0123456789 is held: platen jobs show 0123456789"])
  }

  @Test func `in JSON a line for each event and one for the end, and nothing in words`() throws {
    desk.events = [Event(.progress, text: "connect"), Event(.outcome, state: "accepted", address: "ann@example.test")]
    desk.outcome = JobOutcome(job(.accepted, reply: "250 ok"))
    let request = Operation.Resend(id: "0", message: MessageDraft())
    #expect(try paper.out(json: true).resend(request, desk, stop) == .done && paper.errors.isEmpty)
    let lines = try paper.output.split(separator: "\n").map { try JSON5Reader.read(Array($0.utf8)) }
    #expect(lines.count == 2 && lines[0]["event"]?.text == "outcome")
    #expect(try JobReport(json: lines[1].field("job")) == desk.outcome?.job)
  }

  @Test func `a file that cannot be written, while no attempt can be made`() throws {
    let refusal = Failure(.jobUnknown, values: ["id": "X"])
    desk.outcome = JobOutcome(job(.queued), fileRefusal: Explanation(refusal), standstill: Explanation(failure))
    let request = Operation.Scan(message: MessageDraft(), finish: Finish(output: "/no/a.pdf"))
    #expect(try paper.out(json: true).scan(request, desk, stop) == .refused)
    let lines = try paper.output.split(separator: "\n").map { try JSON5Reader.read(Array($0.utf8)) }
    #expect(lines.map { $0["failure"]?["cause"]?.text } == ["no job X", cause])
    #expect(lines.map { $0["job"]?.text } == ["0123456789", "0123456789"])
  }

  @Test func `scanners, and that there is none`() throws {
    var scanner = ScannerDescription(name: "test:0", vendor: "Noname", model: "tester", type: "virtual device")
    (scanner.sources, scanner.modes, scanner.resolutions) = ([.flatbed, .adf], [.color], [75, 1200])
    scanner.resolutionIsRange = true
    var busy = ScannerDescription(name: "test:1", vendor: "Noname", model: "tester", type: "virtual device")
    busy.problem = .busy(device: "test:1")
    desk.devices = [DeviceReport(scanner), DeviceReport(busy)]
    #expect(try paper.out().devices(desk) == .done)
    let text = """
      test:0
        Noname tester, virtual device
        sources      flatbed adf
        modes        color
        resolutions  75–1200
      test:1
        Noname tester, virtual device
        problem      
      """
    #expect(paper.output.hasPrefix(text), "\(paper.output)")
    desk.devices = []
    #expect(try paper.out().devices(desk) == .scannerUnavailable && paper.errors.contains("no scanner found"))
  }

  // MARK: Jobs

  @Test func `jobs in columns`() throws {
    desk.shown = [job(.held), job()]
    #expect(try paper.out().jobs(desk) == .done && desk.asked == ["Jobs {\"all\":true}"])
    #expect(
      paper.output == """
        0123456789  held    2026-02-02T02:40:00Z  2 pages  123 kB  ann@example.test  \(cause)
        0123456789  sealed  2026-02-02T02:40:00Z  2 pages  123 kB                    \("")

        """)
  }

  @Test func `a failure of the desk is told, and is the exit code`() throws {
    desk.failure = failure
    let output = paper.out(json: true)
    #expect(output.run { () throws(Failure) in try output.job("A", desk) } == failure.exitCode)
    #expect(paper.errors == "platen: \(cause)\n" + Explanation(failure).steps.map { "  → \($0)\n" }.joined())
    #expect(paper.output.hasPrefix("{\"failure\":{") && paper.output.contains("\"class\":\"configuration\""))
  }

  // MARK: Settings, secrets, names

  @Test func `settings with their origins, and one alone`() throws {
    desk.rows = [.init(key: "scan.resolution", value: .number(600), origin: "environment", isOverridden: true)]
    #expect(try paper.out().configuration(desk) == .done && paper.out().setting("scan.resolution", desk) == .done)
    #expect(paper.output == "scan.resolution  600  environment (overrides the file)\n600\n")
    #expect(desk.asked == ["Configuration {}", "Configuration {\"key\":\"scan.resolution\"}"])
    let sheet = Sheet()
    #expect(try sheet.out(json: true).configuration(desk) == .done)
    let settings = try JSON5Reader.read(Array(sheet.output.utf8))["settings"]
    #expect(settings?.elements.first?["overridden"] == .boolean(true))
  }

  @Test func `a change that is refused, and a configuration that is valid`() throws {
    #expect(try paper.out().validate(desk) == .done && paper.output == "the configuration is valid\n")
    #expect(desk.asked == ["Change {\"dry\":true,\"edits\":[]}"])
    desk.problems = [Explanation(failure)]
    let change = Operation.Change(edits: [Edit(key: "scan.mode", value: .string("gray"))])
    #expect(try paper.out().change(change, desk) == .refused && paper.errors.hasPrefix("platen: \(cause)"))
  }

  @Test func `secrets by their ages, and one set with a doubt`() throws {
    let time = WallTime(seconds: 1_770_000_000)
    desk.secretReports = [
      SecretReport(name: "routes.a.clientSecret", modified: time, ends: time, state: "endsSoon", days: 1, note: "n"),
      SecretReport(name: "dkim.privateKey", modified: time),
    ]
    #expect(try paper.out().secrets(desk) == .done)
    #expect(
      paper.output == """
        routes.a.clientSecret  set 2026-02-02T02:40:00Z  expires 2026-02-02T02:40:00Z (n)  EXPIRES SOON: 1 day
        dkim.privateKey  set 2026-02-02T02:40:00Z

        """)
    desk.notice = "no route named \"a\" yet"
    let sheet = Sheet()
    #expect(try sheet.out().setSecret("routes.a.password", Array("x".utf8), desk) == .done)
    #expect(sheet.output == "routes.a.password is set\n" && sheet.errors == "no route named \"a\" yet\n")
  }

  @Test func `a new key and what is left to do`() throws {
    var key = KeyReport(
      secret: "dkim.privateKey", selector: "s1", domain: "x.test", algorithm: "rsa", name: "s1._domainkey.x.test",
      value: "v=DKIM1", zone: "ZONE", setting: "dkim.selector")
    desk.keyReports = [key]
    #expect(try paper.out().keys(Operation.Keys(new: "s1"), desk) == .done)
    #expect(paper.output.hasSuffix("\nPublish the record, then: platen config set dkim.selector s1\n"))
    key.setting = nil
    desk.keyReports = [key]
    #expect(try paper.out().keys(Operation.Keys(new: "s1"), desk) == .done)
    #expect(paper.output.hasSuffix("\nPublish the record now: messages are already signed with it\n"))
  }

  @Test func `records of a route, with what fails in its own object`() throws {
    let step = Layer(layer: "spf", verdict: "fail", evidence: "none", seconds: 0, needed: "one", publish: "@ TXT")
    desk.reports = [.init(route: "office", sender: "a@x.test", steps: [step], failure: Explanation(failure))]
    #expect(try paper.out(json: true).records(Operation.Records(), desk) == .refused)
    #expect(paper.output.split(separator: "\n").count == 1 && paper.errors.split(separator: "\n").count == 1)
    let sheet = Sheet()
    #expect(try sheet.out().records(Operation.Records(), desk) == .refused)
    #expect(
      sheet.output == """
        office, sending as a@x.test
          spf    fail     none
                          required: one
                          publish:
            @ TXT

        """)
  }

  @Test func `a sign-in by a browser elsewhere`() throws {
    desk.events = [Event(.open, address: "https://login.test/"), Event(.token, text: "login.test")]
    (desk.signIn.username, desk.signIn.seconds, desk.signIn.kept) = ("a@x.test", 3600, true)
    let request = Operation.Authorize(route: "office")
    let code = try paper.out().authorize(request, desk, stop) { "http://localhost/?code=1" }
    #expect(code == .done && desk.asked.last == "pasted http://localhost/?code=1")
    #expect(paper.output.contains("\n\nhttps://login.test/\n\n") && paper.errors == "getting a token from login.test\n")
    #expect(
      paper.output.hasSuffix("a@x.test has a token for 60 minutes\nthe sign-in is kept and renewed automatically\n"))
  }
}
