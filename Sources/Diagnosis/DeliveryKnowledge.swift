import Mail

// The rows on faults below and around the replies.
extension DeliveryKnowledge {
  private static let server = "Check the server: platen config get routes.{route}.server"
  private static let submissionPort = "Use the submission port: platen config set routes.{route}.port 587"
  private static let keeps = "Nothing is lost: the job is kept and tried again"

  static let nameNotFound = Explanation(
    .configuration, "no host has the name {host}", who: .installer,
    [
      "Correct it: platen config set routes.{route}.server HOST",
      "If the name is right, check the name servers: platen config get network.dns",
    ], exit: .noHost, source: "RFC 5321 section 5.1")

  static let domainNotFound = Explanation(
    .configuration, "there is no domain {host}", who: .installer,
    [
      "Correct it: platen config set routes.{route}.domain DOMAIN",
      "If the name is right, check the name servers: platen config get network.dns",
    ], exit: .noHost, source: "RFC 5321 section 5.1")

  static let exchangerNotFound = Explanation(
    .configuration, "the mail exchanger of {server}, {host}, has no address", who: .administrator,
    [
      "Correct the MX record of {server}",
      "Or name the host yourself: platen config set routes.{route}.server HOST",
    ], exit: .noHost, source: "RFC 5321 section 5.1")

  static let nameServerFailure = Explanation(
    .transient, "the name servers gave no answer for {host}: {detail}", who: .administrator,
    [
      "Check that this network reaches its name servers",
      "Or name others: platen config set network.dns '[\"192.0.2.53\"]'",
    ], source: "RFC 5321 section 5.1")

  static let nullExchanger = Explanation(
    .configuration, "the domain {host} takes no mail: its MX record names no host", who: .installer,
    [
      "Correct the domain: platen config set routes.{route}.domain DOMAIN",
      "If the domain is right, have its MX record point to its mail service",
    ], exit: .noHost, source: "RFC 7505 section 3")

  static let connect = Explanation(
    .transient, "cannot connect to {host} port {port}: {detail}", who: .installer,
    [
      "Check server and port: platen config get routes.{route}",
      "Check that a firewall lets this device reach {host} port {port}",
    ], source: "RFC 6409 section 3.1")

  static let connectOnExchangePort = Explanation(
    .transient, "cannot connect to {host} port 25: {detail}", who: .installer,
    [
      "Many providers block port 25; " + submissionPort.lowercasedFirst,
      "Check that a firewall lets this device reach {host} port 25", server,
    ], source: "RFC 6409 section 3.1")

  /// A mail exchanger has no other port.
  static let connectToExchanger = Explanation(
    .transient, "cannot connect to {host} port {port}, a mail exchanger of {server}: {detail}", who: .installer,
    [
      "Many providers block port 25, and a mail exchanger has no other: ask yours to open it for this site",
      "Check that a firewall lets this device reach {host} port {port}",
      "Or sign in to a submission server instead, with another preset: platen config get routes.{route}.preset",
    ], source: "RFC 5321 section 5.1")

  static let protocolViolation = Explanation(
    .transient, "{server} broke the rules of SMTP {stage}: {detail}", who: .administrator,
    ["Look for a firewall that changes mail traffic on the way", "Show this line to who runs {server}", keeps],
    exit: .serverProtocol, source: "RFC 5321 section 4.2")

  static func startTLSNotOffered(_ route: RouteFacts) -> Explanation {
    Explanation(
      .configuration, "{server} port {port} offers no STARTTLS, and without TLS nothing is sent", who: .installer,
      [
        route.port == 465
          ? "Port 465 speaks TLS from the first byte: platen config set routes.{route}.tls.mode implicit"
          : submissionPort,
        "Look for a firewall that takes STARTTLS out of mail traffic",
        "For a server in the same private network only: platen config set routes.{route}.tls.mode off",
      ], exit: .serverProtocol, source: "RFC 3207 section 6")
  }

  static let smtpInspection = Explanation(
    .configuration,
    "something between this device and {server} inspects mail traffic and blanks out what the server offers (\"{sign}\")",
    who: .administrator,
    [
      "Switch off the firewall's SMTP inspection (\"fixup\", \"ESMTP inspection\") for this device",
      "Or use TLS from the first byte, which it cannot change: platen config set routes.{route}.tls.mode implicit, "
        + "and port 465",
    ], exit: .serverProtocol, source: "RFC 3207 section 6")

  static let startTLSInjection = Explanation(
    .configuration, "something between this device and {server} slipped text in before TLS began", who: .administrator,
    [
      "Look for a firewall or a proxy that changes mail traffic, and let it pass this one untouched",
      "Or use TLS from the first byte: platen config set routes.{route}.tls.mode implicit, and port 465",
    ], exit: .serverProtocol, source: "CVE-2011-0411")

  static let authNotOffered = Explanation(
    .configuration, "{server} port {port} takes no sign-in, but \"{user}\" is to sign in", who: .installer,
    [
      submissionPort,
      "If this server needs no sign-in: platen config unset routes.{route}.username",
    ], source: "RFC 4954 section 3")

  static let authMethodNotOffered = Explanation(
    .configuration, "{server} offers {offered} for sign-in, but not {wanted}", who: .installer,
    [
      "Take what it offers: platen config set routes.{route}.auth auto",
      "If it offers no password method, ask who runs {server} for one",
    ], source: "RFC 4954 section 3")

  static let authForbidden = Explanation(
    .configuration, "the password of \"{user}\" was not sent to {server}: {reason}", who: .installer,
    [
      "Ask for verified TLS: platen config set routes.{route}.tls.mode starttls, and tls.verify full",
      "For a server in a private network that cannot: platen config set routes.{route}.insecureCredentials true",
    ], exit: .configuration, source: "RFC 4954 section 9")

  static let tooBig = Explanation(
    .message, "the message has {size}, and {server} takes at most {limit}", who: .person, ReplyKnowledge.smaller,
    source: "RFC 1870 section 6.1")

  static let unicodeMissing = Explanation(
    .recipient, "{server} takes no addresses with letters beyond ASCII", who: .person,
    ["Use an address in ASCII", "Or ask who runs {server} for SMTPUTF8"], source: "RFC 6531 section 3.2")

  static let extensionMissing = Explanation(
    .message, "{server} lacks {extension}, which this message needs", who: .administrator,
    ["Send over another route", "Or ask who runs {server} for {extension}"], source: "RFC 6152 section 3")

  static let connectionLost = Explanation(
    .transient, "the connection to {server} was lost {stage}: {detail}", who: .nobody,
    [keeps, "If it happens each time at the same place, check firewall and network between here and {server}"],
    source: "RFC 5321 section 4.2.1")

  static let timedOut = Explanation(
    .transient, "{server} said nothing for {seconds} s {stage}", who: .nobody,
    [keeps, "If it happens each time at the same place, check firewall and network between here and {server}"],
    source: "RFC 5321 section 4.5.3.2")

  /// A port that gives no greeting may wait for us as we wait for it.
  static func silence(at stage: SMTPStage, _ route: RouteFacts) -> Explanation {
    switch (stage, route.tlsMode, route.port) {
    case (.greeting, "implicit", _): timedOut
    case (.greeting, _, SMTPPlan.portOfImplicitTLS): waitsForTLS
    case (.greeting, _, _): noGreeting
    default: timedOut
    }
  }

  private static let firstByteTLS = "platen config set routes.{route}.tls.mode implicit"

  private static let waitsForTLS = Explanation(
    .configuration, "{server} port {port} says nothing for {seconds} s: that port begins with TLS", who: .installer,
    [
      "Use TLS from the first byte: " + firstByteTLS,
      "Or STARTTLS on its own port: platen config set routes.{route}.port 587",
    ], exit: .serverProtocol, source: "RFC 8314 section 3.3")

  private static let noGreeting = Explanation(
    .transient, "{server} port {port} gave no greeting for {seconds} s", who: .nobody,
    [
      keeps, "If it happens each time, port {port} may begin with TLS; then: " + firstByteTLS,
      "Or a firewall between here and {server} swallows what it says",
    ], source: "RFC 5321 section 4.5.3.2")

  static let finalReplyLost = Explanation(
    .unknown, "{server} has the message, but its answer was lost: {detail}", who: .person,
    [
      "Ask the recipients whether it came",
      "If not, send it again: platen jobs retry ID (it may arrive twice, with the same Message-ID)",
    ], source: "RFC 5321 section 4.5.3.2.6")

  static let document = Explanation(
    .transient, "the document could not be read while it was sent: {detail}", who: .administrator,
    ["Check the storage of this device", keeps], exit: .storage)

  static let notRecorded = Explanation(
    .transient, "the message was not sent, for the storage did not take the record of it: {detail}",
    who: .administrator, ["Make room on the storage of this device, or check it", keeps], exit: .storage)

  static let interrupted = Explanation(
    .transient, "sending was interrupted {stage}", who: .person,
    ["The job is kept; send it now: platen jobs retry ID"], exit: .interrupted)

  // MARK: Not SMTP

  /// What the first bytes tell of the other side.
  static func notSMTP(received: String, route: RouteFacts) -> Explanation {
    let (guess, step) = guess(received, route)
    return Explanation(
      .configuration, "{server} port {port} speaks \(guess), not SMTP: it began with \"{received}\"", who: .installer,
      [step, server], exit: .serverProtocol, source: "RFC 5321 section 3.1")
  }

  private static func guess(_ received: String, _ route: RouteFacts) -> (what: String, step: String) {
    let start = received.uppercased()
    if start.hasPrefix("HTTP/") || start.hasPrefix("<") { return ("HTTP", submissionPort) }
    if start.hasPrefix("+OK") { return ("POP3, which fetches mail", submissionPort) }
    if start.hasPrefix("* OK") { return ("IMAP, which fetches mail", submissionPort) }
    if start.hasPrefix("SSH-") { return ("SSH", submissionPort) }
    if start.hasPrefix("\u{15}\u{3}") || start.hasPrefix("\u{16}\u{3}") || start.hasPrefix("\\X15\\X03") {
      return ("TLS", "Use TLS from the first byte: platen config set routes.{route}.tls.mode implicit")
    }
    return ("something else", submissionPort)
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
