import Crypto
import Mail

/// What is known of TLS that did not come about. No row advises to switch verification off.
enum TLSKnowledge {
  static func explain(_ fault: TLSFault, route: RouteFacts) -> DeliveryCase {
    switch fault {
    case .belowFloor(let floor): tls(["floor": floor.rawValue], belowFloor(floor))
    case .wrongName(let expected, let names):
      tls(["expected": expected, "names": names.isEmpty ? "no name" : names.joined(separator: ", ")], wrongName(names))
    case .expired(let subject, let notAfter): tls(["subject": subject, "date": notAfter], expired)
    case .notYetValid(let subject, let notBefore): tls(["subject": subject, "date": notBefore], notYetValid)
    case .unknownAuthority(let issuer, let selfSigned):
      tls(["issuer": issuer], selfSigned ? selfSignedCertificate : unknownAuthority)
    case .missingIntermediate(let issuer, let location):
      tls(["issuer": issuer, "location": location], missingIntermediate)
    case .revoked(let subject): tls(["subject": subject], revoked)
    case .unpinned(let found): tls(["found": found.description], unpinned)
    case .dane(let fault): DANEKnowledge.explain(fault)
    case .certificate(let verdict): tls(["detail": verdict], certificate)
    case .notTLS(let received):
      tls(["received": received], received.hasPrefix("421") ? goodbye : notTLS(route))
    case .ownCertificateDemanded: tls([:], ownCertificateDemanded)
    case .ownCertificateRefused(let alert, let subject, let notAfter):
      tls(["detail": alert, "subject": subject, "date": notAfter], ownCertificateRefused)
    case .ownCertificate(let detail): tls(["detail": detail], ownCertificate)
    case .alert(let name): tls(["detail": name], alert(name))
    case .truncated: tls([:], truncated)
    case .setup(let detail): tls(["detail": detail], setup)
    case .other(let detail): tls(["detail": detail], other)
    }
  }

  private static func tls(_ words: [String: String], _ explanation: Explanation) -> DeliveryCase {
    DeliveryCase(stage: .tls, words: words, explanation: explanation)
  }

  private static func configuration(
    _ cause: String, who: Actor, _ steps: [String], source: String = "RFC 8314 section 4"
  ) -> Explanation {
    Explanation(.configuration, cause, who: who, steps, exit: .serverProtocol, source: source)
  }

  // MARK: Versions

  private static func belowFloor(_ floor: TLSVersion) -> Explanation {
    var steps = ["Let who runs {server} switch on TLS 1.2 or later"]
    if let lower = TLSVersion.allCases.last(where: { $0 < floor }) {
      steps.append(
        "If it cannot, ask for an older version by name: platen config set routes.{route}.tls.floor \(lower.rawValue)")
    }
    return configuration(
      "{server} speaks no TLS as new as {floor}, the floor of route {route}", who: .administrator, steps,
      source: "RFC 8996")
  }

  private static func alert(_ name: String) -> Explanation {
    configuration(
      "{server} broke the TLS handshake off: {detail}", who: .administrator,
      name.contains("certificate")
        ? ["Ask who runs {server} whether it wants a certificate of this device", "See: platen check {route}"]
        : [
          "Ask who runs {server} which TLS versions and ciphers it has",
          "Check the floor: platen config get routes.{route}.tls.floor",
        ], source: "RFC 8446 section 6")
  }

  // MARK: Certificates

  private static let ownRoots = "routes.{route}.tls.caFile"

  private static func wrongName(_ names: [String]) -> Explanation {
    let first = names.first { !$0.contains("*") } ?? "NAME"
    return configuration(
      "the certificate of {server} is for {names}, not for {expected}", who: .installer,
      [
        "Connect by a name that it has: platen config set routes.{route}.server \(first)",
        "Or, if that server is meant: platen config set routes.{route}.tls.serverName \(first)",
      ], source: "RFC 9525")
  }

  private static let expired = configuration(
    "the certificate of {server} ({subject}) expired on {date}", who: .provider,
    [
      "Check this device's clock: if it is right, the certificate is at fault",
      "Tell who runs {server}; nothing is sent until it has a new one",
    ], source: "RFC 5280 section 4.1.2.5")

  private static let notYetValid = configuration(
    "the certificate of {server} ({subject}) is valid only from {date}; is the clock of this device right?",
    who: .installer,
    [
      "Check the clock: date; a device without a clock battery starts in 1970 and needs a time server",
      "If the clock is right, tell who runs {server}",
    ], source: "RFC 5280 section 4.1.2.5")

  private static let unknownAuthority = configuration(
    "the certificate of {server} is signed by an authority that this device does not trust: {issuer}",
    who: .administrator,
    [
      "If that authority is your own: platen config set \(ownRoots) FILE with its certificate in PEM",
      "If a firewall inspects TLS, let it pass the connection to {server}, or give its root certificate the same way",
      "Else tell who runs {server}: its chain may be incomplete",
    ], source: "RFC 5280 section 6")

  private static let selfSignedCertificate = configuration(
    "the certificate of {server} is signed by itself ({issuer}), so nothing proves whose it is",
    who: .administrator,
    [
      "If it is your own server: platen config set \(ownRoots) FILE with its certificate in PEM",
      "Else tell who runs {server}",
    ], source: "RFC 5280 section 6")

  private static let missingIntermediate = configuration(
    "{server} sends its own certificate alone, without the intermediate of its issuer {issuer}",
    who: .administrator,
    [
      "Let who runs {server} send the whole chain; what is missing is at {location}",
      "If {issuer} is your own root: platen config set \(ownRoots) FILE with its certificate in PEM",
    ], source: "RFC 5246 section 7.4.2")

  private static let unpinned = configuration(
    "the key of {server} is none of those that are pinned for route {route}; it is {found}",
    who: .administrator,
    [
      "Ask who runs {server} whether its key was changed; if it was not, someone stands between",
      "If it was, pin the new key beside the next one: platen config set routes.{route}.tls.pin '[\"{found}\"]'",
    ], source: "RFC 7469 section 2.6")

  private static let revoked = configuration(
    "the certificate of {server} ({subject}) has been revoked", who: .provider,
    ["Tell who runs {server}; nothing is sent until it has a new one"], source: "RFC 5280 section 5")

  private static let certificate = configuration(
    "the certificate of {server} was not accepted: {detail}", who: .administrator,
    ["Show this line to who runs {server}", "Check the roots in use: platen config get \(ownRoots)"],
    source: "RFC 5280 section 6")

  // MARK: Our own certificate

  private static let ownCertificateDemanded = configuration(
    "{server} wants a certificate of this device, and route {route} has none", who: .installer,
    ["Name its files: platen config set routes.{route}.tls.certificate PATH, and routes.{route}.tls.key PATH"],
    source: "RFC 8446 section 4.4.2.4")

  private static let ownCertificateRefused = configuration(
    "{server} refused the certificate of this device ({subject}, valid until {date}): {detail}",
    who: .administrator,
    [
      "Check that it has not expired, and that its file holds the whole chain: platen config get "
        + "routes.{route}.tls.certificate",
      "Ask who runs {server} which authorities it trusts",
    ], source: "RFC 8446 section 4.4.2.4")

  private static let ownCertificate = Explanation(
    .configuration, "the certificate of this device cannot be used: {detail}", who: .installer,
    [
      "Put the files right that the route names: platen config get routes.{route}.tls.certificate, "
        + "platen config get routes.{route}.tls.key"
    ], exit: .configuration)

  // MARK: Connections

  private static func notTLS(_ route: RouteFacts) -> Explanation {
    let isImplicit = route.tlsMode == "implicit"
    return configuration(
      "{server} port {port} does not speak TLS {stage}: it sent \"{received}\"", who: .installer,
      [
        isImplicit
          ? "Use STARTTLS: platen config set routes.{route}.tls.mode starttls, and port 587"
          : "Use TLS from the first byte: platen config set routes.{route}.tls.mode implicit, and port 465",
        "Check the port: platen config get routes.{route}.port",
      ], source: "RFC 8314 section 3")
  }

  /// A server that is full or about to stop says so before TLS.
  private static let goodbye = Explanation(
    .transient, "{server} took no connection: \"{received}\"", who: .nobody,
    ["Nothing is lost: the job is kept and tried again"], source: "RFC 5321 section 3.8")

  private static let truncated = Explanation(
    .transient, "{server} cut the TLS connection off", who: .nobody,
    ["Nothing is lost: the job is kept and tried again", "If it stays so, look for a firewall that inspects TLS"],
    source: "RFC 8446 section 6.1")

  private static let setup = Explanation(
    .configuration, "TLS could not be set up on this device: {detail}", who: .installer,
    [
      "Check the file of roots: platen config get \(ownRoots), platen config get network.caFile",
      "If neither is set, install the system's: ca-certificates",
    ], exit: .configuration)

  private static let other = Explanation(
    .transient, "TLS with {server} failed: {detail}", who: .administrator,
    ["Nothing is lost: the job is kept and tried again", "If it stays so, show this line to who runs {server}"],
    exit: .serverProtocol, confidence: 0.4, source: "RFC 8446 section 6")
}
