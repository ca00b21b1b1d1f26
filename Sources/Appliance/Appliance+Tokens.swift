import Base
import Crypto
import Diagnosis
import Host
import Link
import Routes
import Settings

extension Appliance {
  /// The tokens of a route; nil where it signs in otherwise.
  func tokens(of route: Route, interrupt: Int32?) -> RouteTokens? {
    guard let source = route.tokens else { return nil }
    let client = HTTPSClient(
      network: NetworkSettings(site.configuration.network), authorityFile: route.tls.authorityFile)
    return RouteTokens(
      route: route.name, source: source, user: route.username ?? "",
      secrets: RouteSecrets(route: route.name, store: secrets, given: givenSecrets), now: { .ofSystem() },
      ask: { (request) throws(HTTPSFault) in try client.post(request, interrupt: interrupt) })
  }
}

extension NetworkSettings {
  init(_ settings: Configuration.Network) {
    self.init(nameServers: settings.dns, sourceAddress: settings.sourceAddress, proxy: settings.proxy)
  }
}
