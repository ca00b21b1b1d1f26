import Base
import Crypto
import Diagnosis
import Mail
import TestKit
import Testing

@testable import Jobs
@testable import Routes

/// The failures that services document, each with what it must mean: `SectionB.txt`, whose first lines tell its form.
@Suite struct `Documented failures` {
  private static let count = 177
  private static let route = RouteFacts(
    name: "office", server: "smtp.example.net", port: 587, username: "scanner@contoso.com",
    sender: "scanner@contoso.com")

  /// A failure at one stage, and the classes it may have.
  struct Row: Sendable, CustomTestStringConvertible {
    var number: Int
    var stage: String
    var words: String
    var classes: [FailureClass]
    /// The words are ours: how sure we may be of them says nothing.
    var isGuessed: Bool

    var testDescription: String { "\(number) \(stage): \(words.prefix(60))" }
  }

  static let rows: [Row] = {
    let path = #filePath.replacing("SectionBTests.swift", with: "SectionB.txt")
    guard let bytes = try? Folder.contents(of: path) else { return [] }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return lines.flatMap { line -> [Row] in
      let cells = line.split(separator: "\t").map(String.init)
      guard cells.count == 4, let number = Int(cells[0]) else { return [] }
      let classes = cells[3].split { $0 == "/" || $0 == "!" }.compactMap { FailureClass(rawValue: String($0)) }
      let isGuessed = cells[2].hasPrefix("~")
      return cells[1].split(separator: " ").map {
        Row(
          number: number, stage: String($0), words: String(cells[2].dropFirst(isGuessed ? 1 : 0)), classes: classes,
          isGuessed: isGuessed)
      }
    }
  }()

  @Test func `each of them is here`() {
    let numbers = Set(Self.rows.map(\.number))
    print("figure: documented failures classed = \(numbers.count)")
    #expect(numbers == Set(1...Self.count))
  }

  // case: smtp-33
  // case: smtp-41
  // case: smtp-47
  // case: smtp-54
  // case: smtp-55
  @Test(arguments: rows.filter { $0.stage != "token" })
  func `means what it must, and has the right fate`(_ row: Row) throws {
    let failure = Failure(try Self.fault(of: row), route: Self.route, recipient: "r@example.org")
    let about = Comment(rawValue: "\(failure.class) \(failure.confidence): \(failure.cause)")
    #expect(row.classes.contains(failure.class), about)
    #expect(failure.retry == (failure.class == .transient || failure.class == .unknown), about)
    #expect(Custody(after: failure).state == Self.fates[failure.class], about)
    #expect(!failure.steps.isEmpty && failure.steps.allSatisfy { !$0.isEmpty && !$0.contains("{") }, about)
    #expect(!failure.cause.isEmpty && !failure.cause.contains("{") && failure.source != nil, about)
    // Who has to change something is told, and nobody is where time alone helps.
    #expect(failure.class != .configuration || failure.who != .nobody, about)
    #expect(row.isGuessed || failure.confidence >= 0.6, about)
  }

  /// DESIGN's algebra: what becomes of the recipients.
  private static let fates: [FailureClass: RecipientState] = [
    .transient: .queued, .message: .refused, .recipient: .refused, .configuration: .held, .unknown: .unknown,
  ]

  @Test(arguments: rows.filter { $0.stage == "token" })
  func `a token that is refused holds the route, or is asked for again`(_ row: Row) {
    let words = row.words.split(separator: " ", maxSplits: 1).map(String.init)
    let fault = TokenFault(
      error: words[0], description: words.dropFirst().first ?? "", status: 400, retryAfter: nil)
    #expect(row.classes == [Self.failureClass(of: fault.verdict)], "\(fault)")
    #expect(
      fault.verdict == .pending || fault.verdict == .slowDown
        || FailureID.token(code: fault.code, error: fault.error) != nil
        || fault.error == "invalid_resource", "\(fault)")
  }

  private static func failureClass(of verdict: TokenFault.Consequence) -> FailureClass {
    switch verdict {
    case .pending, .slowDown, .transient: .transient
    case .configuration, .signInAgain: .configuration
    }
  }

  private static func fault(of row: Row) throws -> DeliveryFault {
    if row.stage == "fault" { return try #require(faults[row.words]) }
    return .reply(stage: try #require(SMTPStage(rawValue: row.stage)), try reply(row.words))
  }

  /// As the session reads it: an enhanced code of another class is text.
  private static func reply(_ words: String) throws -> SMTPReply {
    let code = try #require(Int(words.prefix(3)))
    let rest = words.dropFirst(4)
    let first = rest.prefix { $0 != " " }
    let isEnhanced = first.split(separator: ".").count == 3 && first.allSatisfy { $0.isNumber || $0 == "." }
    if isEnhanced && first.first == words.first {
      return SMTPReply(code: code, enhanced: String(first), lines: [String(rest.dropFirst(first.count + 1))])
    }
    return SMTPReply(code: code, lines: [String(rest)])
  }

  private static let faults: [String: DeliveryFault] = [
    "nameNotFound": .nameNotFound(host: "smtp.exmaple.net"),
    "nameServerFailure": .nameServerFailure(host: "smtp.example.net", detail: "no answer"),
    "connectionRefused": .connect(host: "smtp.example.net", port: 587, detail: "connection refused"),
    "connectTimeout25": .connect(host: "smtp.example.net", port: 25, detail: "no answer within 30 s"),
    "connectTimeout587": .connect(host: "smtp.example.net", port: 587, detail: "no answer within 30 s"),
    "inspection": .smtpInspection(sign: "XXXXXXXA"),
    "noSTARTTLS": .startTLSNotOffered,
    "notTLS": .tls(.notTLS(received: "220 smtp.example.net ESMTP")),
    "protocolVersion": .tls(.alert("protocol_version")),
    "handshakeFailure": .tls(.alert("handshake_failure")),
    "belowFloor": .tls(.belowFloor(floor: .tls12)),
    "unknownAuthority": .tls(.unknownAuthority(issuer: "CN=Proxy", selfSigned: false)),
    "wrongName": .tls(.wrongName(expected: "smtp.example.net", names: ["proxy.example.org"])),
    "notYetValid": .tls(.notYetValid(subject: "CN=x", notBefore: "2026-01-01")),
    "expired": .tls(.expired(subject: "CN=x", notAfter: "2020-01-01")),
    "stall": .timedOut(stage: .body, seconds: 180),
    "finalReplyLost": .finalReplyLost(detail: "the server closed the connection"),
  ]
}
