import Base
import Crypto
import Mail
import Routes

/// What signed zones say of the servers of a route (RFC 7672).
struct PublishedKeys {
  let lookup: ValidatedLookup

  /// For each of the look-ups.
  private static let seconds = 20

  /// The TLSA records of a host that was reached for a route; none where the route does not verify by them.
  func records(of host: String, for route: Route) throws(DeliveryFault) -> [TLSARecord] {
    if route.tlsMode == .off || route.tls.verification != .dane { return [] }
    if route.finding == .mailExchanger { try confirm(host, takesMailFor: route.server) }
    let name = "_\(route.port)._tcp.\(Self.bare(host))"
    let answer = try lookup.answer(to: name, .tlsa, until: .after(.seconds(Self.seconds)))
    if answer.data.isEmpty { throw .tls(.dane(.noRecord(name: name))) }
    return answer.data.compactMap(TLSARecord.init(wire:))
  }

  /// A list of mail exchangers that anyone can forge leads to anyone's host (RFC 7672 section 2.2.1).
  private func confirm(_ host: String, takesMailFor domain: String) throws(DeliveryFault) {
    let answer = try lookup.answer(to: Self.bare(domain), .mailExchanger, until: .after(.seconds(Self.seconds)))
    let hosts = answer.data.map { Self.name(wire: $0.dropFirst(2)) }
    // Without a list the domain is its own exchanger (RFC 5321 section 5.1).
    let isListed = hosts.isEmpty ? Self.bare(domain) == Self.bare(host) : hosts.contains(Self.bare(host))
    if !isListed { throw .tls(.dane(.notExchanger(host: host, domain: domain))) }
  }

  private static func bare(_ name: String) -> String {
    (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
  }

  /// Labels with their lengths before them (RFC 1035 section 3.1), as text in small letters.
  static func name(wire: ArraySlice<UInt8>) -> String {
    var rest = wire
    var labels: [String] = []
    while let length = rest.popFirst(), length > 0, rest.count >= Int(length) {
      labels.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self).lowercased())
      rest = rest.dropFirst(Int(length))
    }
    return labels.joined(separator: ".")
  }
}
