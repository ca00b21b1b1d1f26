package import Crypto

/// What the knowledge base needs to know of a route to name values and commands.
package struct RouteFacts: Sendable, Equatable {
  package var name: String
  package var server: String
  package var port: Int
  package var username: String?
  /// The word of the route's TLS mode: "starttls", "implicit", "opportunistic" or "off".
  package var tlsMode: String
  package var floor: TLSVersion
  /// ``server`` is a domain; its mail exchangers accept the mail.
  package var isExchanger = false
  /// The address that messages come from.
  package var sender: String?
  /// Signs in with a token in place of a password.
  package var showsToken: Bool

  package init(
    name: String, server: String, port: Int, username: String? = nil, tlsMode: String = "starttls",
    floor: TLSVersion = .tls12, sender: String? = nil, showsToken: Bool = false
  ) {
    self.name = name
    self.server = server
    self.port = port
    self.username = username
    self.tlsMode = tlsMode
    self.floor = floor
    self.sender = sender
    self.showsToken = showsToken
  }

  /// Values for the words in braces of the catalogue; what is not known is left out.
  var words: [String: String] {
    var words = ["route": name, "server": server, "port": String(port), "mode": tlsMode, "floor": floor.rawValue]
    words["user"] = username
    words["sender"] = sender
    return words
  }
}
