import Crypto
import Mail

/// What is known of servers that no signed zone vouches for. What is not proven is refused: no row lowers the policy.
enum DANEKnowledge {
  static func explain(_ fault: DANEFault) -> DeliveryCase {
    switch fault {
    case .unsigned(let name): row(["name": name], unsigned)
    case .bogus(let name, let detail): row(["name": name, "detail": detail], bogus)
    case .noRecord(let name): row(["name": name], noRecord)
    case .unusable(let name): row(["name": name], unusable)
    case .noAnswer(let name, let detail): row(["name": name, "detail": detail], noAnswer, stage: .lookup)
    case .mismatch: row([:], mismatch)
    case .noValidator(let detail): row(["detail": detail], noValidator)
    }
  }

  private static func row(
    _ words: [String: String], _ explanation: Explanation, stage: SMTPStage = .tls
  ) -> DeliveryCase {
    DeliveryCase(stage: stage, words: words, explanation: explanation)
  }

  private static let byAuthority =
    "If it cannot, let authorities decide: platen config set routes.{route}.tls.verify full"

  private static let unsigned = Explanation(
    .configuration, "the zone of {name} is not signed, so DANE cannot vouch for {server}", who: .administrator,
    ["Let who runs that zone sign it (DNSSEC)", byAuthority], exit: .serverProtocol, source: "RFC 7672 section 2.1")

  private static let bogus = Explanation(
    .transient, "the answer about {name} is not what its zone signed: {detail}", who: .administrator,
    [
      "Nothing is lost: the job is kept and tried again",
      "Check this device's clock: signatures hold for days only",
      "Check that the name servers pass signatures on: platen config get network.dns",
      "If it stays so, show this line to who runs that zone, or look for what changes answers on the way",
    ], exit: .serverProtocol, source: "RFC 7672 section 2.1.1")

  private static let noRecord = Explanation(
    .configuration, "there is no TLSA record {name}, so DANE cannot vouch for {server}", who: .administrator,
    ["Let who runs {server} publish one", byAuthority], exit: .serverProtocol, source: "RFC 7672 section 2.2")

  private static let unusable = Explanation(
    .configuration, "no TLSA record of {name} is of a kind that counts for mail: usage 2 or 3", who: .administrator,
    ["Let who runs {server} publish one such as \"3 1 1\"", byAuthority], exit: .serverProtocol,
    source: "RFC 7672 section 3.1")

  private static let noAnswer = Explanation(
    .transient, "no name server could say anything of {name}: {detail}", who: .nobody,
    [
      "Nothing is lost: the job is kept and tried again", "Check the name servers: platen config get network.dns",
    ], source: "RFC 7672 section 2.1.2")

  private static let mismatch = Explanation(
    .configuration, "the certificate of {server} is not the one that its zone vouches for", who: .provider,
    [
      "Tell who runs {server}: the certificate was changed and its TLSA records were not, or someone stands between",
      "Nothing is sent until they agree",
    ], exit: .serverProtocol, source: "RFC 7672 section 2.1")

  private static let noValidator = Explanation(
    .configuration, "answers of name servers cannot be validated on this device: {detail}", who: .installer,
    [
      "Install what validates them: libunbound8 and dns-root-data",
      "Or let authorities decide: platen config set routes.{route}.tls.verify full",
    ], exit: .configuration)
}
