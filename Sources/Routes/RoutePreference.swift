package import Mail

/// Which route takes which recipient.
package struct RoutePreference: Sendable, Equatable {
  /// What becomes of one recipient.
  package enum Ruling: Sendable, Equatable {
    case carried(Route)
    /// No route may carry it; one objection for each, in their order.
    case refused([Objection])
  }

  /// In order of preference.
  package let routes: [Route]
  /// The sender of every message; nil where it is not to be judged.
  package let sender: EmailAddress?

  package init(_ routes: [Route], sender: EmailAddress? = nil) {
    self.routes = routes
    self.sender = sender
  }

  /// The first route that may carry mail to an address, or why none may.
  package func verdict(on recipient: String) -> Ruling {
    var objections: [Objection] = []
    for route in routes {
      guard let objection = objection(of: route, to: recipient) else { return .carried(route) }
      objections.append(objection)
    }
    return .refused(objections)
  }

  /// The first route that may carry mail to an address; nil if none may.
  package func route(for recipient: String) -> Route? {
    if case .carried(let route) = verdict(on: recipient) { route } else { nil }
  }

  /// The recipients of each route, both in their order; those that no route may carry are in none.
  package func assignments(of recipients: [String]) -> [(route: Route, recipients: [String])] {
    let chosen = recipients.map { (recipient: $0, route: route(for: $0)) }
    return routes.compactMap { route in
      let mine = chosen.filter { $0.route?.name == route.name }.map(\.recipient)
      return mine.isEmpty ? nil : (route, mine)
    }
  }

  /// Those that no route may carry, and why: one objection for each route.
  package func refusals(of recipients: [String]) -> [(recipient: String, objections: [Objection])] {
    recipients.compactMap { recipient in
      if case .refused(let objections) = verdict(on: recipient) { (recipient, objections) } else { nil }
    }
  }

  private func objection(of route: Route, to recipient: String) -> Objection? {
    if let sender, let objection = route.objection(toSender: sender) { return objection }
    // A route without a rule about recipients leaves their form to the engine, which knows the server.
    if route.reach == .anyone { return nil }
    do throws(AddressError) {
      return route.objection(toRecipient: try EmailAddress(recipient))
    } catch {
      return Objection(
        rule: .address, route: route.name, id: "route.recipient-unfit", values: ["address": error.value])
    }
  }
}
