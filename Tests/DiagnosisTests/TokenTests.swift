import Diagnosis
import Mail
import TestKit
import Testing

/// What is said of tokens: by servers that refuse them, and by ourselves when none is to be had.
@Suite struct TokenFailureTests {
  private let route = RouteFacts(
    name: "office", server: "smtp.office365.com", port: 587, username: "scanner@contoso.com", showsToken: true)

  private func explained(_ code: Int, _ line: String, at stage: SMTPStage = .auth, token: Bool = true) -> Failure {
    var route = route
    route.showsToken = token
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    let isEnhanced = words[0].hasPrefix("5.")
    let reply = SMTPReply(code: code, enhanced: isEnhanced ? words[0] : nil, lines: [isEnhanced ? words[1] : line])
    return Failure(.reply(stage: stage, reply), route: route)
  }

  @Test(arguments: [
    "5.7.3 Authentication unsuccessful [AM0]", "5.7.8 Username and Password not accepted.",
    "5.7.139 Authentication unsuccessful, the user credentials were incorrect.", "nothing known",
  ])
  func `a refused token is nobody's password`(line: String) {
    let failure = explained(535, line)
    #expect(failure.class == .configuration && !failure.retry && failure.exitCode == .refused)
    #expect(failure.cause.contains("token") && failure.cause.contains("scanner@contoso.com"))
    #expect(!failure.steps.joined().contains(".password"))
    #expect(failure.steps.contains { $0.contains("platen authorize office") })
  }

  @Test func `a password that is refused in the same words is one`() {
    let failure = explained(535, "5.7.3 Authentication unsuccessful", token: false)
    #expect(failure.cause.contains("password") && !failure.cause.contains("token"))
  }

  @Test func `Exchange's sentence about another cause stands`() {
    let failure = explained(
      535, "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.")
    #expect(failure.cause.contains("turned off") && failure.steps.joined().contains("Set-CASMailbox"))
  }

  @Test(arguments: ["5.7.142 Token will expire soon", "5.7.143 Expired token"])
  func `a token that is too old passes by itself`(line: String) {
    #expect(explained(535, line).class == .transient)
  }

  @Test func `a missing permission is named`() {
    let failure = explained(535, "5.7.144 XOAUTH2 authentication failed. Invalid API permissions")
    #expect(failure.class == .configuration && failure.steps.joined().contains("API permissions"))
  }

  @Test(arguments: [
    (
      HTTPSFault.libraryMissing(detail: "libcurl.so.4: no such file"), FailureClass.configuration,
      ExitCode.configuration
    ),
    (.nameNotFound(host: "login.test"), .configuration, .noHost),
    (.nameServerFailure(host: "login.test", detail: "no answer"), .transient, .notAcceptedYet),
    (.connect(host: "login.test", port: 443, detail: "connection refused"), .transient, .notAcceptedYet),
    (.proxy(address: "proxy.test:3128", detail: "HTTP 407"), .transient, .notAcceptedYet),
    (.certificate(host: "login.test", detail: "certificate has expired"), .configuration, .serverProtocol),
    (.tls(host: "login.test", detail: "unsupported protocol"), .transient, .serverProtocol),
    (.roots(detail: "/no/roots.pem"), .configuration, .configuration),
    (.timedOut(host: "login.test", seconds: 30), .transient, .notAcceptedYet),
    (.lost(host: "login.test", detail: "empty reply"), .transient, .notAcceptedYet),
    (.tooLong(host: "login.test", limit: 5), .transient, .serverProtocol),
    (.interrupted(host: "login.test"), .transient, .interrupted),
  ])
  func `a request without an answer names host and cause`(fault: HTTPSFault, kind: FailureClass, exit: ExitCode) {
    let failure = Failure(fault, route: "office")
    #expect(failure.class == kind && failure.exitCode == exit && failure.stage == "token")
    #expect(!failure.steps.isEmpty && !"\(failure.cause) \(failure.steps)".contains("{"))
    for detail in ["login.test", "connection refused", "HTTP 407", "proxy.test", "expired", "roots.pem"]
    where "\(fault)".contains(detail) {
      #expect(failure.cause.contains(detail))
    }
    #expect(!failure.steps.joined().contains("verify"))
  }
}
