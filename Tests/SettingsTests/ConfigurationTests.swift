import Settings
import Testing

private let site = "/etc/platen/site.json5"

private func layer(_ text: String, origin: String = site) throws(SettingsError) -> ConfigurationLayer {
  try ConfigurationLayer(origin: origin, bytes: Array(text.utf8))
}

private func problems(_ text: String) throws -> [SettingsProblem] {
  LayeredConfiguration([try layer(text)]).problems
}

@Suite struct LayerTests {
  @Test func `later layers win, key by key, and each value knows its origin`() throws {
    let layered = LayeredConfiguration([
      try layer(
        "{ scan: { resolution: 200, mode: 'gray' }, network: { dns: ['192.0.2.1', '192.0.2.2'] } }", origin: "/board"),
      try layer("{ scan: { resolution: 400 }, network: { dns: ['192.0.2.9:53'] } }"),
      try EnvironmentLayer.layer(["PLATEN_SCAN_PAPER": "letter", "HOME": "/root"]),
    ])
    let configuration = try layered.configuration()
    #expect(configuration.scan.resolution == 400)
    #expect(configuration.scan.mode == "gray")
    #expect(configuration.scan.paper == "letter")
    #expect(configuration.network.dns == ["192.0.2.9:53"])
    let origins = [
      "scan.resolution": site, "scan.mode": "/board", "scan.paper": "environment", "document.format": "built-in",
    ]
    for (key, origin) in origins {
      #expect(layered.origin(of: try #require(SettingPath(key))) == origin)
    }
  }

  @Test func `routes are replaced whole`() throws {
    let layered = LayeredConfiguration([
      try layer("{ routes: [{ name: 'a', server: 'h1' }, { name: 'b', server: 'h2' }] }", origin: "/vendor"),
      try layer("{ routes: [{ name: 'c', server: 'h3' }] }"),
    ])
    #expect(try layered.configuration().routes.map(\.name) == ["c"])
    #expect(layered.origin(of: SettingPath(["routes", "c", "server"])) == site)
  }

  @Test func `the defaults are whole and valid`() throws {
    let defaults = Configuration.defaults
    #expect(try LayeredConfiguration([]).configuration() == defaults)
    #expect(defaults.scan.resolution == 300 && defaults.scan.mode == "color" && defaults.scan.paper == "a4")
    #expect(defaults.document.format == "pdf/a-2b" && defaults.document.quality == 75)
    #expect(defaults.document.fileName == "Scan {date} {time}.pdf")
    #expect(defaults.locale.timeZone == "UTC" && defaults.routes.isEmpty && defaults.identity.address == nil)
    #expect(SettingsCheck.problems(of: .builtIn).isEmpty)
  }

  @Test func `a route is read with its defaults`() throws {
    let text = """
      { routes: [{ name: "isp", server: "smtp.example.net", port: 2525, username: "u",
        tls: { mode: "implicit", floor: "1.0", caFile: "/etc/roots.pem" } }, { name: "lan", server: "192.0.2.1" }] }
      """
    let routes = try LayeredConfiguration([try layer(text)]).configuration().routes
    var first = RouteSettings(name: "isp", server: "smtp.example.net", username: "u")
    first.port = 2525
    first.tls.mode = "implicit"
    first.tls.floor = "1.0"
    first.tls.caFile = "/etc/roots.pem"
    #expect(routes == [first, RouteSettings(name: "lan", server: "192.0.2.1")])
  }
}

@Suite struct RouteKeyTests {
  @Test func `all keys of a route are read`() throws {
    let text = """
      { identity: { internalDomains: ['contoso.com'] }, routes: [{ name: 'a', preset: 'gmail-relay', domain: 'contoso.com',
        senders: ['a@contoso.com', 'contoso.com'], reaches: 'internal', tenant: 't', clientID: 'c', grant: 'password',
        authority: 'https://login.example:8443/x', limits: { messagesPerMinute: 1, messagesPerHour: 2, messagesPerDay: 3,
        recipientsPerMinute: 4, recipientsPerHour: 5, recipientsPerDay: 6, recipientsPerMessage: 7, bytesPerMessage: 0,
        connections: 9, account: 'x' } }] }
      """
    let configuration = try LayeredConfiguration([try layer(text)]).configuration()
    var wanted = RouteSettings(name: "a", preset: "gmail-relay")
    wanted.domain = "contoso.com"
    wanted.senders = ["a@contoso.com", "contoso.com"]
    wanted.reaches = "internal"
    wanted.tenant = "t"
    wanted.clientID = "c"
    wanted.grant = "password"
    wanted.authority = "https://login.example:8443/x"
    wanted.limits.messagesPerMinute = 1
    wanted.limits.messagesPerHour = 2
    wanted.limits.messagesPerDay = 3
    wanted.limits.recipientsPerMinute = 4
    wanted.limits.recipientsPerHour = 5
    wanted.limits.recipientsPerDay = 6
    wanted.limits.recipientsPerMessage = 7
    wanted.limits.bytesPerMessage = 0
    wanted.limits.connections = 9
    wanted.limits.account = "x"
    #expect(configuration.routes == [wanted])
    #expect(configuration.identity.internalDomains == ["contoso.com"])
  }

  @Test(arguments: ["https://login.example", "https://login.example:8443/a/b", "https://192.0.2.1"])
  func `web addresses`(text: String) { #expect(TextForm.webAddress.admits(text)) }

  @Test(arguments: [
    "http://login.example", "https://", "https://u:p@login.example", "https://h/?q=1", "https://h:0", "https://h:1:2",
    "https://h/a b", "https://h/#x",
  ])
  func `what is no web address`(text: String) { #expect(!TextForm.webAddress.admits(text)) }

  @Test(arguments: ["http://proxy.example.com:3128", "http://192.0.2.1", "http://proxy:8080/"])
  func `addresses of proxies`(text: String) { #expect(TextForm.proxyAddress.admits(text)) }

  @Test(arguments: [
    "proxy:3128", "https://proxy:3128", "http://u:secret@proxy:3128", "http://proxy/path", "http://", "",
  ])
  func `what is no address of a proxy`(text: String) { #expect(!TextForm.proxyAddress.admits(text)) }
}

@Suite struct ProblemTests {
  @Test func `a key's control characters are not shown as they are`() throws {
    let shown = ConfigurationView.text(ConfigurationView(LayeredConfiguration([try layer("{ 'a\\v': 1 }")])).rows)
    #expect(shown.contains("a\\x0b"))
  }

  @Test func `a key's control characters do not reach a terminal`() {
    for text in ["{ 'a\u{B}\u{9B}' 1 }", "{ 'a\u{B}\u{9B}': 1 }", "{ 'a\u{B}\u{9B}': 1, 'a\u{B}\u{9B}': 1 }"] {
      do throws(SettingsError) {
        _ = try LayeredConfiguration([try layer(text)]).configuration()
        Issue.record("it was taken")
      } catch {
        #expect(error.problems.allSatisfy { $0.message.contains("a\\x0b\\xc29b") })
      }
    }
  }

  @Test func `a syntax error names file, line and column`() {
    do throws(SettingsError) {
      _ = try layer("{\n  scan: { resolution: 300\n  document: {} }\n}")
      Issue.record("it was taken")
    } catch {
      #expect(error.problems.map(\.description) == ["\(site):3:3: expected ',' or '}' here, found 'd'"])
      #expect(error.problems.first?.kind == .syntax)
    }
    #expect(throws: SettingsError.self) { try layer("[1]") }
  }

  @Test(arguments: [
    ("{ scan: { resolutoin: 300 } }", "unknown key scan.resolutoin; did you mean scan.resolution?"),
    ("{ scann: {} }", "unknown key scann; did you mean scan?"),
    ("{ resolution: 300 }", "unknown key resolution; did you mean scan.resolution?"),
    (
      "{ routes: [{ name: 'a', server: 'h', usrename: 'u' }] }",
      "unknown key routes.a.usrename; did you mean routes.a.username?"
    ),
    (
      "{ routes: [{ name: 'a', server: 'h', tls: { verfy: 'full' } }] }",
      "unknown key routes.a.tls.verfy; did you mean routes.a.tls.verify?"
    ),
    (
      "{ identity: { qqqqqqqq: 1 } }",
      "unknown key identity.qqqqqqqq; keys of identity: name, address, hostname, internalDomains"
    ),
    ("{ routes: [{ name: 'a', server: 'h', password: 'x' }] }", "routes.a.password is a secret, not a setting"),
    ("{ scan: { resolution: '300' } }", "scan.resolution is \"300\", a string; it must be an integer from 1 to 9600"),
    ("{ scan: { resolution: 300.5 } }", "scan.resolution is 300.5; it must be an integer from 1 to 9600"),
    ("{ scan: { resolution: 0 } }", "scan.resolution is 0; it must be an integer from 1 to 9600"),
    ("{ scan: { resolution: null } }", "scan.resolution is null; it must be an integer from 1 to 9600"),
    ("{ scan: 5 }", "scan is 5, a number; it must be an object in { }"),
    (
      "{ scan: { mode: 'colour' } }",
      "scan.mode is \"colour\"; it must be one of color, gray, lineart; did you mean \"color\"?"
    ),
    ("{ routes: {} }", "routes is an object; it must be a list in [ ]"),
    ("{ routes: [5] }", "routes.0 is 5, a number; it must be an object in { }"),
    ("{ routes: [{ server: 'h' }] }", "routes.0 has no name, which its secrets need"),
    ("{ routes: [{ name: 'a' }] }", "routes.a has no server"),
    (
      "{ routes: [{ name: 'Office-1', server: 'h' }] }",
      "routes.Office-1.name is \"Office-1\"; it must be lower-case letters, digits and _, starting with a letter"
    ),
    ("{ routes: [{ name: 'a', server: 'h' }, { name: 'a', server: 'i' }] }", "two elements are named routes.a"),
    (
      "{ routes: [{ name: 'a', server: 'h', tls: { floor: 1.2 } }] }",
      "routes.a.tls.floor is 1.2, a number; it must be one of 1.0, 1.1, 1.2, 1.3, in quotes: \"1.2\""
    ),
    (
      "{ routes: [{ name: 'a', server: 'smtp://h' }] }",
      "routes.a.server is \"smtp://h\"; it must be a host name such as \"smtp.example.com\", or an IP address"
    ),
    (
      "{ routes: [{ name: 'a', server: 'h', port: 70000 }] }",
      "routes.a.port is 70000; it must be an integer from 1 to 65535"
    ),
    (
      "{ network: { dns: ['dns.example'] } }",
      "network.dns is \"dns.example\"; it must be an IP address, optionally with a port, such as \"192.0.2.1:53\""
    ),
    (
      "{ network: { dns: '192.0.2.1' } }",
      "network.dns is \"192.0.2.1\", a string; it must be a list, each an IP address, optionally with a port, such as \"192.0.2.1:53\""
    ),
    (
      "{ network: { caFile: 'roots.pem' } }",
      "network.caFile is \"roots.pem\"; it must be an absolute path such as \"/etc/platen/roots.pem\""
    ),
    (
      "{ identity: { address: 'scanner' } }",
      "identity.address is \"scanner\"; it must be an e-mail address such as \"scanner@example.com\""
    ),
    (
      "{ identity: { name: 'a\\r\\nBcc: x@y' } }",
      "identity.name is \"a\\r\\nBcc: x@y\"; it must be a single line of text"
    ),
    ("{ message: { subject: 'a\\nb' } }", "message.subject is \"a\\nb\"; it must be a single line of text"),
    ("{ message: { subject: '{flie}' } }", "unknown placeholder {flie} in message.subject; did you mean {file}?"),
    (
      "{ locale: { timeZone: '../etc/passwd' } }",
      "locale.timeZone is \"../etc/passwd\"; it must be a time zone such as \"Europe/Brussels\" or \"UTC\""
    ),
    ("{ locale: { language: 'de' } }", "locale.language is \"de\"; it must be \"en\""),
  ])
  func `each wrong thing is named, with what is right`(text: String, message: String) throws {
    let found = try problems(text)
    #expect(found.map(\.message) == [message])
    #expect(found.allSatisfy { $0.origin == site && !$0.step.isEmpty })
    #expect(throws: SettingsError.self) { try LayeredConfiguration([try layer(text)]).configuration() }
  }

  @Test func `all problems come at once, in their order`() throws {
    let found = try problems("{ scann: 1, scan: { resolution: 'x', paper: 'a9' }, retain: '7d' }")
    #expect(found.map(\.key) == ["scann", "scan.resolution", "scan.paper", "retain"])
    #expect(found.first?.description == "\(site): unknown key scann; did you mean scan?")
  }

  @Test(arguments: ["UTC", "Europe/Brussels", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])
  func `time zones have a grammar`(name: String) { #expect(TextForm.timeZone.admits(name)) }

  @Test(arguments: ["", "/UTC", "a//b", "A B", "..", "Europe/"])
  func `what is no time zone`(name: String) { #expect(!TextForm.timeZone.admits(name)) }

  @Test(arguments: ["192.0.2.1", "2001:db8::1", "::1", "::", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"])
  func `addresses`(text: String) { #expect(HostText.isAddress(text) && !HostText.isName(text)) }

  @Test(arguments: [
    "192.0.2", "256.1.1.1", "1:2:3", ":::", "1::2::3", "01.2.3.4", "fe80::1%eth0", "1:2:3:4:5:6:7:8:9", "",
  ])
  func `what is no address`(text: String) { #expect(!HostText.isAddress(text)) }

  @Test(arguments: ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.1", "::1"])
  func `name servers`(text: String) { #expect(HostText.isAddressWithPort(text)) }

  @Test(arguments: ["192.0.2.1:0", "192.0.2.1:70000", "[::1]", "[192.0.2.1]:53", "dns:53"])
  func `what is no name server`(text: String) { #expect(!HostText.isAddressWithPort(text)) }

  @Test(arguments: ["a", "smtp.example.net", "a-b.c_d.example.", "xn--bcher-kva.example", "3com.example"])
  func `host names`(text: String) { #expect(HostText.isName(text)) }

  @Test(arguments: ["", ".", "a..b", "-a.b", "a-", "bücher.example", "a b", "1.2.3.4", "a/b"])
  func `what is no host name`(text: String) { #expect(!HostText.isName(text)) }

  @Test(arguments: [
    ("30s", 30), ("10m", 600), ("1h", 3600), ("1h30m", 5400), ("3d", 259_200), ("2w", 1_209_600), ("0s", 0),
  ])
  func `durations`(text: String, seconds: Int) { #expect(DurationText.parse(text) == .seconds(seconds)) }

  @Test(arguments: ["", "30", "s", "1m1h", "-1s", "1.5h", "1h ", "99999999999999w", "1s1s"])
  func `what is no duration`(text: String) { #expect(DurationText.parse(text) == nil) }

  @Test func `milliseconds, and nearest names`() {
    #expect(DurationText.parse("250ms") == .milliseconds(250))
    #expect(nearestName(to: "srever", among: ["server", "serverName", "port"]) == "server")
    #expect(nearestName(to: "SERVER", among: ["server"]) == "server")
    #expect(nearestName(to: "zzz", among: ["server", "port"]) == nil)
  }
}

@Suite struct NotServedTests {
  /// The configuration of the contract, whole.
  static let sample = """
    {
      identity: {
        name: "Front desk scanner", address: "scanner@contoso.com", hostname: "scanner.contoso.com",
        internalDomains: ["contoso.com"],      // what Direct Send may reach
      },
      scan: { device: "test:0", source: "adf", mode: "color", resolution: 300, paper: "a4" },
      document: { format: "pdf/a-2b", fileName: "Scan {date} {time}.pdf", maxBytes: 25000000, searchable: false },
      message: { subject: "{file} from {name}", body: "{pages} pages scanned at {time}." },
      routes: [                                 // in order of preference
        { name: "office", preset: "m365-oauth", username: "scanner@contoso.com", tenant: "contoso.onmicrosoft.com", clientID: "…" },
        { name: "direct", preset: "m365-direct-send", domain: "contoso.com" },
        { name: "isp", preset: "smtp", server: "smtp.example.net", port: 587, username: "u",
          auth: "auto",
          tls: { mode: "starttls", floor: "1.2", verify: "full",
                 caFile: null, pin: [], certificate: null, key: null, serverName: null },
          reaches: "anyone",
          limits: { messagesPerMinute: 30, recipientsPerDay: 10000, recipientsPerMessage: 500, bytesPerMessage: 35000000 },
          insecureCredentials: false },
      ],
      retry: { firstAfter: "30s", longestGap: "1h", giveUpAfter: "3d" },
      retain: "7d",
      network: { dns: [], proxy: null, caFile: null, sourceAddress: null, ipv6: "auto" },
      locale: { timeZone: "Europe/Brussels", language: "en" },
    }
    """

  static let later = [
    "document.maxBytes", "document.searchable", "retry.firstAfter", "retry.longestGap", "retry.giveUpAfter", "retain",
  ]

  @Test func `each later key of the contract's sample is named, and no other`() throws {
    let found = try problems(Self.sample)
    #expect(found.compactMap(\.key) == Self.later)
    #expect(found.allSatisfy { $0.kind == .notServed })
    #expect(found.first?.message == "document.maxBytes (25000000) is not supported by this build")
  }

  @Test(arguments: [
    "{ network: { proxy: 'http://u:hunter2@proxy' } }", "{ routes: [{ name: 'a', server: 'smtp://u:hunter2@h' }] }",
    "{ routes: [{ name: 'a', server: 'h', password: 'hunter2' }] }", "{ network: 'http://u:hunter2@proxy' }",
    "{ retain: ['x', 'http://u:hunter2@proxy'] }", "{ password: hunter2 }", "{ pin: 0hunter2 }",
  ])
  func `no error repeats a secret that stands where it must not`(text: String) {
    do throws(SettingsError) {
      _ = try LayeredConfiguration([try layer(text)]).configuration()
      Issue.record("it was taken")
    } catch {
      #expect(!"\(error)".contains("hunter2"), "\(error)")
    }
  }

  @Test func `without them the sample is taken`() throws {
    var tree = try layer(Self.sample).tree
    for key in Self.later { tree.set(nil, at: try #require(SettingPath(key)).parts) }
    tree.set(nil, at: ["routes", "direct"])
    let configuration = try LayeredConfiguration([ConfigurationLayer(origin: site, tree: tree)]).configuration()
    #expect(configuration.identity.name == "Front desk scanner")
    #expect(configuration.scan.device == "test:0" && configuration.scan.source == "adf")
    #expect(
      configuration.routes.map(\.name) == ["office", "isp"] && configuration.locale.timeZone == "Europe/Brussels")
  }

  @Test func `what decides on a server, and our own certificate, are read`() throws {
    let configuration = try LayeredConfiguration([
      layer(
        """
        { routes: [{ name: 'a', server: 'h', tls: { verify: 'pin', pin: ['sha256//x', 'y'],
          certificate: '/c.pem', key: '/k.pem' } }] }
        """)
    ]).configuration()
    let route = try #require(configuration.routes.first)
    #expect(route.tls.verify == "pin" && route.tls.pins == ["sha256//x", "y"])
    #expect(route.tls.certificate == "/c.pem" && route.tls.key == "/k.pem")
  }

  @Test(arguments: [
    ("{ scan: { mode: 'auto' } }", "scan.mode"), ("{ scan: { skipBlankPages: true } }", "scan.skipBlankPages"),
  ])
  func `later values of keys that are served are named too`(text: String, key: String) throws {
    let found = try problems(text)
    #expect(found.map(\.key) == [key] && found.map(\.kind) == [.notServed])
  }
}
