// Out of a tree that the schema has checked; a value that is not there takes its default.
extension Configuration {
  init(checked tree: Setting) {
    let values = CheckedTree(tree: tree)
    identity = Identity(
      name: values.text("identity.name"), address: values.optional("identity.address"),
      hostname: values.optional("identity.hostname"))
    scan = Scan(
      device: values.optional("scan.device"), source: values.optional("scan.source"), mode: values.text("scan.mode"),
      resolution: values.integer("scan.resolution"), paper: values.text("scan.paper"))
    document = Document(
      format: values.text("document.format"), fileName: values.text("document.fileName"),
      quality: values.integer("document.quality"))
    message = Message(subject: values.text("message.subject"), body: values.text("message.body"))
    routes = (tree["routes"]?.elements ?? []).map(RouteSettings.init(checked:))
    network = Network(
      dns: (values["network.dns"]?.elements ?? []).compactMap(\.text),
      sourceAddress: values.optional("network.sourceAddress"), caFile: values.optional("network.caFile"),
      ipv6: values.text("network.ipv6"))
    locale = Locale(timeZone: values.text("locale.timeZone"), language: values.text("locale.language"))
    storage = Storage(state: values.optional("storage.state"), deviceKey: values.optional("storage.deviceKey"))
  }
}

extension RouteSettings {
  fileprivate init(checked tree: Setting) {
    let values = CheckedTree(tree: tree, prefix: "routes.0.")
    self.init(
      name: values.text("name"), preset: values.text("preset"), server: values.text("server"),
      port: tree["port"]?.integer, username: values.optional("username"), auth: values.text("auth"),
      tlsMode: values.optional("tls.mode"), tlsFloor: values.optional("tls.floor"), verify: values.text("tls.verify"),
      caFile: values.optional("tls.caFile"), serverName: values.optional("tls.serverName"),
      insecureCredentials: tree["insecureCredentials"]?.flag ?? false)
  }
}

private struct CheckedTree {
  let tree: Setting
  /// Where the tree stands in the schema.
  var prefix = ""

  subscript(_ key: String) -> Setting? {
    tree.value(at: key.split(separator: ".").map(String.init))
  }

  /// A text that may not be set; without its default.
  func optional(_ key: String) -> String? { self[key]?.text }

  func text(_ key: String) -> String { self[key]?.text ?? fallback(key)?.text ?? "" }

  func integer(_ key: String) -> Int { self[key]?.integer ?? fallback(key)?.integer ?? 0 }

  private func fallback(_ key: String) -> Setting? {
    SchemaShape.configuration.at((prefix + key).split(separator: ".").map(String.init))?.defaults
  }
}
