import Base
import Crypto
import Diagnosis
import Host
import Jobs
import Link
import Mail
import Routes
import Settings

extension Appliance {
  /// The tokens of a route; nil where it signs in otherwise.
  func tokens(of route: Route, interrupt: StopSignal) -> RouteTokens? {
    guard let source = route.tokens else { return nil }
    let client = HTTPSClient(
      network: NetworkSettings(site.configuration.network), authorityFile: route.tls.authorityFile,
      clock: clock)
    return RouteTokens(
      route: route.name, source: source, user: route.username ?? "",
      secrets: RouteSecrets(route: route.name, store: secrets, given: givenSecrets),
      clock: clock,
      ask: { (request) throws(HTTPSFault) in try client.post(request, interrupt: interrupt) })
  }
}

extension Appliance {
  /// Runs a session with the route's token, nil where it shows none. A token that the server refuses is replaced by a
  /// fresh one, and shown in a new session, once.
  func session(
    by route: Route, interrupt: StopSignal, _ news: (DeliveryNews) -> Void,
    _ run: (String?) throws(Failure) -> DeliveryReport
  ) throws(Failure) -> DeliveryReport {
    guard let tokens = tokens(of: route, interrupt: interrupt) else { return try run(nil) }
    var tries = TokenTries()
    func asking(_ host: String) { news(.gettingToken(host: host)) }
    var report = try run(try tokens.current(asking))
    while report.refusesToken, tries.refused() == .freshToken { report = try run(try tokens.replaced(asking)) }
    return report
  }
}

extension DeliveryReport {
  /// The server does not take the token, before it heard of any message. 535 is RFC 4954's word for that; Exchange
  /// has said 501 5.5.127 of one that ends soon.
  fileprivate var refusesToken: Bool {
    guard case .failed(.reply(stage: .auth, let reply)) = outcomes.first else { return false }
    return reply.code == 535 || reply.enhanced == "5.5.127"
  }
}

extension NetworkSettings {
  init(_ settings: Configuration.Network) {
    self.init(
      nameServers: settings.dns, sourceAddress: settings.sourceAddress, ipv6: IPv6(rawValue: settings.ipv6) ?? .auto,
      proxy: settings.proxy)
  }
}
