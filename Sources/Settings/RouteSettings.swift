/// One way out, as configured; what is nil follows from the preset (see the room of the routes).
package struct RouteSettings: Sendable, Equatable {
  package var name: String
  package var preset: String
  package var server: String?
  package var port: Int?
  package var username: String?
  package var auth: String
  package var tlsMode: String?
  /// "1.0" to "1.3"; nil: not asked for by name.
  package var tlsFloor: String?
  package var verify: String
  /// The keys that will do where `verify` is "pin".
  package var pins: [String] = []
  package var caFile: String?
  package var serverName: String?
  /// Our own certificate with its chain, and its key.
  package var certificate: String?
  package var key: String?
  package var insecureCredentials: Bool
  /// The domain whose mail exchanger is the server.
  package var domain: String?
  /// Addresses and domains that this route may send as, beside what its method allows by itself.
  package var senders: [String] = []
  /// "anyone" or "internal".
  package var reaches: String?
  package var limits = LimitSettings()
  package var tenant: String?
  package var clientID: String?
  /// How the right to send is had from the token endpoint.
  package var grant: String?
  package var authority: String?

  package init(
    name: String, preset: String = "smtp", server: String? = nil, port: Int? = nil, username: String? = nil,
    auth: String = "auto", tlsMode: String? = nil, tlsFloor: String? = nil, verify: String = "full",
    caFile: String? = nil, serverName: String? = nil, certificate: String? = nil, key: String? = nil,
    insecureCredentials: Bool = false
  ) {
    self.name = name
    self.preset = preset
    self.server = server
    self.port = port
    self.username = username
    self.auth = auth
    self.tlsMode = tlsMode
    self.tlsFloor = tlsFloor
    self.verify = verify
    self.caFile = caFile
    self.serverName = serverName
    self.certificate = certificate
    self.key = key
    self.insecureCredentials = insecureCredentials
  }
}

/// A route's `limits`; nil: as the preset has it, 0: no limit.
package struct LimitSettings: Sendable, Equatable {
  package var messagesPerMinute: Int?
  package var messagesPerHour: Int?
  package var messagesPerDay: Int?
  package var recipientsPerMinute: Int?
  package var recipientsPerHour: Int?
  package var recipientsPerDay: Int?
  package var recipientsPerMessage: Int?
  package var bytesPerMessage: Int?
  package var connections: Int?
  /// Whose limits these are, where several routes draw on one account.
  package var account: String?

  package init() {}
}
