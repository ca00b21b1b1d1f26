package import Base
import JSON
import Settings

/// A statement that a key signs, in place of a secret: a JSON Web Token (RFC 7519) in compact form (RFC 7515).
package struct Assertion: Sendable, Equatable {
  /// How it is signed (RFC 7518 section 3.1). Entra and Google take both from RSA keys; ES256 is for others.
  package enum Algorithm: String, Sendable {
    case rs256 = "RS256"
    case es256 = "ES256"
  }

  /// What is signed: header and claims, each in base64url, with a dot between.
  package let signingInput: [UInt8]

  /// As it is presented.
  ///
  /// - Parameter signature: of ``signingInput``; for ES256 the two numbers, 32 bytes each (RFC 7518 section 3.4).
  package func signed(_ signature: [UInt8]) -> String {
    String(decoding: signingInput, as: UTF8.self) + "." + base64URL(signature)
  }

  private init(header: [JSONValue.Member], claims: [JSONValue.Member]) {
    let parts = [header, claims].map { base64URL(Array(JSONText.line(.object($0)).utf8)) }
    signingInput = Array(parts.joined(separator: ".").utf8)
  }

  /// How long an assertion holds. It is used at once; a clock that is a few minutes off must not end it.
  package static let lifeSeconds: Int64 = 600
  /// Google refuses more than an hour.
  package static let longestLifeSeconds: Int64 = 3600

  /// Of an Entra application (learn.microsoft.com/entra/identity-platform/certificate-credentials).
  ///
  /// - Parameters:
  ///   - thumbprint: SHA-256 of the certificate's DER.
  ///   - identifier: 16 random bytes or more; an assertion is good for one use.
  package static func application(
    _ clientID: String, endpoint: String, thumbprint: [UInt8], algorithm: Algorithm = .rs256, identifier: [UInt8],
    at now: WallTime
  ) -> Assertion {
    Assertion(
      header: [
        .init("alg", .string(algorithm.rawValue)), .init("typ", .string("JWT")),
        .init("x5t#S256", .string(base64URL(thumbprint))),
      ],
      claims: [
        .init("aud", .string(endpoint)), .init("iss", .string(clientID)), .init("sub", .string(clientID)),
        .init("jti", .string(hexadecimal(identifier))), .init("nbf", .number(Double(now.seconds))),
        .init("exp", .number(Double(now.seconds + lifeSeconds))),
      ])
  }

  /// Of a Google service account that acts for a mailbox of its Workspace
  /// (developers.google.com/identity/protocols/oauth2/service-account).
  package static func serviceAccount(
    _ account: ServiceAccount, actingFor mailbox: String, scope: String, at now: WallTime
  ) -> Assertion {
    var header: [JSONValue.Member] = [
      .init("alg", .string(Algorithm.rs256.rawValue)), .init("typ", .string("JWT")),
    ]
    if let id = account.keyID { header.append(.init("kid", .string(id))) }
    return Assertion(
      header: header,
      claims: [
        .init("iss", .string(account.address)), .init("sub", .string(mailbox)), .init("scope", .string(scope)),
        .init("aud", .string(account.tokenEndpoint)), .init("iat", .number(Double(now.seconds))),
        .init("exp", .number(Double(now.seconds + longestLifeSeconds))),
      ])
  }
}

/// The key file of a Google service account. No description shows the key.
package struct ServiceAccount: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  package let address: String
  package let keyID: String?
  /// PEM.
  package let privateKey: String
  package let tokenEndpoint: String

  /// - Parameter tokenEndpoint: in place of the file's own, where the route names an authority.
  /// - Throws: what the file lacks; never a value of it.
  package init(json: [UInt8], tokenEndpoint: String? = nil) throws(TokenFault) {
    guard let tree = ForeignJSON.object(json) else { throw .unfitSecret(.accountNoJSON) }
    guard let address = tree["client_email"]?.text, let key = tree["private_key"]?.text else {
      throw .unfitSecret(.accountIncomplete)
    }
    self.address = address
    keyID = tree["private_key_id"]?.text
    privateKey = key
    self.tokenEndpoint = tokenEndpoint ?? tree["token_uri"]?.text ?? "https://oauth2.googleapis.com/token"
  }

  package var description: String { "service account \(address)" }
  package var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}

/// JSON from the network or from a secret.
enum ForeignJSON {
  /// More than any token endpoint says.
  static let greatestLength = 256 * 1024

  /// An object; nil for anything else. JSON is a part of JSON5, whose reader is fuzzed.
  static func object(_ bytes: [UInt8]) -> JSONValue? {
    if bytes.count > greatestLength { return nil }
    do throws(JSON5Reader.Fault) {
      let value = try JSON5Reader.read(bytes)
      if case .object = value { return value }
      return nil
    } catch {
      return nil
    }
  }
}
