/// An app registration.
struct App: Decodable, Sendable {
  let id: String
  let secret: String?
  let secretExpired: Bool
  /// PEM, or a path of it, of the certificate that its assertions are signed with.
  let certificate: String?
  /// Allow public client flows.
  let isPublic: Bool
  let redirects: [String]
  let delegated: [String]
  let application: [String]
  let consented: Bool
  /// Whether the Enterprise application is known to Exchange (New-ServicePrincipal).
  let servicePrincipal: Bool
  /// Mailboxes it may open by itself.
  let mailboxes: [String]
  /// Communication and Email Service Owner on the Azure resource.
  let azureRole: Bool

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, secret, secretExpired, certificate
    case isPublic = "public"
    case redirects, delegated, application, consented, servicePrincipal, mailboxes, azureRole
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    id = try fields.decode(String.self, forKey: .id)
    secret = try fields.decodeIfPresent(String.self, forKey: .secret)
    secretExpired = try fields.value(.secretExpired, or: false)
    certificate = try fields.decodeIfPresent(String.self, forKey: .certificate)
    isPublic = try fields.value(.isPublic, or: false)
    redirects = try fields.value(.redirects, or: [])
    delegated = try fields.value(.delegated, or: [])
    application = try fields.value(.application, or: [])
    consented = try fields.value(.consented, or: true)
    servicePrincipal = try fields.value(.servicePrincipal, or: true)
    mailboxes = try fields.value(.mailboxes, or: [])
    azureRole = try fields.value(.azureRole, or: false)
  }
}

/// Google's side of OAuth.
struct Google: Decodable, Sendable {
  let clients: [Client]
  let serviceAccounts: [ServiceAccount]

  struct Client: Decodable, Sendable {
    let id: String
    let secret: String
    let redirects: [String]
  }

  struct ServiceAccount: Decodable, Sendable {
    let email: String
    /// PEM, or a path of it: the public key or a certificate.
    let key: String
    /// Domains with delegation to it.
    let domains: [String]
  }
}

struct TokenSettings: Decodable, Sendable {
  enum Form: String, Decodable { case jwt, opaque }
  enum Approval: String, Decodable { case granted, declined, never }

  let lifetime: Int
  let refreshLifetime: Int
  let rotates: Bool
  let form: Form
  /// How long a token is made, in bytes; real ones have 2,000 and more.
  let bytes: Int
  let deviceCodeLifetime: Int
  /// What the device code answer names, and faster polling is told to slow down.
  let pollInterval: Int
  /// How often a poll is told to wait before the person has answered.
  let pendingPolls: Int
  let person: Approval
  /// Who signs in at the browser, where the request does not say.
  let user: String
  let googleUser: String
  /// Added to the clock that tokens and assertions are judged by.
  let clockSkew: Int
}

struct EndpointSettings: Decodable, Sendable {
  enum Mode: String, Codable { case starttls, implicit }

  let address: String
  let port: UInt16
  let host: String
  let listening: Bool
  let mode: Mode
  let tls: Versions
  let binary: Bool
  let chunking: Bool

  /// `lowest` and `highest` can be negotiated; below `accepted` the session is then turned away in words.
  struct Versions: Decodable, Sendable {
    let lowest: TLSVersion
    let highest: TLSVersion
    let accepted: TLSVersion
  }
}

struct NameSettings: Decodable, Sendable {
  let address: String
  let port: UInt16
  /// Lines "name TYPE data".
  let records: [String]
}

func domain(of address: String) -> String {
  address.lastIndex(of: "@").map { address[address.index(after: $0)...].lowercased() } ?? ""
}

func isSame(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }
