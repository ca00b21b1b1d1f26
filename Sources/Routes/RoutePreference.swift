/// Which route takes which recipient.
package struct RoutePreference: Sendable, Equatable {
  /// In order of preference.
  package let routes: [Route]

  package init(_ routes: [Route]) { self.routes = routes }

  /// The first route that may carry mail to an address; nil when there is none.
  ///
  /// A route by preset `smtp` carries to anyone.
  package func route(for recipient: String) -> Route? { routes.first }

  /// The recipients of each route, both in their order.
  package func assignments(of recipients: [String]) -> [(route: Route, recipients: [String])] {
    routes.compactMap { route in
      let mine = recipients.filter { self.route(for: $0)?.name == route.name }
      return mine.isEmpty ? nil : (route, mine)
    }
  }
}
