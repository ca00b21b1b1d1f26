package import Base
package import Diagnosis
import Host
package import Interface
import Jobs
import Link
import Mail
import Routes

// What would stop a job on its way stops it before a page moves.
extension Appliance {
  /// What must be there before anything can be sent: a sender's address and a route.
  package func checkCanSend() throws(Failure) {
    _ = try site.sender()
    _ = try site.waysOut()
  }

  /// Whether a message can leave, as far as that is known without its pages and without a server.
  ///
  /// A person may be told, and want the others to get it all the same: only what can reach nobody is refused.
  ///
  /// - Returns: what no route may carry, while some may carry the rest.
  /// - Throws: why it could reach no recipient: an address is invalid, no route may carry to any, or a route that would
  ///   carry to one lacks what it needs on this device.
  package func checkCanSend(_ message: MessageDraft) throws(Failure) -> [Failure] {
    let addresses = try message.filledIn(at: site, pages: 0, created: clock.date).addresses
    let ways = try site.waysOut()
    let refused = ways.refusals(of: addresses)
    let refusals = Failure.refusals(refused)
    if refused.count == addresses.count, let failure = Failure(together: refusals) { throw failure }
    for (route, _) in ways.assignments(of: addresses) { try checkIsReady(route) }
    _ = try SenderDomain(site, givenSecrets: givenSecrets, clock: clock).terms()
    return refusals
  }

  private func checkIsReady(_ route: Route) throws(Failure) {
    for need in route.neededSecrets where try !isSet(need.name) {
      throw Failure(unset: need)
    }
    try tokens(of: route, interrupt: .never)?.checkSecrets()
    try site.checkFiles(of: route, at: clock.date)
  }

  private func isSet(_ secret: String) throws(Failure) -> Bool {
    try secrets.value(of: try SecretName(secret), unlessGivenIn: givenSecrets) != nil
  }
}

extension Site {
  /// Whether the files that the routes name can be used: roots, certificates, keys.
  package func checkFiles(at now: WallTime) throws(Failure) {
    for route in routes { try checkFiles(of: route, at: now) }
  }

  fileprivate func checkFiles(of route: Route, at now: WallTime) throws(Failure) {
    do throws(DeliveryFault) {
      try route.checkFiles(at: now)
    } catch {
      throw Failure(error, route: RouteFacts(route))
    }
  }
}
