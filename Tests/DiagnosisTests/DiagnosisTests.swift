import Base
import Crypto
import Diagnosis
import Mail
import TestKit
import Testing

private let route = RouteFacts(
  name: "office", server: "smtp.example.net", port: 587, username: "scanner@example.com",
  sender: "scanner@example.com")

/// What every failure must have, whatever it is about.
private func judge(_ failure: Failure, _ about: String) {
  let steps = Comment(rawValue: "\(about): \(failure.steps)")
  let cause = Comment(rawValue: "\(about): \(failure.cause)")
  #expect(!failure.cause.isEmpty && !failure.cause.hasSuffix(".") && !failure.cause.contains("\n"), cause)
  #expect(!failure.steps.isEmpty && failure.steps.allSatisfy { !$0.isEmpty }, steps)
  #expect(failure.confidence > 0 && failure.confidence <= 1)
  #expect(failure.exitCode != .done && failure.exitCode != .bug && failure.exitCode != .usage)
  // Every word in braces has found its value.
  #expect(!failure.cause.contains("{"), cause)
  #expect(!failure.steps.contains { $0.contains("{") && !$0.contains("ATTR{") }, steps)
  switch failure.class {
  case .transient, .unknown:
    #expect(
      [.notAcceptedYet, .serverProtocol, .storage, .interrupted, .scannerUnavailable, .noInput, .cannotCreate].contains(
        failure.exitCode), cause)
  case .message: #expect([.badInput, .noInput, .refused].contains(failure.exitCode), cause)
  case .recipient: #expect([.badInput, .noHost].contains(failure.exitCode), cause)
  case .configuration:
    #expect(
      [.refused, .configuration, .serverProtocol, .noHost, .scannerUnavailable, .cannotCreate].contains(
        failure.exitCode), cause)
  }
}

@Suite struct DeliveryFaultTests {
  static let all: [(DeliveryFault, FailureClass, ExitCode)] = [
    (.nameNotFound(host: "smtp.exmaple.net"), .configuration, .noHost),
    (.nameServerFailure(host: "h", detail: "no answer"), .transient, .notAcceptedYet),
    (.nullExchanger(domain: "example.net"), .configuration, .noHost),
    (.connect(host: "192.0.2.1", port: 587, detail: "connection refused"), .transient, .notAcceptedYet),
    (.connect(host: "192.0.2.1", port: 25, detail: "no answer within 30 s"), .transient, .notAcceptedYet),
    (.tls(.belowFloor(floor: .tls12)), .configuration, .serverProtocol),
    (.tls(.belowFloor(floor: .tls10)), .configuration, .serverProtocol),
    (.tls(.wrongName(expected: "smtp.example.net", names: ["mail.example.org"])), .configuration, .serverProtocol),
    (.tls(.wrongName(expected: "smtp.example.net", names: [])), .configuration, .serverProtocol),
    (.tls(.expired(subject: "CN=x", notAfter: "2020-01-01")), .configuration, .serverProtocol),
    (.tls(.notYetValid(subject: "CN=x", notBefore: "2026-01-01")), .configuration, .serverProtocol),
    (.tls(.unknownAuthority(issuer: "CN=Corp CA", selfSigned: false)), .configuration, .serverProtocol),
    (.tls(.unknownAuthority(issuer: "CN=x", selfSigned: true)), .configuration, .serverProtocol),
    (
      .tls(.missingIntermediate(issuer: "CN=Sub", location: "http://ca.example.net/sub.crt")), .configuration,
      .serverProtocol
    ),
    (.tls(.revoked(subject: "CN=x")), .configuration, .serverProtocol),
    (.tls(.ownCertificateDemanded), .configuration, .serverProtocol),
    (
      .tls(.ownCertificateRefused(alert: "unknown_ca", subject: "CN=x", notAfter: "2030-01-01")), .configuration,
      .serverProtocol
    ),
    (.tls(.ownCertificate("/k.pem holds no private key")), .configuration, .configuration),
    (.tls(.dane(.unsigned(name: "_25._tcp.h"))), .configuration, .serverProtocol),
    (.tls(.dane(.bogus(name: "_25._tcp.h", detail: "signature expired"))), .transient, .serverProtocol),
    (.tls(.dane(.noRecord(name: "_25._tcp.h"))), .configuration, .serverProtocol),
    (.tls(.dane(.unusable(name: "h"))), .configuration, .serverProtocol),
    (.tls(.dane(.noAnswer(name: "_25._tcp.h", detail: "no answer in time"))), .transient, .notAcceptedYet),
    (.tls(.dane(.mismatch)), .configuration, .serverProtocol),
    (.tls(.dane(.noValidator(detail: "libunbound.so.8 is not installed"))), .configuration, .configuration),
    (.tls(.certificate("CA md too weak")), .configuration, .serverProtocol),
    (.tls(.notTLS(received: "220 smtp.example.net ESMTP")), .configuration, .serverProtocol),
    (.tls(.notTLS(received: "421 4.3.2 busy")), .transient, .notAcceptedYet),
    (.tls(.alert("handshake_failure")), .configuration, .serverProtocol),
    (.tls(.alert("certificate_required")), .configuration, .serverProtocol),
    (.tls(.truncated), .transient, .notAcceptedYet),
    (.tls(.setup("cannot read /x.pem")), .configuration, .configuration),
    (.tls(.other("bad record")), .transient, .serverProtocol),
    (.notSMTP(received: "HTTP/1.1 400 Bad Request"), .configuration, .serverProtocol),
    (.notSMTP(received: "+OK POP3 ready"), .configuration, .serverProtocol),
    (.notSMTP(received: "* OK IMAP4 ready"), .configuration, .serverProtocol),
    (.notSMTP(received: "SSH-2.0-x"), .configuration, .serverProtocol),
    (.notSMTP(received: "\u{15}\u{3}\u{1}"), .configuration, .serverProtocol),
    (.notSMTP(received: "hello"), .configuration, .serverProtocol),
    (.protocolViolation(stage: .mail, detail: "code 000"), .transient, .serverProtocol),
    (.startTLSNotOffered, .configuration, .serverProtocol),
    (.smtpInspection(sign: "XXXXXXXA"), .configuration, .serverProtocol),
    (.startTLSInjection, .configuration, .serverProtocol),
    (.authNotOffered(offered: [], wanted: "LOGIN or PLAIN"), .configuration, .refused),
    (.authNotOffered(offered: ["GSSAPI", "NTLM"], wanted: "LOGIN or PLAIN"), .configuration, .refused),
    (.authForbidden(reason: "the peer's address is public"), .configuration, .configuration),
    (.reply(stage: .rcpt, SMTPReply(code: 550, enhanced: "5.1.1", lines: ["No"])), .recipient, .badInput),
    (.tooBig(limit: 10_240_000, size: 34_000_001), .message, .badInput),
    (.extensionMissing("SMTPUTF8"), .recipient, .badInput),
    (.extensionMissing("8BITMIME"), .message, .badInput),
    (.connectionLost(stage: .body, detail: "connection reset"), .transient, .notAcceptedYet),
    (.timedOut(stage: .greeting, seconds: 300), .transient, .notAcceptedYet),
    (.finalReplyLost(detail: "connection reset"), .unknown, .notAcceptedYet),
    (.document(detail: "it is shorter than it was"), .transient, .storage),
    (.interrupted(stage: .body), .transient, .interrupted),
    (.notRecorded(detail: "disk full"), .transient, .storage),
    (.hosts([TriedHost("h", fault: .startTLSNotOffered)], telling: 0), .configuration, .serverProtocol),
  ]

  // case: smtp-18
  // case: smtp-77
  @Test(arguments: all)
  func `each fault has a cause, a step, a class and the exit code of the contract`(
    fault: DeliveryFault, wantedClass: FailureClass, exit: ExitCode
  ) {
    let failure = Failure(fault, route: route)
    judge(failure, "\(fault)")
    #expect(failure.class == wantedClass && failure.exitCode == exit)
  }

  @Test func `each stage has words for what was going on`() {
    for stage in SMTPStage.allCases {
      judge(Failure(.connectionLost(stage: stage, detail: "reset"), route: route), stage.rawValue)
      judge(Failure(.reply(stage: stage, SMTPReply(code: 599, lines: ["?"])), route: route), stage.rawValue)
    }
    let lost = Failure(.connectionLost(stage: .body, detail: "reset"), route: route)
    #expect(lost.cause == "the connection to smtp.example.net was lost during the message: reset")
    #expect(lost.stage == "body")
  }

  @Test func `a name is named, and the setting that holds it`() {
    let failure = Failure(.nameNotFound(host: "smtp.exmaple.net"), route: route)
    #expect(failure.cause == "host smtp.exmaple.net does not exist")
    #expect(failure.steps.first == "Correct it: platen config set routes.office.server HOST")
  }

  // case: smtp-76
  @Test func `of several hosts the telling one is explained, and each is named`() {
    var direct = RouteFacts(name: "direct", server: "example.com", port: 25)
    direct.isExchanger = true
    let fault = DeliveryFault.hosts(
      [
        TriedHost("a.example.com", fault: .connect(host: "a.example.com", port: 25, detail: "no answer within 30 s")),
        TriedHost(
          "b.example.com", address: "192.0.2.1",
          fault: .reply(stage: .greeting, SMTPReply(code: 421, enhanced: "4.3.2", lines: ["busy"]))),
        TriedHost("c.example.com", address: "192.0.2.2", fault: .tls(.expired(subject: "CN=c", notAfter: "2020"))),
        TriedHost("d.example.com", address: "192.0.2.3", fault: .connectionLost(stage: .greeting, detail: "reset")),
      ], telling: 1)
    let failure = Failure(fault, route: direct)
    judge(failure, "several")
    #expect(failure.stage == "greeting" && failure.code == "421 4.3.2" && failure.class == .transient)
    #expect(failure.cause.contains("b.example.com"))
    let expired = Failure(.tls(.expired(subject: "CN=c", notAfter: "2020")), route: facts("c.example.com")).cause
    #expect(
      failure.cause.hasSuffix(
        "; tried: a.example.com: no answer within 30 s; b.example.com (192.0.2.1): 421 4.3.2 busy; "
          + "c.example.com (192.0.2.2): \(expired); d.example.com (192.0.2.3): reset before the greeting"),
      "\(failure.cause)")
  }

  private func facts(_ server: String) -> RouteFacts {
    var facts = RouteFacts(name: "direct", server: server, port: 25)
    facts.isExchanger = true
    return facts
  }

  // case: smtp-76
  @Test func `of a mail exchanger the domain is named, and no other port`() {
    var direct = RouteFacts(name: "direct", server: "example.com", port: 25)
    direct.isExchanger = true
    let missing = Failure(.nameNotFound(host: "example.com"), route: direct)
    #expect(missing.cause == "domain example.com does not exist")
    #expect(missing.steps.first == "Correct it: platen config set routes.direct.domain DOMAIN")
    let lost = Failure(.nameNotFound(host: "mx.example.net"), route: direct)
    #expect(lost.cause == "the mail exchanger of example.com, mx.example.net, has no address")
    let closed = Failure(.connect(host: "mx.example.net", port: 25, detail: "no answer"), route: direct)
    #expect(closed.class == .transient && !closed.advice.contains("587"))
    for failure in [missing, lost, closed, Failure(.nullExchanger(domain: "example.com"), route: direct)] {
      judge(failure, failure.cause)
    }
  }

  // case: smtp-78
  @Test func `port 25 has its own hint`() {
    let failure = Failure(.connect(host: "h", port: 25, detail: "no answer within 30 s"), route: route)
    #expect(failure.steps.first?.contains("block port 25") == true)
    #expect(failure.steps.first?.contains("platen config set routes.office.port 587") == true)
  }

  // case: smtp-22
  @Test func `a port that gives no greeting may begin with TLS`() {
    let silence = DeliveryFault.timedOut(stage: .greeting, seconds: 4)
    var tlsPort = route
    tlsPort.port = 465
    let sure = Failure(silence, route: tlsPort)
    #expect(
      sure.class == .configuration
        && sure.cause.hasSuffix("port 465 sent nothing for 4 s: this port uses implicit TLS"))
    #expect(sure.steps.first?.hasSuffix("platen config set routes.office.tls.mode implicit") == true)
    let guess = Failure(silence, route: route)
    #expect(guess.class == .transient && guess.advice.contains("routes.office.tls.mode implicit"))
    tlsPort.tlsMode = "implicit"
    #expect(!Failure(silence, route: tlsPort).advice.contains("tls.mode"))
  }

  @Test func `the floor is lowered by name only, one version at a time`() {
    let failure = Failure(.tls(.belowFloor(floor: .tls12)), route: route)
    #expect(failure.cause == "smtp.example.net does not support TLS 1.2 or later, the minimum of route office")
    #expect(failure.steps.last?.hasSuffix("platen config set routes.office.tls.floor 1.1") == true)
    let lowest = Failure(.tls(.belowFloor(floor: .tls10)), route: route)
    #expect(!lowest.steps.contains { $0.contains("tls.floor") })
  }

  // case: smtp-24
  @Test func `a certificate that is not yet valid asks about the clock first`() {
    let failure = Failure(.tls(.notYetValid(subject: "CN=x", notBefore: "2026-01-01")), route: route)
    #expect(failure.steps.first?.contains("clock") == true)
  }

  @Test func `an unknown authority names the setting for one's own`() {
    for selfSigned in [true, false] {
      let failure = Failure(.tls(.unknownAuthority(issuer: "CN=Corp", selfSigned: selfSigned)), route: route)
      #expect(failure.steps.first?.contains("platen config set routes.office.tls.caFile FILE") == true)
    }
  }

  @Test func `no step ever advises to switch verification off`() {
    for (fault, _, _) in Self.all {
      #expect(!Failure(fault, route: route).advice.contains("verify none"))
    }
  }

  // case: smtp-11
  // case: smtp-22
  @Test func `a server of another kind is named, with the port or mode that is right`() {
    let web = Failure(.notSMTP(received: "HTTP/1.1 400"), route: route)
    #expect(web.cause == "smtp.example.net port 587 speaks HTTP, not SMTP: it sent \"HTTP/1.1 400\"")
    #expect(web.steps.first == "Use the submission port: platen config set routes.office.port 587")
    let tls = Failure(.notSMTP(received: "\u{15}\u{3}\u{1}"), route: route)
    #expect(tls.steps.first?.hasSuffix("platen config set routes.office.tls.mode implicit") == true)
    var implicit = route
    implicit.tlsMode = "implicit"
    let plain = Failure(.tls(.notTLS(received: "220 hi")), route: implicit)
    #expect(plain.steps.first?.contains("tls.mode starttls") == true)
    #expect(Failure(.tls(.notTLS(received: "220 hi")), route: route).steps.first?.contains("implicit") == true)
  }

  @Test func `sizes are in MB, the message's rounded up`() {
    let failure = Failure(.tooBig(limit: 10_000_000, size: 34_000_001), route: route)
    #expect(failure.cause == "the message has 34.1 MB; smtp.example.net accepts at most 10.0 MB")
  }

  // case: smtp-5
  @Test func `what a server says stays on one short line`() {
    let long = SMTPReply(
      code: 554, enhanced: "5.2.0", lines: ["a\u{1B}[31m\r\nb", String(repeating: "x", count: 5000)])
    let failure = Failure(.reply(stage: .final, long), route: route)
    #expect(failure.summary.count < 400 && !failure.summary.contains("\u{1B}"))
    // Braces in a server's words are no words of ours.
    let braces = SMTPReply(code: 550, lines: ["{user} {route}"])
    #expect(Failure(.reply(stage: .rcpt, braces), route: route).cause.contains("{user} {route}"))
  }

  @Test func `advice is numbered, with when it takes effect`() {
    let reply = SMTPReply(
      code: 535, enhanced: "5.7.139",
      lines: ["Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."])
    let failure = Failure(.reply(stage: .auth, reply), route: route)
    #expect(failure.cause == "SMTP AUTH is turned off in Microsoft 365 for \"scanner@example.com\"")
    #expect(failure.advice.hasPrefix("1. In the Microsoft 365 admin center"))
    #expect(failure.advice.hasSuffix("\nIt takes effect within a few minutes, at most 24 hours."))
    #expect(failure.code == "535 5.7.139")
  }
}

@Suite struct ScanFaultTests {
  static let all: [(ScanFault, ExitCode)] = [
    (.notFound(device: "test:7"), .scannerUnavailable), (.busy(device: "test:0"), .scannerUnavailable),
    (.accessDenied(device: "usb:04b8:0142:X1"), .refused), (.accessDenied(device: "test:0"), .refused),
    (.jammed, .scannerUnavailable), (.coverOpen, .scannerUnavailable), (.feederEmpty, .noInput),
    (.inputOutput(call: "sane_read"), .scannerUnavailable), (.outOfMemory, .scannerUnavailable),
    (.unsupported(option: "resolution", value: "5000", available: ["75", "300"]), .badInput),
    (.unsupported(option: "source", value: "adf", available: []), .badInput),
    (.rejected(call: "sane_start", status: "SANE_STATUS_INVAL"), .scannerUnavailable),
    (.driverCrashed(signal: 11, during: "sane_read"), .scannerUnavailable),
    (.driverCrashed(signal: 9, during: "sane_read"), .scannerUnavailable),
    (.driverHung(during: "sane_start", seconds: 60), .scannerUnavailable),
    (.driverNonsense(detail: "a frame of 4 GB"), .scannerUnavailable), (.storageFull, .cannotCreate),
    (.storage(detail: "I/O error"), .storage), (.cancelled, .interrupted),
  ]

  @Test(arguments: all)
  func `each fault has a cause, a step and the exit code of the contract`(fault: ScanFault, exit: ExitCode) {
    let failure = Failure(fault)
    judge(failure, "\(fault)")
    #expect(failure.exitCode == exit && failure.stage == "scan")
  }

  // case: scan-worker-killed
  @Test func `a worker that was killed is not the driver's fault`() {
    let failure = Failure(.driverCrashed(signal: 9, during: "sane_read"))
    #expect(failure.cause == "the scan process was killed in sane_read, most likely because memory ran out")
  }

  // case: scan-access-denied
  @Test func `a missing permission names the udev rule, with the scanner's own numbers`() {
    let failure = Failure(.accessDenied(device: "usb:04b8:0142:X1"))
    #expect(failure.cause == "this user has no permission to open scanner usb:04b8:0142:X1; a udev rule is missing")
    #expect(failure.steps.first?.contains("ATTR{idVendor}==\"04b8\", ATTR{idProduct}==\"0142\"") == true)
  }

  @Test func `a value that the scanner lacks comes with those it has`() {
    let failure = Failure(.unsupported(option: "resolution", value: "5000", available: ["75", "300"]))
    #expect(failure.cause == "the scanner does not support resolution 5000; it supports 75, 300")
  }

  @Test func `the pages before a fault are spoken of`() {
    let failure = Failure(.jammed, pagesKept: 2)
    #expect(failure.cause == "paper is jammed in the feeder; 2 pages are kept")
    #expect(failure.steps.last == "List the kept pages: platen jobs list")
    #expect(Failure(.jammed, pagesKept: 1).cause.hasSuffix("1 page is kept"))
  }
}

@Suite struct OwnSideTests {
  @Test(
    arguments: [
      (28, .cannotCreate), (122, .cannotCreate), (27, .cannotCreate), (13, .refused), (1, .refused),
      (30, .cannotCreate),
      (2, .cannotCreate), (20, .cannotCreate), (5, .storage), (24, .storage),
    ] as [(Int32, ExitCode)])
  func `storage errors have the exit code of the contract`(code: Int32, exit: ExitCode) {
    let failure = Failure(storage: SystemError("open", "/var/lib/platen", code: code))
    judge(failure, "errno \(code)")
    #expect(failure.exitCode == exit)
  }

  @Test(arguments: [(2, .noInput), (13, .refused), (5, .storage)] as [(Int32, ExitCode)])
  func `input files that cannot be read have the exit code of the contract`(code: Int32, exit: ExitCode) {
    let failure = Failure(input: SystemError("open", "/tmp/x.pdf", code: code))
    judge(failure, "errno \(code)")
    #expect(failure.exitCode == exit && failure.cause.contains("/tmp/x.pdf"))
  }

  @Test func `the rest of our own side`() {
    let unset = ["secret": "routes.office.password", "user": "u", "route": "office"]
    let failures: [(Failure, ExitCode)] = [
      (Failure(.settingSenderUnset), .configuration),
      (Failure(.routePasswordUnset, values: unset), .configuration),
      (Failure(.routeTokenSecretUnset, values: unset), .configuration),
      (Failure(.spoolForeignFolder, values: ["path": "/var/lib/platen", "owner": "7", "user": "0"]), .refused),
      (.secondSender(folder: "/var/lib/platen", process: 4711), .notAcceptedYet),
      (.secondSender(folder: "/var/lib/platen", process: nil), .notAcceptedYet),
    ]
    for (failure, exit) in failures {
      judge(failure, failure.cause)
      #expect(failure.exitCode == exit)
    }
  }
}
