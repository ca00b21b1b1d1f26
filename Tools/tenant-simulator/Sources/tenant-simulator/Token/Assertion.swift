import FoundationEssentials

/// A signed JSON Web Token that someone shows us (RFC 7519).
struct Assertion {
  let header: Header
  let claims: Claims
  private let signed: [UInt8]
  private let signature: [UInt8]

  struct Header: Decodable {
    let alg: String
    let x5t: String?
    let x5tS256: String?

    enum CodingKeys: String, CodingKey {
      case alg, x5t
      case x5tS256 = "x5t#S256"
    }
  }

  struct Claims: Decodable {
    let iss: String
    let sub: String?
    let aud: String
    let exp: Int
    let nbf: Int?
    let iat: Int?
    let scope: String?
  }

  /// Nil where it is none.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let header: Header = decoded(parts[0]), let claims: Claims = decoded(parts[1]),
      let signature = Base64.decodeURL(parts[2])
    else { return nil }
    self.header = header
    self.claims = claims
    self.signature = signature
    signed = Array((parts[0] + "." + parts[1]).utf8)
  }

  func isSigned(by key: PublicKey) -> Bool {
    ["RS256", "PS256"].contains(header.alg)
      && key.verifies(signature, over: signed, usesPSS: header.alg == "PS256")
  }

  /// Whether its header names this certificate by its thumbprint.
  func names(_ certificate: PEMCertificate) -> Bool {
    if let thumbprint = header.x5tS256 { return thumbprint == Base64.encodeURL(certificate.thumbprint(.sha256)) }
    return header.x5t == Base64.encodeURL(certificate.thumbprint(.sha1))
  }
}

private func decoded<Part: Decodable>(_ text: String) -> Part? {
  Base64.decodeURL(text).flatMap { try? JSONDecoder().decode(Part.self, from: Data($0)) }
}

/// PEM that stands in the scenario, or in the file that it names.
func pem(_ text: String) -> String? {
  text.hasPrefix("-----BEGIN") ? text : try? readFile(text)
}
