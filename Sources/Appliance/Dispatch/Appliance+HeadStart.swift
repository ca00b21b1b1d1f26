import Base
import Crypto
import Diagnosis
import Host
package import Interface
import Jobs
import Link
import Routes
import Settings
import Spool

/// What is prepared at a server for a message that is still being made.
package struct HeadStart {
  let opening: Opening

  /// There is no message: takes leave.
  package func close() { opening.close() }
}

extension Appliance {
  /// Opens the session that a scan's message will go by while its pages come: nobody waits for that afterwards. Nothing
  /// durable is done, and the right to send is not taken: others send while a person scans.
  ///
  /// Not where the account has one connection only, for others use that one; nor where its rates would hold the message
  /// up. By a route with tokens only while a good one is kept: it takes the right to send to buy one.
  ///
  /// - Returns: nil where nothing is to be opened, or something is wrong that the attempt will tell of.
  package func headStart(for message: MessageDraft) -> HeadStart? {
    do {
      guard let share = try plan(for: message).shares.first, try isFree(share),
        let caller = try caller(ahead: share.route)
      else {
        return nil
      }
      return HeadStart(opening: try submissionClient.open(caller))
    } catch {
      return nil
    }
  }

  /// While the pages' size is unknown: the first route that may carry to a recipient.
  private func plan(for message: MessageDraft) throws(Failure) -> DeliveryPlan {
    let addresses = try message.filledIn(at: site, pages: 0, created: clock.date).addresses
    return DeliveryPlan(
      of: DocumentWeight(pages: []), weighing: MessageWeight(envelope: 0), to: addresses, by: try site.waysOut())
  }

  private func isFree(_ share: DeliveryPlan.RouteShare) throws(Failure) -> Bool {
    let limits = share.route.limits
    if limits.connections == 1 { return false }
    if limits.rates.isEmpty { return true }
    let count = min(share.recipients.count, limits.greatestTransaction ?? .max)
    let ledger = try spool.rateLedger()
    return ledger.pace(count, on: share.route.account, within: limits.rates, at: clock.moment) == .now
  }

  private func caller(ahead route: Route) throws(Failure) -> Caller? {
    guard let tokens = tokens(of: route, interrupt: .never) else { return try caller(by: route, token: nil) }
    guard let token = try tokens.fresh() else { return nil }
    return try caller(by: route, token: token)
  }

  // MARK: Shared with attempts

  /// - Parameter token: in place of a password.
  func caller(by route: Route, token: String?) throws(Failure) -> Caller {
    Caller(
      route: route, password: try password(of: route), token: token,
      ehloName: site.configuration.identity.hostname ?? HostName.current)
  }

  var submissionClient: SubmissionClient {
    SubmissionClient(network: NetworkSettings(site.configuration.network), sessions: tlsSessions, clock: clock)
  }
}
