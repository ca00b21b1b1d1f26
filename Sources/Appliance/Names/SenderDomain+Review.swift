import Base
package import Diagnosis
import Host
import Link
import Mail
package import Routes
import Settings

/// What the DNS says of the sender's domain for one route.
package struct NameReport: Sendable {
  package struct TimedFinding: Sendable {
    package let finding: NameFinding
    package let seconds: Double
  }

  package let route: String
  package let sender: String
  package let steps: [TimedFinding]

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
    if routes.isEmpty {
      let names = site.routes.map(\.name).joined(separator: ", ")
      throw Failure(.reviewRouteUnknown, values: ["name": name ?? "", "names": names])
    }
    let sender = try site.sender().address
    let keys = try keys().map(\.published)
    let names = NameService(network: NetworkSettings(site.configuration.network), clock: clock)
    let hello = site.configuration.identity.hostname ?? HostName.current
    return routes.map { route in
      let review = NameReview(
        route, sender: sender, keys: keys, address: bytes, hello: hello, asksBlockLists: asksBlockLists,
        source: { names.answer($0, $1) })
      return NameReport(route: route.name, sender: sender.text, steps: steps(of: review))
    }
  }

  private func steps(of review: NameReview) -> [NameReport.TimedFinding] {
    var review = review
    return NameReview.Check.allCases.compactMap { layer in
      let began = clock.now
      guard let finding = review.finding(layer) else { return nil }
      return NameReport.TimedFinding(finding: finding, seconds: clock.now.since(began).inSeconds)
    }
  }

  private static func bytes(of text: String) throws(Failure) -> [UInt8] {
    if let bytes = AddressText.bytes(text) { return bytes }
    throw Failure(.reviewAddressUnfit, values: ["address": text])
  }
}

extension Failure {
  fileprivate static func names(_ finding: NameFinding, route: String) -> Failure {
    var values = ["route": route, "found": finding.found, "needed": finding.needed]
    values["publish"] = finding.publish.map { record in
      record.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
    return Failure(FailureID(finding), code: finding.layer.rawValue, values: values)
  }

  fileprivate static func namesUnknown(_ finding: NameFinding) -> Failure {
    Failure(.reviewUnanswered, code: finding.layer.rawValue, values: ["found": finding.found])
  }
}

extension FailureID {
  /// Of a finding that fails: what is wrong with its layer, and whether a record mends it.
  fileprivate init(_ finding: NameFinding) {
    let hasRecord = finding.publish != nil
    switch finding.layer {
    case .exchanger: self = finding.lacksDomain ? .reviewNoDomain : .reviewMx
    case .senderPolicy: self = hasRecord ? .reviewSpfToPublish : .reviewSpf
    case .signature: self = hasRecord ? .reviewDkimToPublish : .reviewDkim
    case .alignment: self = .reviewDmarc
    case .pointer: self = hasRecord ? .reviewPtrToPublish : .reviewPtr
    case .blockLists: self = .reviewDnsbl
    }
  }
}
