import Base
import Crypto
import Jobs
import Mail
import Routes
import TestKit

/// What a server shows.
enum Presented: String, CaseIterable {
  case good, expired, notYetValid, wrongName, unknownAuthority, selfSigned, missingIntermediate
  /// Signed by itself, with its key pinned; and with a key that is pinned no longer.
  case pinned, unpinned

  func certificate(of authority: CertificateAuthority) throws -> ServerCertificate {
    let names = ["IP:127.0.0.1"]
    switch self {
    case .good: return try authority.issue(names)
    case .expired: return try authority.issue(names, from: "20200101000000Z", to: "20200201000000Z")
    case .notYetValid: return try authority.issue(names, from: "20980101000000Z")
    case .wrongName: return try authority.issue(["DNS:other.example.test"])
    case .unknownAuthority: return try authority.stranger("stranger").issue(names)
    case .selfSigned, .pinned, .unpinned:
      return try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    case .missingIntermediate:
      return try authority.intermediate("middle").issue(names, publishedAt: "http://ca.example.test/middle.crt")
    }
  }

  /// The policy that meets it.
  func policy(_ floor: TLSVersion, _ authority: CertificateAuthority, _ shown: ServerCertificate) throws -> TLSPolicy {
    var policy = TLSPolicy(floor: floor, authorityFile: authority.file)
    guard self == .pinned || self == .unpinned else { return policy }
    policy.verification = .pin
    let file = self == .pinned ? shown.file : authority.file
    policy.pins = [KeyPin(base64(try CertificateAuthority.digest("sha256", ofKeyIn: file)))].compactMap(\.self)
    return policy
  }

  var isTaken: Bool { self == .good || self == .pinned }

  func isNamed(by fault: TLSFault) -> Bool {
    switch (self, fault) {
    case (.expired, .expired), (.notYetValid, .notYetValid), (.wrongName, .wrongName),
      (.unknownAuthority, .unknownAuthority(_, selfSigned: false)),
      (.selfSigned, .unknownAuthority(_, selfSigned: true)),
      (.missingIntermediate, .missingIntermediate), (.unpinned, .unpinned):
      true
    default: false
    }
  }

  /// Words that the cause must have, and the first step.
  var words: (cause: String, step: String) {
    switch self {
    case .good, .pinned: ("", "")
    case .expired: ("expired on 2020-02-01T00:00:00Z", "Check this device's clock")
    case .notYetValid:
      ("is not valid before 2098-01-01T00:00:00Z; is this device's clock right?", "Check the clock")
    case .wrongName: ("is for other.example.test, not for 127.0.0.1", "Connect to a name in the certificate")
    case .unknownAuthority:
      (
        "issued by an authority that this device does not trust: CN=stranger,O=Platen Tests",
        "If the authority is your own"
      )
    case .selfSigned: ("is self-signed (CN=own,O=Platen Tests)", "If it is your own server")
    case .missingIntermediate:
      (
        "sends its certificate without the intermediate certificate of CN=middle,O=Platen Tests",
        "the missing certificate is at http://ca.example.test/middle.crt"
      )
    case .unpinned: ("does not match the pins of route r; it is sha256//", "Ask the administrator of 127.0.0.1")
    }
  }
}

/// One handshake: what we ask for, what the server can do, what it shows, and how it comes about.
struct TLSCell {
  let floor: TLSVersion
  let highest: TLSVersion
  let presented: Presented
  let mode: Route.TLSMode

  static let modes: [Route.TLSMode] = [.starttls, .implicit, .opportunistic]

  static let all: [TLSCell] = Presented.allCases.flatMap { presented in
    modes.flatMap { mode in
      TLSVersion.allCases.flatMap { floor in
        TLSVersion.allCases.map { TLSCell(floor: floor, highest: $0, presented: presented, mode: mode) }
      }
    }
  }

  /// The server's side of it, with a message where there is to be one.
  var script: [Step] {
    let secured: [Step] = [.startTLS(upTo: highest.rawValue)]
    let session: [Step] = [.hear("EHLO"), .say("250 hi")] + envelope + [.hearMessage] + goodbye
    if mode == .implicit { return secured + [.say("220 hi")] + session }
    return [.say("220 hi"), .hear("EHLO"), .say("250-hi"), .say("250 STARTTLS"), .hear("STARTTLS"), .say("220 go")]
      + secured + session
  }

  var isTaken: Bool { highest >= floor && presented.isTaken }
  var isBelowFloor: Bool { highest < floor }
}
