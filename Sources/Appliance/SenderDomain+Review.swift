import Base
package import Diagnosis
import Host
import Link
import Mail
package import Routes
import Settings

/// What the DNS says of the sender's domain for one route.
package struct NameReport: Sendable {
  package struct Step: Sendable {
    package let finding: NameFinding
    package let seconds: Double
  }

  package let route: String
  package let sender: String
  package let steps: [Step]

  /// Why mail by this route will be refused or distrusted; nil where nothing says so.
  package var failure: Failure? {
    if let worst = steps.first(where: { $0.finding.verdict == .fail })?.finding { return .names(worst, route: route) }
    return steps.first { $0.finding.verdict == .unknown }.map { .namesUnknown($0.finding) }
  }
}

extension SenderDomain {
  /// Holds the DNS against what routes need.
  ///
  /// - Parameters:
  ///   - name: the route; nil for all.
  ///   - address: the public address that receivers see.
  ///   - asksBlockLists: they are run by others, who learn the address.
  package func review(
    route name: String?, address: String?, asksBlockLists: Bool
  ) throws(Failure) -> [NameReport] {
    let bytes = try address.map { (text) throws(Failure) in try Self.bytes(of: text) }
    let routes = try site.waysOut().routes.filter { name == nil || $0.name == name }
    if routes.isEmpty { throw .noSuchRoute(name ?? "", among: site.routes.map(\.name)) }
    let sender = try site.sender().address
    let keys = try keys().map(\.published)
    let names = NameService(network: NetworkSettings(site.configuration.network))
    let hello = site.configuration.identity.hostname ?? HostName.current
    return routes.map { route in
      let review = NameReview(
        route, sender: sender, keys: keys, address: bytes, hello: hello, asksBlockLists: asksBlockLists,
        source: { names.answer($0, $1) })
      return NameReport(route: route.name, sender: sender.text, steps: Self.steps(of: review))
    }
  }

  private static func steps(of review: NameReview) -> [NameReport.Step] {
    var review = review
    return NameReview.Layer.allCases.compactMap { layer in
      let began = Deadline.now
      guard let finding = review.finding(layer) else { return nil }
      return NameReport.Step(finding: finding, seconds: Deadline.now.since(began).inSeconds)
    }
  }

  private static func bytes(of text: String) throws(Failure) -> [UInt8] {
    if let bytes = AddressText.bytes(text) { return bytes }
    throw .badInput(
      cause: "\"\(text)\" is no IP address", steps: ["Give the address that others see, like 203.0.113.9"])
  }
}

extension Failure {
  fileprivate static func names(_ finding: NameFinding, route: String) -> Failure {
    let steps = finding.publish.map { ["Publish: \($0)", "Then look again: platen dns \(route)"] }
    return Failure(
      class: .configuration, stage: "dns", code: finding.layer.rawValue,
      cause: "\(finding.layer.rawValue.uppercased()) for route \(route): \(finding.found)", who: .administrator,
      steps: steps ?? ["Needed is " + finding.needed], takesEffect: "when the DNS has it everywhere, hours at most",
      retry: false, exitCode: finding.lacksDomain ? .noHost : .configuration)
  }

  fileprivate static func namesUnknown(_ finding: NameFinding) -> Failure {
    Failure(
      class: .transient, stage: "dns", code: finding.layer.rawValue, cause: finding.found, who: .administrator,
      steps: [
        "Look again later; check that this network reaches its name servers",
        "Or name others: platen config set network.dns '[\"192.0.2.53\"]'",
      ], retry: true, exitCode: .notAcceptedYet)
  }

  fileprivate static func noSuchRoute(_ name: String, among names: [String]) -> Failure {
    .settings(
      cause: "there is no route \"\(name)\"", steps: ["Name one of " + names.joined(separator: ", ")])
  }
}
