import JSON

// Out of a tree that the schema has checked; a value that is not there takes its default.
extension Configuration {
  init(checked tree: JSONValue) {
    let values = CheckedTree(tree: tree)
    identity = Identity(
      name: values.text("identity.name"), address: values.optional("identity.address"),
      hostname: values.optional("identity.hostname"), internalDomains: values.texts("identity.internalDomains"))
    scan = Scan(
      device: values.optional("scan.device"), source: values.optional("scan.source"), mode: values.text("scan.mode"),
      resolution: values.integer("scan.resolution"), paper: values.text("scan.paper"))
    document = Document(
      format: values.text("document.format"), fileName: values.text("document.fileName"),
      quality: values.integer("document.quality"))
    message = Message(
      subject: values.text("message.subject"), body: values.text("message.body"), binary: values.text("message.binary"))
    dkim = DKIM(
      selector: values.optional("dkim.selector"), domain: values.optional("dkim.domain"),
      algorithm: values.text("dkim.algorithm"), secondSelector: values.optional("dkim.secondSelector"))
    routes = (tree["routes"]?.elements ?? []).map(RouteSettings.init(checked:))
    network = Network(
      dns: values.texts("network.dns"),
      sourceAddress: values.optional("network.sourceAddress"), caFile: values.optional("network.caFile"),
      ipv6: values.text("network.ipv6"), proxy: values.optional("network.proxy"))
    locale = Locale(timeZone: values.text("locale.timeZone"), language: values.text("locale.language"))
    storage = Storage(state: values.optional("storage.state"), deviceKey: values.optional("storage.deviceKey"))
  }
}

extension RouteSettings {
  fileprivate init(checked tree: JSONValue) {
    let values = CheckedTree(tree: tree, prefix: "routes.0.")
    self.init(
      name: values.text("name"), preset: values.text("preset"), server: values.optional("server"),
      port: values.number("port"), username: values.optional("username"), auth: values.text("auth"),
      tlsMode: values.optional("tls.mode"), tlsFloor: values.optional("tls.floor"), verify: values.text("tls.verify"),
      caFile: values.optional("tls.caFile"), serverName: values.optional("tls.serverName"),
      certificate: values.optional("tls.certificate"), key: values.optional("tls.key"),
      insecureCredentials: tree["insecureCredentials"]?.flag ?? false)
    pins = values.texts("tls.pin")
    domain = values.optional("domain")
    senders = values.texts("senders")
    reaches = values.optional("reaches")
    limits = LimitSettings(checked: values)
    tenant = values.optional("tenant")
    clientID = values.optional("clientID")
    grant = values.optional("grant")
    authority = values.optional("authority")
  }
}

extension LimitSettings {
  fileprivate init(checked values: CheckedTree) {
    self.init()
    messagesPerMinute = values.number("limits.messagesPerMinute")
    messagesPerHour = values.number("limits.messagesPerHour")
    messagesPerDay = values.number("limits.messagesPerDay")
    recipientsPerMinute = values.number("limits.recipientsPerMinute")
    recipientsPerHour = values.number("limits.recipientsPerHour")
    recipientsPerDay = values.number("limits.recipientsPerDay")
    recipientsPerMessage = values.number("limits.recipientsPerMessage")
    bytesPerMessage = values.number("limits.bytesPerMessage")
    connections = values.number("limits.connections")
    account = values.optional("limits.account")
  }
}

private struct CheckedTree {
  let tree: JSONValue
  /// Where the tree stands in the schema.
  var prefix = ""

  subscript(_ key: String) -> JSONValue? {
    tree.value(at: key.split(separator: ".").map(String.init))
  }

  /// A text that may not be set; without its default.
  func optional(_ key: String) -> String? { self[key]?.text }

  /// A number that may not be set.
  func number(_ key: String) -> Int? { self[key]?.integer }

  func texts(_ key: String) -> [String] { (self[key]?.elements ?? []).compactMap(\.text) }

  func text(_ key: String) -> String { self[key]?.text ?? fallback(key)?.text ?? "" }

  func integer(_ key: String) -> Int { self[key]?.integer ?? fallback(key)?.integer ?? 0 }

  private func fallback(_ key: String) -> JSONValue? {
    SchemaShape.configuration.at((prefix + key).split(separator: ".").map(String.init))?.defaults
  }
}
