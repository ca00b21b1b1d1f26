import Base
import Crypto
import Mail
import Routes

/// What signed zones say of the servers of a route (RFC 7672).
struct PublishedKeys {
  let lookup: ValidatedLookup

  /// For each of the look-ups.
  private static let seconds = 20

  /// The TLSA records of a host.
  func records(of host: String, port: Int) throws(DeliveryFault) -> [TLSARecord] {
    let name = "_\(port)._tcp.\(Self.bare(host))"
    let answer = try answer(to: name, .tlsa)
    if answer.data.isEmpty { throw .tls(.dane(.noRecord(name: name))) }
    return answer.data.compactMap(TLSARecord.init(wire:))
  }

  /// The mail exchangers of a domain. A list that anyone can forge leads to anyone's host (RFC 7672 section 2.2.1), so
  /// one that is not signed is refused.
  func exchangers(of domain: String) throws(DeliveryFault) -> NameAnswer {
    let answer = try answer(to: Self.bare(domain), .mailExchanger)
    if !answer.nameExists { return .noName }
    let exchangers = answer.data.compactMap(MailExchanger.init(wire:))
    return exchangers.isEmpty ? .noRecord : .found(exchangers.map { .exchanger($0) })
  }

  private func answer(to name: String, _ kind: ValidatedLookup.Kind) throws(DeliveryFault) -> ValidatedAnswer {
    try lookup.answer(to: name, kind, until: lookup.clock.after(.seconds(Self.seconds)))
  }

  private static func bare(_ name: String) -> String {
    (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
  }
}

extension MailExchanger {
  /// - Parameter wire: the record's data, with names in full (RFC 1035 section 3.3.9); nil where that is too short.
  init?(wire: [UInt8]) {
    guard wire.count > 2 else { return nil }
    self.init(preference: Int(wire[0]) << 8 | Int(wire[1]), host: Self.name(wire: wire.dropFirst(2)))
  }

  /// Labels with their lengths before them (RFC 1035 section 3.1), as text in small letters.
  private static func name(wire: ArraySlice<UInt8>) -> String {
    var rest = wire
    var labels: [String] = []
    while let length = rest.popFirst(), length > 0, rest.count >= Int(length) {
      labels.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self).lowercased())
      rest = rest.dropFirst(Int(length))
    }
    return labels.joined(separator: ".")
  }
}

extension Route {
  /// A zone is to vouch for its servers.
  var isVouchedForByZone: Bool { tlsMode != .off && tls.verification == .dane }
}
