import Crypto
import Mail

extension NamedFault {
  init(tls fault: TLSFault, _ route: RouteFacts) {
    switch fault {
    case .belowFloor(let floor): self.init(below: floor)
    case .wrongName(let expected, let names): self.init(namedOtherwise: names, expected)
    case .expired(let subject, let notAfter): self.init(.tlsExpired, ["subject": subject, "date": notAfter])
    case .notYetValid(let subject, let notBefore): self.init(.tlsNotYetValid, ["subject": subject, "date": notBefore])
    case .unknownAuthority(let issuer, let selfSigned):
      self.init(selfSigned ? .tlsSelfSigned : .tlsUnknownAuthority, ["issuer": issuer])
    case .missingIntermediate(let issuer, let location):
      self.init(.tlsMissingIntermediate, ["issuer": issuer, "location": location])
    case .revoked(let subject): self.init(.tlsRevoked, ["subject": subject])
    case .unpinned(let found): self.init(.tlsUnpinned, ["found": found.description])
    case .dane(let fault): self.init(dane: fault)
    case .certificate(let verdict): self.init(.tlsCertificateRefused, ["detail": verdict])
    case .notTLS(let received): self.init(Self.clearText(received, route), ["received": received])
    case .ownCertificateDemanded: self.init(.tlsOwnCertificateDemanded)
    case .ownCertificateRefused(let alert, let subject, let notAfter):
      self.init(.tlsOwnCertificateRefused, ["detail": alert, "subject": subject, "date": notAfter])
    case .ownCertificate(let detail): self.init(.tlsOwnCertificateUnusable, ["detail": detail])
    case .alert(let name):
      self.init(name.contains("certificate") ? .tlsAlertOnCertificate : .tlsAlert, ["detail": name])
    case .truncated: self.init(.tlsCutOff)
    case .setup(let detail): self.init(.tlsNotSetUp, ["detail": detail])
    case .other(let detail): self.init(.tlsFailed, ["detail": detail])
    }
  }

  private init(dane fault: DANEFault) {
    switch fault {
    case .unsigned(let name): self.init(.daneUnsigned, ["name": name])
    case .bogus(let name, let detail): self.init(.daneBogus, ["name": name, "detail": detail])
    case .noRecord(let name): self.init(.daneNoRecord, ["name": name])
    case .unusable(let name): self.init(.daneUnusable, ["name": name])
    case .noAnswer(let name, let detail): self.init(.daneNoAnswer, ["name": name, "detail": detail])
    case .mismatch: self.init(.daneMismatch)
    case .noValidator(let detail): self.init(.daneNoValidator, ["detail": detail])
    }
  }

  /// The floor is lowered by name only, one version at a time.
  private init(below floor: TLSVersion) {
    if let lower = TLSVersion.allCases.last(where: { $0 < floor }) {
      self.init(.tlsBelowFloor, ["floor": floor.rawValue, "lower": lower.rawValue])
    } else {
      self.init(.tlsBelowLowestFloor, ["floor": floor.rawValue])
    }
  }

  private init(namedOtherwise names: [String], _ expected: String) {
    let values = ["expected": expected, "names": names.joined(separator: ", ")]
    if names.isEmpty {
      self.init(.tlsNoName, ["expected": expected])
    } else if let name = names.first(where: { !$0.contains("*") }) {
      self.init(.tlsWrongName, values.merging(["name": name]) { $1 })
    } else {
      self.init(.tlsWrongNameWildcard, values)
    }
  }

  /// A server that is full or about to stop says so before TLS.
  private static func clearText(_ received: String, _ route: RouteFacts) -> FailureID {
    if received.hasPrefix("421") { return .tlsTurnedAway }
    return route.tlsMode == "implicit" ? .tlsWrongPort : .tlsNotTls
  }
}
