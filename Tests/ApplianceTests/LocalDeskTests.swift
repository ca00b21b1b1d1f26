import Appliance
import Base
import Diagnosis
import Host
import Interface
import JSON
import Jobs
import Settings
import Spool
import TestKit
import Testing

extension Mailroom {
  /// Each is as a process of its own.
  func desk() -> LocalDesk {
    LocalDesk(
      configFile: folder.file("platen.json5"), stateFolder: folder.file("state"), program: "/nonexistent",
      environment: [:], givenSecrets: EnvironmentSecrets(values: [:]), clock: clock.clock)
  }
}

@Suite struct `The desk in the appliance` {
  private func message(_ to: String...) -> MessageDraft {
    var message = MessageDraft()
    message.to = to
    return message
  }

  private func failure(_ body: () throws -> Void) throws -> Failure {
    try #require(throws: Failure.self, performing: body)
  }

  // MARK: Jobs

  @Test func `what is finished is deleted, and what waits stays until it is cancelled`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port))
    func send() throws -> String {
      let request = Operation.Send(message: message("ann@contoso.com"), files: [mailroom.folder.file("a.pdf")])
      return try mailroom.desk().send(request, events: { _ in }, interrupt: .never).job.id
    }
    let sent = try send()
    let lock = try #require(try mailroom.appliance().spool.tryBecomeSender())
    let waiting = try withExtendedLifetime(lock) { try send() }
    let desk = mailroom.desk()
    let refused = try failure { _ = try desk.delete(Operation.Delete(id: waiting)) }
    #expect(refused.id == .jobNotNow && refused.exitCode == .usage)
    #expect(try desk.delete(Operation.Delete(which: .all)) == .init(deleted: 1, kept: 1))
    #expect(try desk.jobs(Operation.Jobs(all: true)).jobs.map(\.id) == [waiting])
    #expect(!Folder.isFolder(mailroom.folder.file("state/jobs/" + sent)))
    _ = try desk.cancel(Operation.Cancel(id: waiting))
    #expect(try desk.delete(Operation.Delete(id: waiting)) == .init(deleted: 1))
    #expect(try desk.delete(Operation.Delete(which: .accepted)) == .init(deleted: 0))
  }

  @Test func `a job's events are numbered, dated and of one job`() throws {
    let server = try ScriptedServer(.taking())
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: server.port))
    var events: [Event] = []
    let request = Operation.Send(message: message("ann@contoso.com"), files: [mailroom.folder.file("a.pdf")])
    let outcome = try mailroom.desk().send(request, events: { events.append($0) }, interrupt: .never)
    #expect(outcome.job.state == "accepted" && outcome.job.owner == UserName.current)
    #expect(outcome.exitCode(isInterrupted: false) == .done && outcome.standstill == nil)
    #expect(events.map(\.sequence) == Array(1...events.count))
    #expect(Set(events.map(\.job)) == [outcome.job.id] && Set(events.map(\.time.seconds)) == [1_800_000_000])
    #expect(events.filter { $0.kind == .state }.map(\.state) == ["scanning", "queued"])
    #expect(events.last { $0.kind == .outcome }?.state == "accepted")
    let desk = mailroom.desk()
    #expect(try desk.jobs(Operation.Jobs()).jobs.isEmpty)
    #expect(try desk.jobs(Operation.Jobs(all: true)).jobs == [outcome.job])
    #expect(try desk.showJob(Operation.ShowJob(id: String(outcome.job.id.prefix(4)))).job == outcome.job)
  }

  @Test func `where another sends, the job is kept, and its answer says why it stands still`() throws {
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: 1))
    let lock = try #require(try mailroom.appliance().spool.tryBecomeSender())
    defer { withExtendedLifetime(lock) {} }
    let request = Operation.Send(
      message: message("ann@contoso.com"), files: [mailroom.folder.file("a.pdf")],
      finish: Finish(output: mailroom.folder.file("copy.pdf")))
    let outcome = try mailroom.desk().send(request, events: { _ in }, interrupt: .never)
    #expect(outcome.job.state == "queued" && outcome.standstill?.exitCode == .notAcceptedYet)
    #expect(Folder.exists(mailroom.folder.file("copy.pdf")) && outcome.fileRefusal == nil)
  }

  @Test func `what is only written to a file leaves no job`() throws {
    let mailroom = try Mailroom(routes: "")
    let (file, copy) = (mailroom.folder.file("a.pdf"), mailroom.folder.file("copy.pdf"))
    let request = Operation.Send(message: MessageDraft(), files: [file], finish: Finish(output: copy))
    let outcome = try mailroom.desk().send(request, events: { _ in }, interrupt: .never)
    #expect(outcome.job.state == "sealed" && outcome.exitCode(isInterrupted: false) == .done)
    #expect(try Folder.contents(of: copy) == Folder.contents(of: file))
    #expect(try mailroom.desk().jobs(Operation.Jobs(all: true)).jobs.isEmpty)
  }

  @Test func `what this build does not serve is refused by name`() throws {
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: 1))
    defer { withExtendedLifetime(mailroom) {} }
    let desk = mailroom.desk()
    var message = message("ann@contoso.com")
    message.profile = "invoices"
    let profile = try failure {
      _ = try desk.send(Operation.Send(message: message, files: []), events: { _ in }, interrupt: .never)
    }
    #expect(profile.exitCode == .configuration && profile.cause.contains("profile"))
    var scan = ScanSettings()
    scan.brightness = 0.5
    let brightness = try failure {
      _ = try desk.scan(Operation.Scan(scan: scan), events: { _ in }, interrupt: .never)
    }
    #expect(brightness.cause.contains("--brightness"))
    var change = Operation.Change(edits: [])
    change.confirm = 60
    #expect(try failure { _ = try desk.change(change) }.exitCode == .configuration)
    let all = try failure { _ = try desk.retry(Operation.Retry(id: nil), events: { _ in }, interrupt: .never) }
    #expect(all.exitCode == .configuration)
  }

  // MARK: Settings

  private func value(_ key: String, _ desk: LocalDesk) throws -> JSONValue? {
    try desk.configuration(Operation.Configuration(key: key)).values.first?.value
  }

  @Test func `a change is all or nothing, and one that is only tried is nothing`() throws {
    let mailroom = try Mailroom(routes: "")
    defer { withExtendedLifetime(mailroom) {} }
    let desk = mailroom.desk()
    let before = try desk.configuration(Operation.Configuration()).commit
    let route = [Edit(key: "routes.new.preset", value: .string("smtp"))]
    // A route without a server is none, and the server may come with the same change.
    let refused = try desk.change(Operation.Change(edits: route))
    #expect(refused.commit == nil && refused.problems.count == 1 && refused.problems[0].cause.contains("server"))
    let whole = route + [Edit(key: "routes.new.server", value: .string("mail.example.test"))]
    let tried = try desk.change(Operation.Change(edits: whole, isDry: true))
    #expect(tried == .init())
    #expect(try desk.configuration(Operation.Configuration()).commit == before)
    let changed = try desk.change(Operation.Change(edits: whole, base: before))
    let now = try desk.configuration(Operation.Configuration()).commit
    #expect(changed.commit == now && now != before)
    #expect(try value("routes.new.server", desk) == .string("mail.example.test"))
    let late = try failure { _ = try desk.change(Operation.Change(edits: whole, base: before)) }
    #expect(late.exitCode == .notAcceptedYet)
  }

  @Test func `a value is taken back, or set to nothing`() throws {
    let mailroom = try Mailroom(routes: "")
    defer { withExtendedLifetime(mailroom) {} }
    let desk = mailroom.desk()
    #expect(try desk.change(Operation.Change(edits: [Edit(key: "scan.device", value: .null)])).problems == [])
    let own = try #require(try desk.configuration(Operation.Configuration(isOwn: true)).values.first)
    #expect(own.key == "" && own.value["scan"]?["device"] == .null)
    #expect(try desk.change(Operation.Change(edits: [Edit(key: "scan.device", value: nil)])).problems == [])
    #expect(try desk.configuration(Operation.Configuration(isOwn: true)).values.first?.value["scan"] == nil)
  }

  @Test func `all settings at once are told of by where they are from`() throws {
    let mailroom = try Mailroom(routes: "")
    defer { withExtendedLifetime(mailroom) {} }
    let desk = mailroom.desk()
    let all = Edit(key: "", value: .object([.init("scan", .object([.init("resolutoin", .number(1))]))]))
    let refused = try desk.change(Operation.Change(edits: [all], source: "/tmp/new.json5"))
    #expect(refused.problems.first?.cause.hasPrefix("/tmp/new.json5: ") == true)
  }

  @Test func `a configuration that is wrong is told, and can be mended`() throws {
    let mailroom = try Mailroom(routes: "")
    try mailroom.configure(routes: "", "scan: { resolutoin: 300 },")
    let desk = mailroom.desk()
    let judged = try desk.change(Operation.Change(edits: [], isDry: true))
    #expect(judged.problems.first?.cause.contains("scan.resolutoin") == true)
    #expect(try desk.change(Operation.Change(edits: [Edit(key: "scan.resolutoin", value: nil)])).problems == [])
    #expect(try desk.change(Operation.Change(edits: [], isDry: true)) == .init())
  }

  @Test func `a file that cannot be read as settings is mended by replacing it`() throws {
    let mailroom = try Mailroom(routes: "")
    try mailroom.folder.write("{ scan: { resolution 300 } }", to: "platen.json5")
    let desk = mailroom.desk()
    let broken = try failure { _ = try desk.configuration(Operation.Configuration()) }
    #expect(broken.id == .settingsSyntax)
    let all = Edit(key: "", value: .object([.init("scan", .object([.init("resolution", .number(300))]))]))
    #expect(try desk.change(Operation.Change(edits: [all], source: "/tmp/new.json5")).problems == [])
    #expect(try value("scan.resolution", desk) == .number(300))
  }

  @Test func `what is asked after a change goes by it`() throws {
    let mailroom = try Mailroom(routes: "")
    let desk = mailroom.desk()
    let send = Operation.Send(message: message("ann@contoso.com"), files: [mailroom.folder.file("a.pdf")])
    let before = try failure { _ = try desk.send(send, events: { _ in }, interrupt: .never) }
    #expect(before.cause.hasPrefix("no routes are configured"))
    let edits = [("preset", "smtp"), ("server", "127.0.0.1"), ("auth", "none"), ("tls.mode", "off")].map { key, value in
      Edit(key: "routes.new." + key, value: .string(value))
    }
    let port = Edit(key: "routes.new.port", value: .number(1))
    #expect(try desk.change(Operation.Change(edits: edits + [port])).problems == [])
    #expect(try desk.send(send, events: { _ in }, interrupt: .never).job.recipients.map(\.state) == ["queued"])
  }

  // MARK: Secrets

  @Test func `a secret is set, listed without its value, and removed`() throws {
    let mailroom = try Mailroom(routes: Mailroom.route("smtp", port: 1))
    defer { withExtendedLifetime(mailroom) {} }
    let desk = mailroom.desk()
    let name = "routes.offise.password"
    let set = try desk.setSecret(Operation.SetSecret(name: name, value: Array("hunter2".utf8)))
    #expect(set.notice?.contains("did you mean \"office\"?") == true)
    let listed = try desk.secrets(Operation.Secrets())
    #expect(listed.secrets.map(\.name) == [name] && !JSONText.line(listed.json).contains("hunter2"))
    #expect(try desk.setSecret(Operation.SetSecret(name: name, value: nil)).notice == nil)
    #expect(try desk.setSecret(Operation.SetSecret(name: name, value: nil)).notice == "\(name) was not set")
  }
}
