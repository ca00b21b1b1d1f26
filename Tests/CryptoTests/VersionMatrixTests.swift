import Base
import Crypto
import TestKit
import Testing

/// Every floor against `openssl s_server` of every single version, with certificates good and bad.
@Suite struct `Versions against s_server` {
  private static let options: [(version: TLSVersion, option: String)] = [
    (.tls10, "-tls1"), (.tls11, "-tls1_1"), (.tls12, "-tls1_2"), (.tls13, "-tls1_3"),
  ]

  private enum Shown: CaseIterable { case good, expired, notYetValid, wrongName, unknownAuthority, unpinned }

  @Test func `has every cell`() {
    let cells = Shown.allCases.count * Self.options.count * TLSVersion.allCases.count
    print("figure: TLS matrix cells against openssl s_server = \(cells)")
    #expect(cells == 96)
  }

  private func certificate(_ shown: Shown, _ root: CertificateAuthority) throws -> ServerCertificate {
    let names = ["DNS:mail.example.test"]
    switch shown {
    case .good, .unpinned: return try root.issue(names)
    case .expired: return try root.issue(names, to: "20210101000000Z")
    case .notYetValid: return try root.issue(names, from: "20980101000000Z")
    case .wrongName: return try root.issue(["DNS:other.example.test"])
    case .unknownAuthority: return try root.stranger("stranger").issue(names)
    }
  }

  private func isNamed(_ shown: Shown, by fault: TLSFault) -> Bool {
    switch (shown, fault) {
    case (.expired, .expired), (.notYetValid, .notYetValid), (.wrongName, .wrongName),
      (.unknownAuthority, .unknownAuthority), (.unpinned, .unpinned):
      true
    default: false
    }
  }

  // case: smtp-25
  @Test(arguments: Shown.allCases) private func `the floor comes first, then the certificate`(_ shown: Shown) throws {
    let root = try CertificateAuthority()
    let certificate = try certificate(shown, root)
    let pin = KeyPin(hexadecimal(try CertificateAuthority.digest("sha256", ofKeyIn: root.file)))
    for (version, option) in Self.options {
      let server = try Server(certificate, ["-rev", option, "-cipher", "ALL:@SECLEVEL=0"])
      for floor in TLSVersion.allCases {
        var policy = TLSPolicy(floor: floor, authorityFile: root.file)
        if shown == .unpinned { (policy.verification, policy.pins) = (.pin, [pin].compactMap(\.self)) }
        var client = try Client(policy, host: "mail.example.test", port: server.port)
        let cell: Comment = "\(shown), \(version) over \(floor)"
        do {
          let session = try client.handshake()
          #expect(shown == .good && version >= floor && session?.version == version, cell)
        } catch let fault as TLSFault {
          #expect(version < floor ? fault == .belowFloor(floor: floor) : isNamed(shown, by: fault), cell)
        }
      }
    }
  }
}
