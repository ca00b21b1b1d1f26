import Base
package import Crypto
import Settings

/// A value and where it is documented.
package struct Fact<Value: Sendable & Equatable>: Sendable, Equatable {
  package let value: Value
  /// A page of the service, or a section of an RFC.
  package let source: String

  package init(_ value: Value, source: String) {
    self.value = value
    self.source = source
  }
}

/// A method of submission, as its documents describe it. A configuration may put its own value in the place of
/// each; services move them. Each is a file of `Presets`, which enters it.
package struct Preset: Sendable, Equatable {
  /// Where the server's name comes from.
  package enum Host: Sendable, Equatable {
    /// The same for all customers.
    case named(String)
    /// The mail exchanger of the route's domain, looked up: its name cannot be derived from the domain's.
    case mailExchanger
    /// The configuration names it.
    case configured
  }

  /// With what a route signs in.
  package enum Proof: Sendable, Equatable {
    /// The network address, or a client certificate.
    case connection
    /// A user name and a password where the configuration has a user name.
    case password
    /// An OAuth token, from one of these grants; the first is the default.
    case token(OAuthService, [Grant])
  }

  /// One of the bounds that ``Limits`` holds.
  package enum Limit: Sendable, Equatable {
    case rate(Rate)
    case recipientsPerMessage(Int)
    case bytesPerMessage(Int)
    case connections(Int)
  }

  /// A key that the method demands or forbids.
  package struct Rule: Sendable, Equatable {
    package let key: RouteKey
    /// The entry of the catalogue of failures that says why: "route.needs-exchanger".
    package let id: String

    init(_ key: RouteKey, _ id: String) {
      self.key = key
      self.id = id
    }
  }

  /// As it is entered.
  package fileprivate(set) var name = ""
  /// One line, for people.
  package let summary: String
  package let host: Fact<Host>
  /// By mode; the first is the default.
  package let ports: Fact<[Port]>
  package let floor: Fact<TLSVersion>
  package let proof: Fact<Proof>
  /// The word of `auth`.
  package let mechanism: Fact<String>
  package let sender: Fact<SenderRule>
  /// Only to the domains of the house.
  package let isInternal: Fact<Bool>
  package let limits: [Fact<Limit>]
  /// Routes by presets of one family and with one user name share one account.
  package let family: String
  package let demands: [Rule]
  package let forbids: [Rule]
  /// What it needs in the DNS of the sender's domain.
  var names = DomainNeeds()

  package struct Port: Sendable, Equatable {
    package let mode: Route.TLSMode
    package let number: Int

    package init(_ mode: Route.TLSMode, _ number: Int) {
      self.mode = mode
      self.number = number
    }
  }

  /// The bounds together.
  package var bounds: Limits {
    var bounds = Limits()
    for limit in limits {
      switch limit.value {
      case .rate(let rate): bounds.rates.append(rate)
      case .recipientsPerMessage(let count): bounds.recipientsPerMessage = count
      case .bytesPerMessage(let count): bounds.bytesPerMessage = count
      case .connections(let count): bounds.connections = count
      }
    }
    return bounds
  }
}

// MARK: All of them

extension Preset {
  /// Enters a method, to be known by its name everywhere: in the schema, to completion, in a route.
  ///
  /// - Parameters:
  ///   - place: in lists, the least first; tens leave room between.
  ///   - make: asked for when the method is needed, and not at each start.
  static func enter(_ name: String, at place: Int, _ make: @escaping @Sendable () -> Preset) {
    PresetNames.enter(name, at: place)
    makers.withLock { $0.append((name, make)) }
  }

  /// In the order of ``PresetNames``.
  package static var all: [Preset] { PresetNames.all.compactMap(named) }

  package static func named(_ name: String) -> Preset? {
    Entries.run()
    var preset = makers.withLock { $0 }.first { $0.name == name }?.make()
    preset?.name = name
    return preset
  }

  private static let makers = Locked<[(name: String, make: @Sendable () -> Preset)]>([])
}

// What several methods demand or forbid.
extension Preset.Rule {
  static let needsMailbox = Preset.Rule(.username, "route.needs-mailbox")
  static let needsApplication = Preset.Rule(.clientID, "route.needs-application")
  static let noTokens = [RouteKey.tenant, .clientID, .grant, .authority].map { Preset.Rule($0, "route.no-tokens") }
  /// The method has a server of its own.
  static let noExchanger = Preset.Rule(.domain, "route.no-exchanger")
}

/// A key of a route that a method may demand or forbid.
package enum RouteKey: String, Sendable, CaseIterable {
  case server, username, domain, tenant, clientID, grant, authority
  case certificate = "tls.certificate"
  case key = "tls.key"

  func value(in settings: RouteSettings) -> String? {
    switch self {
    case .server: settings.server
    case .username: settings.username
    case .domain: settings.domain
    case .tenant: settings.tenant
    case .clientID: settings.clientID
    case .grant: settings.grant
    case .authority: settings.authority
    case .certificate: settings.tls.certificate
    case .key: settings.tls.key
    }
  }
}
