import Crypto
import Diagnosis
import Jobs
import Mail
import Routes
import Testing

/// Which of several hosts speaks for all that were tried.
@Suite struct HostTrailTests {
  private static let connect = DeliveryFault.connect(host: "h", port: 25, detail: "connection refused")
  private static let busy = DeliveryFault.reply(stage: .greeting, SMTPReply(code: 421, lines: ["busy"]))
  private static let later = DeliveryFault.reply(stage: .hello, SMTPReply(code: 450, lines: ["later"]))
  private static let lost = DeliveryFault.connectionLost(stage: .greeting, detail: "reset")
  private static let unnamed = DeliveryFault.nameNotFound(host: "h")
  private static let unasked = DeliveryFault.nameServerFailure(host: "h", detail: "no answer")
  private static let bare = DeliveryFault.startTLSNotOffered
  private static let name = DeliveryFault.tls(.wrongName(expected: "h", names: []))

  private func route() -> Route {
    var route = Route(name: "r", server: "example.test", port: 25, tlsMode: .starttls)
    route.finding = .mailExchanger
    return route
  }

  // case: smtp-76
  @Test(arguments: [
    ([connect, busy], 1), ([busy, connect], 0), ([busy, later], 1), ([lost, connect], 0), ([connect, lost], 1),
    ([busy, lost], 0), ([name, connect], 1), ([name, bare], 1), ([bare, name], 1), ([name, busy], 1),
    ([busy, name], 0), ([unnamed, connect], 1), ([unasked, connect], 1), ([connect, unasked], 0),
    ([unnamed, name], 1), ([name, unnamed], 0), ([unnamed, unasked, unnamed], 1), ([connect, name, lost, bare], 2),
  ])
  func `what passes by itself before what does not, a reply before silence, the last of the same`(
    faults: [DeliveryFault], telling: Int
  ) {
    var trail = HostTrail(of: route())
    for (number, fault) in faults.enumerated() { trail.add(TriedHost("h\(number)", fault: fault)) }
    let all = faults.enumerated().map { TriedHost("h\($0)", fault: $1) }
    #expect(
      trail.report.outcomes == [.failed(.hosts(all, telling: telling))])
  }

  /// A name that has an IPv6 address beside the one that the server listens at, as "localhost" mostly has.
  @Test(arguments: [[bare, connect], [connect, bare], [connect, name, connect]])
  func `a host that answered at one address is not away because another refuses`(faults: [DeliveryFault]) throws {
    var trail = HostTrail(of: route())
    let hosts = faults.enumerated().map { TriedHost("h", address: "192.0.2.\($0)", fault: $1) }
    for host in hosts { trail.add(host) }
    let telling = try #require(faults.firstIndex { $0 != Self.connect })
    #expect(trail.report.outcomes == [.failed(.hosts(hosts, telling: telling))])
  }

  @Test func `one host's fault stands alone, with its report`() {
    var trail = HostTrail(of: route())
    #expect(trail.isEmpty)
    trail.add(
      TriedHost("h", address: "192.0.2.1", fault: Self.busy),
      DeliveryReport(outcomes: [.failed(Self.busy)], peer: "192.0.2.1:25"))
    #expect(
      trail.report == DeliveryReport(outcomes: [.failed(Self.busy)], peer: "192.0.2.1:25"))
  }

  @Test func `news are told once`() {
    var trail = HostTrail(of: route())
    trail.add(TriedHost("one", fault: Self.unnamed))
    trail.add(TriedHost("two", address: "192.0.2.1", fault: Self.busy))
    #expect(trail.news().map { $0.line() } == ["one: has no address", "two (192.0.2.1): 421 busy"])
    #expect(trail.news().isEmpty)
  }
}
