import FoundationEssentials

/// Everything that runs, and where it is found.
struct World {
  private let tenant: Tenant
  private let authority: Authority
  private let endpoints: [SMTPEndpoint]
  private let tokens: TokenEndpoint
  private let names: NameServer
  private let client: CertificateFiles
  private let settings: Scenario

  /// - Parameters:
  ///   - failures: the catalogue that the scenario's `fail` names from.
  ///   - folder: of accepted messages.
  ///   - authority: the folder of the certificates.
  init(_ scenario: Scenario, failures: [Failure], folder: String, authority: Authority) throws(Fault) {
    settings = scenario
    self.authority = authority
    let rules = scenario.rules + (try Self.named(scenario.fail, in: failures))
    let tenant = Tenant(scenario: scenario, rules: rules, keeper: try Keeper(folder: folder))
    self.tenant = tenant
    let certificate = try authority.certificate("server", names: Self.names(scenario))
    endpoints = try Self.endpoints(scenario, tenant, authority, certificate)
    tokens = try TokenEndpoint(try scenario.endpoint(TokenEndpoint.name), tenant: tenant, certificate: certificate)
    let records = try Self.records(scenario, certificate)
    names = try NameServer(scenario.dns, records: records, tenant: tenant)
    client = try authority.certificate("client", names: ["DNS:" + Self.clientName(scenario)])
    try prepareFaults(rules)
  }

  func start() throws(Fault) {
    for endpoint in endpoints { try endpoint.start() }
    try tokens.start()
    try names.start()
  }

  // MARK: Parts

  private static func named(_ names: [FailureName], in failures: [Failure]) throws(Fault) -> [Rule] {
    var rules: [Rule] = []
    for name in names {
      let found = failures.filter { $0.name == name.name }
      if found.isEmpty { throw Fault("fail: no failure \"\(name.name)\" in failures.json5") }
      rules += found.map { Rule($0, as: name) }
    }
    return rules
  }

  private static func endpoints(
    _ scenario: Scenario, _ tenant: Tenant, _ authority: Authority, _ certificate: CertificateFiles
  ) throws(Fault) -> [SMTPEndpoint] {
    let services: [(String, any Service)] = [
      ("submission", SubmissionService(tenant: tenant)), ("legacy", SubmissionService(tenant: tenant)),
      ("hve", HighVolumeService(tenant: tenant)), ("azure", AzureService(tenant: tenant)),
      ("gmail", GmailService(tenant: tenant, isRelay: false)),
      ("gmailTLS", GmailService(tenant: tenant, isRelay: false)),
      ("gmailRelay", GmailService(tenant: tenant, isRelay: true)), ("mx", FrontEndService(tenant: tenant)),
      ("smtp", OtherService(tenant: tenant)), ("smtpTLS", OtherService(tenant: tenant)),
    ]
    var endpoints: [SMTPEndpoint] = []
    for (name, service) in services {
      endpoints.append(
        try SMTPEndpoint(
          name, try scenario.endpoint(name), service, tenant: tenant, authority: authority, certificate: certificate))
    }
    return endpoints
  }

  private static func names(_ scenario: Scenario) -> [String] {
    let hosts = Set(scenario.endpoints.values.map(\.host)).sorted().map { "DNS:" + $0 }
    let addresses = Set(scenario.endpoints.values.map(\.address)).sorted().map { "IP:" + $0 }
    return hosts + ["DNS:localhost", "DNS:oauth2.googleapis.com", "DNS:accounts.google.com"] + addresses
  }

  /// The name that the certificate for connectors is made for.
  private static func clientName(_ scenario: Scenario) -> String {
    scenario.tenant.connectors.compactMap(\.certificate).first ?? "scanner.example.net"
  }

  /// The addresses of the endpoints, and the scenario's own with `{spki}` filled in.
  private static func records(_ scenario: Scenario, _ certificate: CertificateFiles) throws(Fault) -> [String] {
    guard let key = PEMCertificate(try readFile(certificate.chain))?.publicKey else {
      throw Fault("\(certificate.chain) is not a certificate")
    }
    let digest = key.digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let own = Set(scenario.endpoints.values.map { "\($0.host) A \($0.address)" }).sorted()
    return own + scenario.dns.records.map { $0.replacing("{spki}", with: digest) }
  }

  /// Certificates for scripted handshakes are made before anyone connects.
  private func prepareFaults(_ rules: [Rule]) throws(Fault) {
    for rule in rules where rule.at == .handshake {
      guard let fault = CertificateFault(rawValue: rule.reply) else { continue }
      for endpoint in endpoints where rule.endpoint == nil || rule.endpoint == endpoint.name {
        _ = try authority.certificate(
          endpoint.name, names: ["DNS:" + endpoint.settings.host, "DNS:localhost", "IP:" + endpoint.settings.address],
          fault: fault)
      }
    }
  }

  // MARK: The line that tells

  private struct Announcement: Encodable {
    let ready = true
    let folder: String
    let ca: String
    let client: Client
    let dns: Place
    let endpoints: [String: Place]

    struct Client: Encodable {
      let certificate: String
      let key: String
      let name: String
    }

    struct Place: Encodable {
      let address: String
      let port: UInt16
      var host: String?
      var tls: EndpointSettings.Mode?
      var url: String?
    }

    private enum CodingKeys: CodingKey { case ready, folder, ca, client, dns, endpoints }
  }

  /// One line of JSON: where everything is.
  var announcement: String {
    var places: [String: Announcement.Place] = [:]
    for endpoint in endpoints {
      places[endpoint.name] = Announcement.Place(
        address: endpoint.listener.address, port: endpoint.listener.port, host: endpoint.settings.host,
        tls: endpoint.settings.mode)
    }
    places[TokenEndpoint.name] = Announcement.Place(
      address: tokens.listener.address, port: tokens.listener.port, host: settings.endpoints[TokenEndpoint.name]?.host,
      url: "https://\(tokens.listener.address):\(tokens.listener.port)")
    let announcement = Announcement(
      folder: tenant.keeper.folder, ca: authority.root,
      client: .init(certificate: client.chain, key: client.key, name: Self.clientName(settings)),
      dns: .init(address: names.listener.address, port: names.listener.port), endpoints: places)
    return String(decoding: json(announcement), as: UTF8.self)
  }
}

extension Scenario {
  fileprivate func endpoint(_ name: String) throws(Fault) -> EndpointSettings {
    guard let settings = endpoints[name] else { throw Fault("endpoints lacks \(name)") }
    return settings
  }
}
