extension Failure {
  /// Explains why an HTTPS request of a route, for a token, got no answer.
  package init(_ fault: HTTPSFault, route: String) {
    let (explanation, words) = HTTPSKnowledge.explain(fault)
    self = explanation.failure(stage: "token", code: nil, words: words.merging(["route": route]) { $1 })
  }
}

/// What is known of HTTPS requests that got no answer. No row advises to switch verification off.
enum HTTPSKnowledge {
  static func explain(_ fault: HTTPSFault) -> (Explanation, [String: String]) {
    switch fault {
    case .libraryMissing(let detail): (libraryMissing, ["detail": detail])
    case .nameNotFound(let host): (nameNotFound, ["host": host])
    case .nameServerFailure(let host, let detail): (nameServerFailure, ["host": host, "detail": detail])
    case .connect(let host, let port, let detail):
      (connect, ["host": host, "port": String(port), "detail": detail])
    case .proxy(let address, let detail): (proxy, ["host": address, "detail": detail])
    case .certificate(let host, let detail): (certificate, ["host": host, "detail": detail])
    case .tls(let host, let detail): (tls, ["host": host, "detail": detail])
    case .roots(let detail): (roots, ["detail": detail])
    case .timedOut(let host, let seconds): (timedOut, ["host": host, "seconds": String(seconds)])
    case .lost(let host, let detail): (lost, ["host": host, "detail": detail])
    case .tooLong(let host, let limit): (tooLong, ["host": host, "limit": String(limit)])
    case .interrupted(let host): (interrupted, ["host": host])
    }
  }

  private static let keeps = "Nothing is lost: the job is kept and tried again"
  private static let authority = "Check the authority: platen config get routes.{route}.authority"

  private static let libraryMissing = Explanation(
    .configuration, "tokens are asked for with libcurl, which cannot be used here: {detail}", who: .installer,
    ["Install it: apt-get install libcurl4", "Then try again: platen authorize {route}"], exit: .configuration)

  private static let nameNotFound = Explanation(
    .configuration, "no host has the name {host}, where route {route} gets its tokens", who: .installer,
    [authority, "If the name is right, check the name servers: platen config get network.dns"], exit: .noHost)

  private static let nameServerFailure = Explanation(
    .transient, "the name servers gave no answer for {host}, where route {route} gets its tokens: {detail}",
    who: .administrator,
    [
      "Check that this network reaches its name servers",
      "Or name others: platen config set network.dns '[\"192.0.2.53\"]'",
    ])

  private static let connect = Explanation(
    .transient, "cannot connect to {host} port {port} for a token: {detail}", who: .installer,
    [
      "Check that a firewall lets this device reach {host} port {port}",
      "If the network has a proxy for HTTPS: platen config set network.proxy http://HOST:PORT",
    ])

  private static let proxy = Explanation(
    .transient, "the proxy {host} did not let the request for a token through: {detail}", who: .administrator,
    ["Let the proxy pass this device without a sign-in", "Check the proxy: platen config get network.proxy"])

  private static let certificate = Explanation(
    .configuration, "the certificate of {host} was not accepted, so it was not asked for a token: {detail}",
    who: .administrator,
    [
      "Check this device's clock: date",
      "If a firewall inspects HTTPS, let it pass {host} untouched, or give its root certificate: platen config set "
        + "network.caFile FILE",
      authority,
    ], exit: .serverProtocol, source: "RFC 5280 section 6")

  private static let tls = Explanation(
    .transient, "TLS with {host}, where route {route} gets its tokens, failed: {detail}", who: .administrator,
    [keeps, "If it stays so, look for a firewall that inspects HTTPS"], exit: .serverProtocol, confidence: 0.5)

  private static let roots = Explanation(
    .configuration, "the certificates to trust cannot be read: {detail}", who: .installer,
    [
      "Check the file of roots: platen config get routes.{route}.tls.caFile, platen config get network.caFile",
      "If neither is set, install the system's: ca-certificates",
    ], exit: .configuration)

  private static let timedOut = Explanation(
    .transient, "{host} gave no token within {seconds} s", who: .nobody,
    [keeps, "If it stays so, check firewall, proxy and network between here and {host}"])

  private static let lost = Explanation(
    .transient, "the request for a token to {host} broke off: {detail}", who: .nobody,
    [keeps, "If it stays so, check firewall, proxy and network between here and {host}"])

  private static let tooLong = Explanation(
    .transient, "{host} answered with more than {limit} bytes, which is no token", who: .administrator,
    ["Look for a proxy that answers in its place", authority], exit: .serverProtocol)

  private static let interrupted = Explanation(
    .transient, "asking {host} for a token was interrupted", who: .person,
    ["What waits to be sent is kept: platen jobs list"], exit: .interrupted)
}
