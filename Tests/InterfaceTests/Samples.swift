import Base
import Diagnosis
import Interface
import JSON
import Jobs
import Raster
import Settings

/// A value of the interface, and what becomes of it on its way over a socket.
struct Sample: CustomStringConvertible {
  /// The type or method of `io.platen` it is of.
  let name: String
  let json: JSONValue
  let isFull: Bool
  /// What is read from its text is equal.
  let comesBack: Bool

  init<Value: JSONStorable & Equatable>(_ name: String, _ value: Value, isFull: Bool) {
    self.name = name
    self.isFull = isFull
    json = value.json
    let text = Array(JSONText.line(value.json).utf8)
    comesBack = (try? Value(json: JSON5Reader.read(text))) == value
  }

  var description: String { (isFull ? "full " : "minimal ") + name }
}

/// One full and one minimal of each type, and of each method's request and answer.
enum Samples {
  /// One with all that a failure can have, made of another.
  static let failure = Explanation(
    Failure(
      .authSmtpAuthOff, code: "535", values: ["user": "u", "route": "office"], because: [Failure(.replyUnknown)]))
  private static let time = WallTime(seconds: 1_770_000_000)

  private static let recipient = RecipientReport(
    address: "ann@example.test", state: "queued", route: "office", attempts: 2, partsAccepted: 1, next: time,
    reply: "451 4.3.0 later", failure: failure)
  private static let job = JobReport(
    id: "0123456789", state: "queued", created: time, owner: "scan", profile: "invoices", pages: 2, bytes: 1000,
    messageID: "<1@platen.test>", file: "Scan.pdf", recipients: [recipient], failure: failure)
  private static let smallJob = JobReport(
    id: "0123456789", state: "sealed", created: time, owner: "scan", pages: 0, bytes: 0, file: "a.pdf")

  private static let event: Event = {
    var event = Event(
      .outcome, state: "accepted", page: 1, number: 2, bytes: 3, of: 4, route: "office", address: "ann@example.test",
      reply: "250 ok", text: "t", code: "c", seconds: 5, failure: failure)
    (event.sequence, event.time, event.job, event.lost) = (7, time, "0123456789", 1)
    return event
  }()
  private static let smallEvent = Event(.notice)

  private static let message: MessageDraft = {
    var message = MessageDraft()
    (message.profile, message.to, message.cc, message.bcc) = ("invoices", ["a@x.test"], ["b@x.test"], ["c@x.test"])
    (message.subject, message.body, message.fromUser, message.fileName) = ("s", "b", "Ann <ann@x.test>", "a.pdf")
    return message
  }()

  private static let scan: ScanSettings = {
    var scan = ScanSettings()
    (scan.device, scan.source, scan.mode, scan.resolution) = ("test:0", .adfDuplex, .lineart, 300)
    (scan.paper, scan.brightness, scan.contrast, scan.threshold) = (.a4, 0.5, -1, 50)
    (scan.options, scan.pages) = (["swcrop": "yes"], 3)
    return scan
  }()

  private static let layer = Layer(
    layer: "spf", verdict: "fail", evidence: "none", seconds: 0.25, hiddenBy: "lookup", panelCode: "DN01",
    needed: "a record", publish: "@ TXT \"v=spf1 -all\"")
  private static let smallLayer = Layer(layer: "mx", verdict: "ok", seconds: 0)

  private static let device: DeviceReport = {
    var scanner = ScannerDescription(name: "test:0", vendor: "Noname", model: "frontend-tester", type: "virtual device")
    scanner.identity = "usb:04b8:0142:1"
    scanner.sources = [.flatbed]
    scanner.modes = [.color]
    scanner.resolutions = [75, 1200.5]
    scanner.resolutionIsRange = true
    scanner.buttons = ["scan"]
    var report = DeviceReport(scanner)
    report.problem = failure
    return report
  }()
  private static let smallDevice: DeviceReport = {
    var device = DeviceReport(ScannerDescription(name: "net:a", vendor: "", model: "", type: ""))
    (device.vendor, device.model, device.type) = (nil, nil, nil)
    return device
  }()

  private static let secret = SecretReport(
    name: "routes.office.refreshToken", modified: time, lastUsed: time, ends: time, state: "endsSoon", days: 3,
    note: "unless used before")
  private static let smallSecret = SecretReport(name: "dkim.privateKey", modified: time)
  private static let key = KeyReport(
    secret: "dkim.privateKey", selector: "s1", domain: "x.test", algorithm: "rsa", name: "s1._domainkey.x.test",
    value: "v=DKIM1; p=", zone: "s1._domainkey.x.test. TXT \"v=DKIM1; p=\"", setting: "dkim.selector")
  private static let smallKey: KeyReport = {
    var small = key
    small.setting = nil
    return small
  }()
  private static let row = ConfigurationView.Row(
    key: "scan.resolution", value: .number(300), origin: "environment", isOverridden: true)
  private static let nothing = ConfigurationView.Row(
    key: "scan.device", value: .null, origin: "built-in", isOverridden: false)

  // MARK: By their names

  static let types: [Sample] =
    pair("Recipient", recipient, RecipientReport(address: "b@x.test", state: "queued")) + pair("Job", job, smallJob)
    + pair("Event", event, smallEvent) + pair("Message", message, MessageDraft())
    + pair("ScanSettings", scan, ScanSettings())
    + pair("Layer", layer, smallLayer) + pair("Device", device, smallDevice) + pair("Secret", secret, smallSecret)
    + pair("Edit", Edit(key: "scan.mode", value: .null), Edit(key: "scan.mode", value: nil))
    + pair("Failure", failure, Explanation(Failure(.jobSenderLost)))
    + pair("Action", Action(kind: .run, arguments: ["jobs"]), Action(kind: .retry, arguments: []))
    + pair("Origin", row, nothing) + pair("Key", key, smallKey)

  static let requests: [Sample] =
    pair(Operation.Version(), Operation.Version()) + pair(Operation.Devices(), Operation.Devices())
    + pair(Operation.Scan(message: message, scan: scan), Operation.Scan())
    + pair(Operation.Jobs(all: true), Operation.Jobs())
    + pair(Operation.ShowJob(id: "0123"), Operation.ShowJob(id: ""))
    + pair(Operation.Retry(id: "0123"), Operation.Retry(id: nil))
    + pair(Operation.Cancel(id: "0123"), Operation.Cancel(id: ""))
    + pair(Operation.Delete(id: "0123", which: .accepted), Operation.Delete())
    + pair(Operation.Export(id: "0123", output: ""), Operation.Export(id: "", output: ""))
    + pair(Operation.Resend(id: "0123", message: message), Operation.Resend(id: "", message: MessageDraft()))
    + pair(
      Operation.Records(route: "office", address: "192.0.2.1", asksBlockLists: true), Operation.Records())
    + pair(
      Operation.Keys(new: "s1", algorithm: "rsa", isSecond: true, isReplacing: true), Operation.Keys())
    + pair(
      Operation.Authorize(route: "office", browser: true, answer: "http://", certificate: "PEM", request: false),
      Operation.Authorize(route: "office"))
    + pair(Operation.Configuration(key: "scan", isOwn: true), Operation.Configuration())
    + pair(change, Operation.Change(edits: [])) + pair(Operation.Schema(), Operation.Schema())
    + pair(Operation.Secrets(), Operation.Secrets())
    + pair(
      Operation.SetSecret(name: "dkim.privateKey", value: Array("geheim ✓".utf8)),
      Operation.SetSecret(name: "dkim.privateKey", value: nil))

  static let answers: [Sample] =
    answers(Operation.Version.self, .init(versions: ["platen": "1"]), .init(versions: [:]))
    + answers(Operation.Devices.self, .init(devices: [device]), .init(devices: []))
    + answers(Operation.Scan.self, JobOutcome(job), JobOutcome(smallJob))
    + answers(Operation.Jobs.self, .init(jobs: [job], rest: 5), .init(jobs: []))
    + answers(Operation.ShowJob.self, .init(job: job), .init(job: smallJob))
    + answers(Operation.Retry.self, .init(outcomes: [JobOutcome(job)]), .init(outcomes: []))
    + answers(Operation.Cancel.self, .init(job: job), .init(job: smallJob))
    + answers(Operation.Delete.self, .init(deleted: 7, kept: 2), .init(deleted: 0))
    + answers(Operation.Export.self, .init(bytes: 1 << 40), .init(bytes: 0))
    + answers(Operation.Resend.self, JobOutcome(job), JobOutcome(smallJob))
    + answers(
      Operation.Records.self, .init(route: "office", sender: "a@x.test", steps: [layer], failure: failure),
      .init(route: "office", steps: []))
    + answers(Operation.Keys.self, .init(keys: [key]), .init(keys: []))
    + answers(Operation.Authorize.self, authorized, .init())
    + answers(
      Operation.Configuration.self, .init(values: [row], commit: "c0ffee"), .init(values: [], commit: "0"))
    + answers(
      Operation.Change.self, .init(commit: "c0ffee", problems: [failure], notices: ["n"]), .init())
    + answers(Operation.Schema.self, .init(schema: "{}"), .init(schema: ""))
    + answers(Operation.Secrets.self, .init(secrets: [secret]), .init(secrets: []))
    + answers(Operation.SetSecret.self, .init(notice: "n"), .init())

  private static let change: Operation.Change = {
    var change = Operation.Change(
      edits: [Edit(key: "scan.resolution", value: .number(300))], base: "c0ffee", isDry: true, source: "/a.json5")
    (change.secrets, change.comment, change.confirm) = (["dkim.privateKey": "x"], "why", 60)
    return change
  }()

  private static let authorized: Operation.Authorize.Answer = {
    var answer = Operation.Authorize.Answer()
    (answer.event, answer.request, answer.username, answer.grant) = (event, "PEM", "a@x.test", "device-code")
    (answer.seconds, answer.kept, answer.warning) = (3600, true, "weak")
    return answer
  }()

  private static func pair<Value: JSONStorable & Equatable>(
    _ name: String, _ full: Value, _ minimal: Value
  ) -> [Sample] {
    [Sample(name, full, isFull: true), Sample(name, minimal, isFull: false)]
  }

  private static func pair<Value: Request>(_ full: Value, _ minimal: Value) -> [Sample] {
    pair(Value.method, full, minimal)
  }

  private static func answers<Value: Request>(
    _ request: Value.Type, _ full: Value.Answer, _ minimal: Value.Answer
  ) -> [Sample] {
    pair(Value.method, full, minimal)
  }
}
