import Crypto
import Routes
import Settings
import Testing

@Suite struct RouteFromSettingsTests {
  private func route(_ change: (inout RouteSettings) -> Void) throws(RouteError) -> Route {
    var settings = RouteSettings(name: "isp", server: "smtp.example.net")
    change(&settings)
    return try Route.make(from: settings)
  }

  private func error(_ change: (inout RouteSettings) -> Void) -> RouteError? {
    do throws(RouteError) {
      _ = try route(change)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    arguments: [
      // mode, port, user name → mode, port
      (nil, nil, nil, .starttls, 587), (nil, nil, "u", .starttls, 587), ("implicit", nil, "u", .implicit, 465),
      (nil, 465, "u", .implicit, 465), (nil, 25, nil, .starttls, 25), ("off", nil, nil, .off, 25),
      ("opportunistic", nil, nil, .opportunistic, 25), ("starttls", 2525, "u", .starttls, 2525),
      ("starttls", 465, "u", .starttls, 465),
    ] as [(String?, Int?, String?, Route.TLSMode, Int)])
  func `what is not said follows from the rest`(
    mode: String?, port: Int?, user: String?, wantedMode: Route.TLSMode, wantedPort: Int
  ) throws {
    let made = try route {
      $0.tls.mode = mode
      $0.port = port
      $0.username = user
    }
    #expect(made.tlsMode == wantedMode && made.port == wantedPort)
  }

  @Test func `TLS is 1.2 and verified unless something else is asked for by name`() throws {
    let plain = try route { _ in }
    #expect(plain.tls == TLSPolicy(floor: .tls12, verification: .full))
    let asked = try route {
      $0.tls.floor = "1.0"
      $0.tls.verify = "none"
      $0.tls.serverName = "mail.example.net"
      $0.tls.caFile = "/etc/roots.pem"
    }
    let policy = TLSPolicy(
      floor: .tls10, verification: .none, authorityFile: "/etc/roots.pem", serverName: "mail.example.net")
    #expect(asked.tls == policy)
  }

  @Test func `the network's roots serve where the route has none`() throws {
    let settings = RouteSettings(name: "isp", server: "h")
    #expect(try Route.make(from: settings, networkAuthorityFile: "/n.pem").tls.authorityFile == "/n.pem")
    var own = settings
    own.tls.caFile = "/own.pem"
    #expect(try Route.make(from: own, networkAuthorityFile: "/n.pem").tls.authorityFile == "/own.pem")
  }

  @Test(arguments: [
    ("off", "full", "tls.mode"), ("opportunistic", "full", "tls.mode"), ("starttls", "none", "tls.verify"),
    ("implicit", "none", "tls.verify"), ("off", "none", "tls.mode"),
  ])
  func `a password never goes where it can be read, unless that is asked for`(
    mode: String, verify: String, key: String
  ) throws {
    let weaken: (inout RouteSettings) -> Void = {
      $0.username = "u"
      $0.tls.mode = mode
      $0.tls.verify = verify
    }
    let refused = try #require(error(weaken))
    #expect(refused.key == "routes.isp." + key)
    #expect(refused.step.contains("platen config set routes.isp.\(key) "))
    let allowed = try route {
      weaken(&$0)
      $0.insecureCredentials = true
    }
    #expect(allowed.insecureCredentials)
    // Without a user name, or with sign-in off, nothing is at stake.
    #expect(
      error {
        weaken(&$0); $0.username = nil
      } == nil)
    #expect(
      error {
        weaken(&$0); $0.auth = "none"
      } == nil)
  }

  @Test func `contradictions are refused`() {
    #expect(
      error {
        $0.tls.mode = "off"; $0.tls.floor = "1.2"
      }?.key == "routes.isp.tls.floor")
    #expect(error { $0.auth = "login" }?.key == "routes.isp.username")
    #expect(error { $0.name = "Isp" }?.message == "\"Isp\" is not a valid route name")
    #expect(error { $0.server = nil }?.key == "routes.isp.server")
    #expect(error { $0.auth = "xoauth2" }?.key == "routes.isp.auth")
    #expect(error { $0.tls.verify = "maybe" }?.key == "routes.isp.tls.verify")
  }

  @Test func `no error names a secret's value, and the secret is named after the route`() throws {
    #expect(try route { _ in }.passwordSecret == "routes.isp.password")
  }
}

@Suite struct RoutePreferenceTests {
  @Test func `routes come in their order, and twice the same name is refused`() throws {
    var configuration = Configuration.defaults
    configuration.network.caFile = "/n.pem"
    configuration.routes = [RouteSettings(name: "a", server: "h1"), RouteSettings(name: "b", server: "h2")]
    let routes = try Route.all(in: configuration)
    #expect(routes.map(\.name) == ["a", "b"])
    #expect(routes.allSatisfy { $0.tls.authorityFile == "/n.pem" })
    configuration.routes.append(RouteSettings(name: "a", server: "h3"))
    #expect(throws: RouteError.self) { try Route.all(in: configuration) }
  }

  @Test func `the first route carries every recipient`() {
    let first = Route(name: "a", server: "h", port: 25)
    let preference = RoutePreference([first, Route(name: "b", server: "h", port: 25)])
    #expect(preference.route(for: "x@example.test") == first)
    let assignments = preference.assignments(of: ["x@example.test", "y@example.test"])
    #expect(assignments.map(\.route.name) == ["a"])
    #expect(assignments.first?.recipients == ["x@example.test", "y@example.test"])
    #expect(RoutePreference([]).route(for: "x@example.test") == nil)
  }
}
