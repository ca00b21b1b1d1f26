import Crypto
package import Diagnosis
package import Mail
package import Routes

/// The hosts of a route that were tried in one attempt; none of them was given the envelope.
package struct HostTrail: Sendable {
  private struct Visit {
    let host: TriedHost
    let report: DeliveryReport?
  }

  private let route: RouteFacts
  private var visits: [Visit] = []
  private var told = 0

  package init(of route: Route) {
    self.route = RouteFacts(route)
  }

  package var isEmpty: Bool { visits.isEmpty }

  /// What those did that were added since this was asked last, each with its name.
  package mutating func news() -> [Failure] {
    defer { told = visits.count }
    return visits[told...].map { Failure($0.host, of: route) }
  }

  /// - Parameter report: of the session with it, where there was one.
  package mutating func add(_ host: TriedHost, _ report: DeliveryReport? = nil) {
    visits.append(Visit(host: host, report: report))
  }

  /// The report of the most telling host, with the faults of all in one outcome for every recipient.
  package var report: DeliveryReport {
    guard let telling else { return DeliveryReport(outcomes: []) }
    let fault =
      visits.count == 1 ? visits[telling].host.fault : .hosts(visits.map(\.host), telling: telling)
    var report = visits[telling].report ?? DeliveryReport(outcomes: [])
    report.outcomes = [.failed(fault)]
    return report
  }

  /// What passes by itself comes before what does not: the host that is busy or away now may take the message later, so
  /// nobody has to change anything, and a job that is held would not even ask it. Among equals a server's reply says
  /// more than other faults of a server, those more than one that could not be connected to, and that more than a
  /// name without an address; the last of the same kind speaks, as with Postfix.
  private var telling: Int? {
    // The first of the reversed is the last.
    visits.indices.reversed().filter { speaks(visits[$0].host) }.max {
      weight(of: visits[$0].host.fault) < weight(of: visits[$1].host.fault)
    }
  }

  /// The addresses of a host lead to one server: where it answered at one of them, it is not away because another,
  /// most often its IPv6 one, cannot be reached.
  private func speaks(_ host: TriedHost) -> Bool {
    guard case .connect = host.fault else { return true }
    return !visits.contains { other in
      if case .connect = other.host.fault { return false }
      return other.host.host == host.host
    }
  }

  private func weight(of fault: DeliveryFault) -> Int {
    let passes = Failure(fault, route: route).class == .transient
    let detail =
      switch fault {
      case .reply: 3
      case .connect: 1
      case .nameNotFound, .nameServerFailure: 0
      default: 2
      }
    return (passes ? 4 : 0) + detail
  }
}

extension RouteFacts {
  /// - Parameter sender: the address that the message is from, where it is known.
  package init(_ route: Route, sender: String? = nil) {
    self.init(
      name: route.name, server: route.server, port: route.port, username: route.username,
      tlsMode: route.tlsMode.rawValue, floor: route.tls.floor, sender: sender, showsToken: route.tokens != nil)
    isExchanger = route.finding == .mailExchanger
  }
}
