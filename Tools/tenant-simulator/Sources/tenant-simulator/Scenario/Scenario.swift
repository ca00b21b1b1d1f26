/// What the simulated world is like; README.md says what each value means.
struct Scenario: Decodable, Sendable {
  let tenant: TenantSettings
  let mailboxes: [Mailbox]
  let submission: SubmissionSettings
  let hve: HighVolume
  let azure: Azure
  let mx: ExchangeFrontEnd
  let gmail: Gmail
  let smtp: OtherProvider
  let apps: [App]
  let google: Google
  let tokens: TokenSettings
  let endpoints: [String: EndpointSettings]
  let dns: NameSettings
  let rules: [Rule]
  let fail: [FailureName]

  /// The default scenario with the person's on top.
  static func read(defaults: String, file: String?) throws(Fault) -> Scenario {
    let base = try Value(file: defaults)
    guard let file else { return try base.decoded(as: Scenario.self, of: defaults) }
    let given = try Value(file: file)
    if let unknown = base.firstKeyUnknown(in: given) { throw Fault("\(file): unknown key \"\(unknown)\"") }
    return try base.overlaid(with: given).decoded(as: Scenario.self, of: file)
  }
}

struct TenantSettings: Decodable, Sendable {
  let id: String
  let names: [String]
  let acceptedDomains: [String]
  /// Domains hosted at Microsoft, but by another tenant in another region.
  let domainsElsewhere: [String]
  let smtpAuth: Bool
  let basicAuth: Bool
  let securityDefaults: Bool
  let conditionalAccess: Bool
  let blocksDeviceCode: Bool
  let rejectDirectSend: Bool
  let edgeBlocking: Bool
  let directory: [String]
  let externalRecipientsPerDay: Int
  let connectors: [Connector]

  func accepts(_ address: String) -> Bool { acceptedDomains.contains(domain(of: address)) }
}

/// An inbound connector of the type OnPremises: by address or by certificate.
struct Connector: Decodable, Sendable {
  let name: String
  let addresses: [String]
  let certificate: String?

  enum CodingKeys: CodingKey, CaseIterable { case name, addresses, certificate }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    addresses = try fields.value(.addresses, or: [])
    certificate = try fields.decodeIfPresent(String.self, forKey: .certificate)
  }
}

struct Mailbox: Decodable, Sendable {
  enum State: String, Decodable {
    case active, locked, passwordExpired, disabled, restricted, mfa
  }

  let address: String
  let password: String
  let state: State
  /// Nil leaves it to the tenant.
  let smtpAuth: Bool?
  /// Whether an Exchange authentication policy lets basic authentication through.
  let allowsBasic: Bool
  let sendAs: [String]
  /// Users whose delegated tokens may open it.
  let delegates: [String]
  let maxSendSize: Int

  enum CodingKeys: CodingKey, CaseIterable {
    case address, password, state, smtpAuth, allowsBasic, sendAs, delegates, maxSendSize
  }

  /// `MaxSendSize` of a mailbox nobody changed: 35 MB.
  private static let usualSendSize = 36_700_160

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    address = try fields.decode(String.self, forKey: .address)
    password = try fields.value(.password, or: "")
    state = try fields.value(.state, or: .active)
    smtpAuth = try fields.decodeIfPresent(Bool.self, forKey: .smtpAuth)
    allowsBasic = try fields.value(.allowsBasic, or: true)
    sendAs = try fields.value(.sendAs, or: [])
    delegates = try fields.value(.delegates, or: [])
    maxSendSize = try fields.value(.maxSendSize, or: Self.usualSendSize)
  }

  /// Whether the mailbox may send as `sender`.
  func owns(_ sender: String) -> Bool { ([address] + sendAs).contains { isSame($0, sender) } }
}

struct SubmissionSettings: Decodable, Sendable {
  let messagesPerMinute: Int
  let connectionsPerMailbox: Int
  let recipientsPerDay: Int
  let recipientsPerMessage: Int
  /// How long the answer to a refused password is held back.
  let tarpitSeconds: Int
}

struct HighVolume: Decodable, Sendable {
  let accounts: [HighVolumeAccount]
  let recipientsPerMessage: Int
  let bytesPerMessage: Int
  /// A token must live that many seconds longer.
  let tokenReserve: Int
}

struct HighVolumeAccount: Decodable, Sendable {
  let address: String
  let password: String
  /// Client ids that may use it.
  let apps: [String]
  let billing: Bool

  enum CodingKeys: CodingKey, CaseIterable { case address, password, apps, billing }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    address = try fields.decode(String.self, forKey: .address)
    password = try fields.value(.password, or: "")
    apps = try fields.value(.apps, or: [])
    billing = try fields.value(.billing, or: true)
  }
}

struct Azure: Decodable, Sendable {
  let resource: String
  let users: [AzureUser]
  /// MailFrom addresses of linked domains.
  let senders: [String]
  let recipientsPerMessage: Int
  let bytesPerMessage: Int
  let messagesPerMinute: Int
  let messagesPerHour: Int
  let blocked: Bool
}

/// An SMTP Username resource, and the app whose client secret is its password.
struct AzureUser: Decodable, Sendable {
  let name: String
  let app: String
}

struct ExchangeFrontEnd: Decodable, Sendable {
  let bannedAddresses: [String]
  let throttledAddresses: [String]
  let recipientsPerDomain: Int
}

struct Gmail: Decodable, Sendable {
  let accounts: [GmailAccount]
  let bytesPerMessage: Int
  let messagesPerDay: Int
  /// Source addresses and sender domains that smtp-relay takes without a sign-in.
  let relayAddresses: [String]
  let relayDomains: [String]
}

struct GmailAccount: Decodable, Sendable {
  let address: String
  let password: String
  let appPassword: String
  let aliases: [String]

  enum CodingKeys: CodingKey, CaseIterable { case address, password, appPassword, aliases }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    address = try fields.decode(String.self, forKey: .address)
    password = try fields.value(.password, or: "")
    appPassword = try fields.value(.appPassword, or: "")
    aliases = try fields.value(.aliases, or: [])
  }
}

/// A submission server that is neither Microsoft's nor Google's.
struct OtherProvider: Decodable, Sendable {
  let accounts: [Account]
  let anonymousAddresses: [String]
  let bytesPerMessage: Int
  let recipientsPerMessage: Int

  struct Account: Decodable, Sendable {
    let name: String
    let password: String
  }
}
