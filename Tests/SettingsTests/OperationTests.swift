import JSON
import Settings
import TestKit
import Testing

private let origin = "/etc/platen/site.json5"

private func file(
  _ text: String = "{}", below: [ConfigurationLayer] = [], environment: [String: String] = [:]
) throws -> SiteFile {
  SiteFile(
    site: try ConfigurationLayer(origin: origin, bytes: Array(text.utf8)), below: below,
    environment: try EnvironmentLayer.layer(environment))
}

extension SiteFile {
  /// As `config set` does it: a text may stand without quotes.
  fileprivate func setting(_ key: String, to text: String) throws(SettingsError) -> String {
    try changing([(key, try SiteFile.value(text, for: key))])
  }

  fileprivate func unsetting(_ key: String) throws(SettingsError) -> String { try changing([(key, nil)]) }

  fileprivate func importing(_ bytes: [UInt8], from source: String) throws(SettingsError) -> String {
    try replacing(with: try ConfigurationLayer(origin: source, bytes: bytes))
  }
}

private func messages(_ body: () throws -> Void) -> [String] {
  do {
    try body()
    return []
  } catch let error as SettingsError {
    return error.problems.map(\.message)
  } catch {
    return ["\(error)"]
  }
}

@Suite struct EnvironmentTests {
  @Test func `values take the type of their key`() throws {
    let layer = try EnvironmentLayer.layer([
      "PLATEN_SCAN_RESOLUTION": "600", "PLATEN_SCAN_DEVICE": "true", "PLATEN_NETWORK_CAFILE": "/r.pem",
      "PLATEN_NETWORK_DNS": "192.0.2.1, 192.0.2.2:54", "PLATEN_IDENTITY_NAME": "'Front desk'",
      "PLATEN_SCAN_SOURCE": "", "PLATEN_ROUTES": "[{ name: 'a', server: 'h' }]",
      "PLATEN_SECRET_ROUTES_A_PASSWORD": "x", "PLATEN_CONFIG": "/c", "PLATEN_STATE": "/s", "PATH": "/bin",
    ])
    let configuration = try LayeredConfiguration([layer]).configuration()
    #expect(configuration.scan.resolution == 600 && configuration.scan.device == "true")
    #expect(configuration.network.caFile == "/r.pem" && configuration.network.dns == ["192.0.2.1", "192.0.2.2:54"])
    #expect(configuration.identity.name == "Front desk" && configuration.scan.source == nil)
    #expect(configuration.routes.map(\.name) == ["a"])
    #expect(!JSONText.line(layer.tree).contains("\"x\""))
  }

  @Test(arguments: [
    ("PLATEN_SCAN_RESOLUTOIN", "300", "PLATEN_SCAN_RESOLUTOIN is not a setting; did you mean PLATEN_SCAN_RESOLUTION?"),
    (
      "PLATEN_ROUTES_A_SERVER", "h",
      "PLATEN_ROUTES_A_SERVER is not a setting; one variable holds all routes: PLATEN_ROUTES"
    ),
    (
      "PLATEN_SCAN_RESOLUTION", "many",
      "PLATEN_SCAN_RESOLUTION: scan.resolution is \"many\", a string; it must be an integer from 1 to 9600"
    ),
    ("PLATEN_RETAIN", "7d", "PLATEN_RETAIN: retain (\"7d\") is not supported by this build"),
    ("PLATEN_ROUTES", "[{", "PLATEN_ROUTES is not JSON5: the '{' on line 1 is not closed (column 3)"),
  ])
  func `what is wrong names the variable`(name: String, value: String, message: String) {
    #expect(messages { _ = try EnvironmentLayer.layer([name: value]) } == [message])
  }
}

@Suite struct SiteFileTests {
  @Test func `set writes the file anew, in the order of the schema`() throws {
    let start = try file("{ scan: { resolution: 200 }, /* gone */ identity: { address: 'a@example.test' } }")
    let text = try start.setting("scan.mode", to: "gray")
    #expect(
      text == """
        {
          identity: {
            address: "a@example.test",
          },
          scan: {
            mode: "gray",
            resolution: 200,
          },
        }

        """)
    #expect(try file(text).setting("scan.mode", to: "gray") == text)
    #expect(try SiteFile.text(file(text).tree) == text)
  }

  @Test(arguments: [
    ("scan.resolution", "600", "600"), ("routes.a.tls.floor", "1.0", "\"1.0\""), ("identity.name", "true", "\"true\""),
    ("identity.name", "\"quoted\"", "\"quoted\""), ("network.dns", "192.0.2.1", "[\"192.0.2.1\"]"),
    ("network.dns", "['192.0.2.1', '::1']", "[\"192.0.2.1\", \"::1\"]"), ("scan.device", "null", "null"),
    ("routes.a.insecureCredentials", "true", "true"), ("routes.0.port", "25", "25"),
    ("routes.a.username", "12345", "\"12345\""),
  ])
  func `a value is read by the type of its key`(key: String, value: String, wanted: String) throws {
    let text = try file("{ routes: [{ name: 'a', server: 'h' }] }").setting(key, to: value)
    let layered = LayeredConfiguration([try ConfigurationLayer(origin: origin, bytes: Array(text.utf8))])
    #expect(layered.problems.isEmpty)
    #expect(JSONText.line(try ConfigurationView(layered).value(of: key)) == wanted)
  }

  @Test func `a route grows from nothing, key by key, and goes again`() throws {
    var text = try file().setting("routes.office.server", to: "smtp.example.net")
    text = try file(text).setting("routes.office.username", to: "u")
    text = try file(text).setting("routes.lan", to: "{ server: '192.0.2.1', port: 25 }")
    let routes = try ConfigurationLayer(origin: origin, bytes: Array(text.utf8)).tree["routes"]?.elements ?? []
    #expect(routes.map { $0["name"]?.text } == ["office", "lan"])
    text = try file(text).unsetting("routes.office")
    text = try file(text).unsetting("routes.lan.port")
    #expect(try file(text).unsetting("routes") == "{}\n")
  }

  @Test func `an element of a lower layer's list makes the list the site's own`() throws {
    let vendor = try ConfigurationLayer(
      origin: "/vendor", bytes: Array("{ routes: [{ name: 'a', server: 'h' }, { name: 'b', server: 'i' }] }".utf8))
    let text = try file(below: [vendor]).setting("routes.b.port", to: "2525")
    let tree = try ConfigurationLayer(origin: origin, bytes: Array(text.utf8)).tree
    #expect(tree.value(at: ["routes", "a", "server"]) == .string("h"))
    #expect(tree.value(at: ["routes", "b", "port"]) == .number(2525))
  }

  @Test(arguments: [
    ("scan.resolutoin", "1", "unknown key scan.resolutoin; did you mean scan.resolution?"),
    ("scan.resolution", "x", "scan.resolution is \"x\", a string; it must be an integer from 1 to 9600"),
    (
      "scan.resolution.x", "1",
      "unknown key scan.resolution.x; scan.resolution is a single value and has no keys; did you mean scan.resolution?"
    ),
    ("routes.a.password", "x", "routes.a.password is a secret, not a setting"),
    ("routes.a.tls.key", "k", "routes.a.tls.key is \"k\"; it must be \(TextForm.path.demand)"),
    ("routes.a.authority", "http://x", "routes.a.authority is \"http://x\"; it must be \(TextForm.webAddress.demand)"),
    (
      "routes.a.limits.connections", "-1",
      "routes.a.limits.connections is -1; it must be an integer from 0 to 2147483647"
    ),
    ("retain", "7d", "retain (\"7d\") is not supported by this build"),
    ("routes.a.username", "u", "routes.a has no server"),
    (
      "routes.A.server", "h",
      "routes.A.name is \"A\"; it must be lower-case letters, digits and _, starting with a letter"
    ),
    ("scan..x", "1", "\"scan..x\" is not a key; a key is words separated by dots"),
    ("routes", "[", "the value for routes is not JSON5: the '[' on line 1 is not closed (column 2)"),
  ])
  func `what would break the configuration is refused`(key: String, value: String, message: String) throws {
    let start = try file()
    #expect(messages { _ = try start.setting(key, to: value) } == [message])
  }

  @Test func `what the environment decides is not set in the file`() throws {
    let start = try file("{ scan: { resolution: 200 } }", environment: ["PLATEN_SCAN_RESOLUTION": "300"])
    let wanted = "scan.resolution is set by the environment variable PLATEN_SCAN_RESOLUTION, which overrides the file"
    #expect(messages { _ = try start.setting("scan.resolution", to: "400") } == [wanted])
    #expect(messages { _ = try start.unsetting("scan.resolution") } == [wanted])
    _ = try start.setting("scan.mode", to: "gray")
    let routes = try file(environment: ["PLATEN_ROUTES": "[{ name: 'a', server: 'h' }]"])
    #expect(messages { _ = try routes.setting("routes.a.port", to: "25") }.first?.contains("PLATEN_ROUTES") == true)
  }

  @Test func `a file with two faults can be mended one by one`() throws {
    let start = try file("{ scan: { resolution: 'x', mode: 'y' } }")
    let text = try start.setting("scan.mode", to: "gray")
    #expect(try file(text).setting("scan.resolution", to: "300").contains("300"))
    let unknown = try file("{ scann: 1, scan: { mode: 'gray' } }")
    #expect(
      try unknown.unsetting("scann")
        == SiteFile.text(.object([.init("scan", .object([.init("mode", .string("gray"))]))])))
  }

  @Test func `unset says where a value comes from when it is not in the file`() throws {
    let start = try file()
    #expect(
      messages { _ = try start.unsetting("scan.mode") }
        == ["scan.mode is not in /etc/platen/site.json5; its value comes from: built-in"])
    #expect(messages { _ = try start.unsetting("scan.moode") } == ["unknown key scan.moode; did you mean scan.mode?"])
  }

  @Test func `import takes what is whole and nothing else`() throws {
    let start = try file("{ scan: { mode: 'gray' } }")
    #expect(
      try start.importing(Array("{ scan: { resolution: 150 } }".utf8), from: "/x")
        == "{\n  scan: {\n    resolution: 150,\n  },\n}\n")
    let wrong = Array("{ scan: { resolution: 0 }, x: 1 }".utf8)
    #expect(messages { _ = try start.importing(wrong, from: "/x") }.count == 2)
    #expect(messages { _ = try start.importing([0x7B], from: "/x") } == ["the '{' on line 1 is not closed"])
  }
}

@Suite struct ViewTests {
  private func view() throws -> ConfigurationView {
    let text =
      "{ identity: { address: 'a@example.test' }, routes: [{ name: 'isp', server: 'h', tls: { floor: '1.0' } }] }"
    return ConfigurationView(
      LayeredConfiguration([
        try ConfigurationLayer(origin: origin, bytes: Array(text.utf8)),
        try EnvironmentLayer.layer(["PLATEN_SCAN_RESOLUTION": "600"]),
      ]))
  }

  @Test func `show tells each value's origin and marks what the environment overrides`() throws {
    let lines = try ConfigurationView.text(view().rows).split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true)
    }
    #expect(lines.contains(["scan.resolution", "600", "environment", "(overrides", "the", "file)"]))
    #expect(lines.contains(["identity.address", "\"a@example.test\"", "/etc/platen/site.json5"]))
    #expect(lines.contains(["routes.isp.tls.floor", "\"1.0\"", "/etc/platen/site.json5"]))
    #expect(lines.contains(["scan.mode", "\"color\"", "built-in"]))
    #expect(lines.first?.first == "identity.name")
    let rows = try view().rows
    #expect(rows.filter(\.isOverridden).map(\.key) == ["scan.resolution"])
  }

  @Test func `get finds by name, by number, by group and by default`() throws {
    let view = try view()
    #expect(try view.value(of: "routes.isp.server") == .string("h"))
    #expect(try view.value(of: "routes.0.server") == .string("h"))
    #expect(try view.value(of: "routes.isp.auth") == .string("auto"))
    #expect(try view.value(of: "routes.isp.port") == .null)
    #expect(try view.value(of: "locale").members.map(\.name) == ["timeZone", "language"])
    #expect(messages { _ = try view.value(of: "routes.ips.server") } == ["routes has no \"ips\"; it has isp"])
    #expect(
      messages { _ = try view.value(of: "routes.isp.password") } == ["routes.isp.password is a secret, not a setting"])
    #expect(messages { _ = try view.value(of: "scan.mod") } == ["unknown key scan.mod; did you mean scan.mode?"])
  }

  @Test func `the schema is JSON Schema, and closes what is not served`() throws {
    let script = """
      import json,sys
      s = json.load(sys.stdin)
      p = s["properties"]
      print(s["$schema"], s["additionalProperties"], p["retain"]["not"], p["scan"]["properties"]["resolution"]["maximum"])
      print(p["routes"]["items"]["required"], p["routes"]["items"]["properties"]["preset"]["enum"][-1])
      print(p["scan"]["properties"]["source"]["anyOf"][1]["type"])
      """
    let json = JSONText.json(SchemaShape.configuration.jsonSchema)
    let judged = try run(["/usr/bin/python3", "-c", script], input: Array(json.utf8))
    #expect(
      judged.text == """
        https://json-schema.org/draft/2020-12/schema False {} 9600
        ['name'] smtp
        null

        """)
    #expect(SchemaShape.configuration.text.contains("not supported by this build"))
  }

  @Test func `templates`() {
    let template = TextTemplate("{file} from {name} {Not} {x y} { } {")
    #expect(template.words == ["file", "name"])
    #expect(template.filled(with: ["file": "{name}", "name": "N"]) == "{name} from N {Not} {x y} { } {")
    #expect(TextTemplate("").filled(with: [:]) == "")
  }
}
