import Base
import Diagnosis
import JSON
import Jobs
import Mail
import Paper
import Testing

/// What the spool keeps of a job comes back as it was.
@Suite struct StoredTests {
  private func roundTrip<Value: JSONStorable>(_ value: Value) throws -> Value {
    try Value(json: try JSON5Reader.read(Array(JSONText.compact(value).utf8)))
  }

  private static let full: DispatchIdentity = {
    var identity = DispatchIdentity(
      messageID: "<1@platen.test>", date: WallTime(seconds: -1), offsetMinutes: -210, boundary: "=_\"\\\u{7F}",
      reversePath: "", from: Mailbox(name: "Ann \"Än\"\n", address: mailbox("\"a b\"@example.test").address),
      replyTo: mailbox("b@example.test"), mailer: "Platen 1",
      split: Split(
        parts: [
          Part(number: 1, of: 2, pages: 0..<3), Part(number: 2, of: 2, pages: 3..<3, files: [0, 1]),
        ],
        information: DocumentInformation(
          conformance: .a1b, title: "Überweisung", created: now, offsetMinutes: 60, creator: "Scanner", producer: "P")))
    identity.encoding = .binary
    identity.signatures = [
      DKIMTerms(algorithm: .rsa, domain: "platen.test", selector: "s1", fields: ["from"], key: "00ff"),
      DKIMTerms(algorithm: .ed25519, domain: "platen.test", selector: "s2", key: "ff"),
    ]
    return identity
  }()

  @Test func `an identity with all that it can have`() throws {
    #expect(try roundTrip(Self.full) == Self.full)
  }

  @Test func `an identity of an earlier version is read, and says nothing of signatures`() throws {
    #expect(try roundTrip(identity()) == identity())
    for name in ["signatures", "encoding", "split", "replyTo"] { #expect(identity().json[name] == nil) }
  }

  @Test func `a message`() throws {
    let full = JobMessage(
      to: [mailbox("a@example.test"), Mailbox(name: "", address: mailbox("A@example.test").address)],
      cc: [mailbox("c@example.test")], bcc: [mailbox("d@[192.0.2.1]")], subject: "Grüße\u{2028}", body: "a\r\nb",
      fromUser: mailbox("e@example.test"), fileName: "Scan/1.pdf",
      attachments: [AttachedFile(name: "b.pdf", stored: "attachment-1", bytes: 1 << 40)])
    for message in [full, JobMessage(to: [])] { #expect(try roundTrip(message) == message) }
  }

  @Test(arguments: [
    (["from", "address"], JSONValue.string("ann"), "from.address: expected an address"),
    (["split", "parts"], .array([.object([])]), "split.parts.0.pages: expected a list"),
    (["split", "information", "conformance"], .string("pdf"), "split.information.conformance: expected a Conformance"),
    (["date"], .number(0.5), "date: expected an integer"), (["mailer"], .null, "mailer: expected a string"),
    (["encoding"], .string("uuencode"), "encoding: expected a MessageEncoding"),
  ])
  func `what does not fit is named`(path: [String], value: JSONValue, words: String) throws {
    let error = try #require(throws: JSONMismatch.self) {
      try DispatchIdentity(json: Self.full.json.setting(path[...], to: value))
    }
    #expect(error.description == words)
  }

  @Test func `who has a recipient's copy, and what binds it`() throws {
    let custodies: [Custody] = [
      .queued(.atOnce, .none), .queued(.after(minute), .init(failure: failure(.transient), reply: "451")),
      .queued(.paced(minute), .none), .sending(attempt: 2, isIntended: true, .init(reply: "451")),
      .accepted(reply: "250"), .refused(failure(.message), reply: nil), .held(.none),
      .unknown(failure(.unknown), reply: nil),
    ]
    #expect(Set(custodies.map(\.state)) == Set(RecipientState.allCases))
    for custody in custodies { #expect(try Custody(custody.state, details: custody.details) == custody) }
    let bonds: [Bond] = [
      .none, .free(after: 3, route: "office"), .bound(to: 1, route: "office", mayHaveArrived: true),
    ]
    for bond in bonds { #expect(try roundTrip(bond) == bond) }
  }

  @Test func `what cannot be is not read`() {
    let details = Custody.held(.init(reply: "451")).details
    for (state, path) in [(RecipientState.sending, "attempt"), (.refused, "failure"), (.unknown, "failure")] {
      #expect(throws: JSONMismatch.self, "\(state) without \(path)") { try Custody(state, details: details) }
    }
    #expect(throws: JSONMismatch("a string", at: "route")) { try Bond(json: .fields(["dispatch": 1])) }
    #expect(throws: JSONMismatch("a string", at: "due.after.boot")) {
      try Custody(
        .queued,
        details: .fields(["due": JSONValue.fields(["after": JSONValue.fields(["left": 1, "sinceBoot": 1])])]))
    }
  }

  @Test(arguments: [[1], [2, 1], [1, 2, 3]]) func `pages are a range`(pages: [Int]) throws {
    var part = Part(number: 1, of: 1, pages: 0..<1).json
    part["pages"] = pages.json
    let error = try #require(throws: JSONMismatch.self) { try Part(json: part) }
    #expect(error == JSONMismatch("two numbers in order", at: "pages"))
  }
}

extension JSONValue {
  fileprivate func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue {
    guard let name = path.first else { return value }
    var copy = self
    copy[name] = (self[name] ?? .null).setting(path.dropFirst(), to: value)
    return copy
  }
}
