import Base
import TestKit
import Testing

/// Postfix that has Dovecot ask for passwords and tokens: each mechanism, as servers of today have it.
@Suite struct `Signing in to Postfix by Dovecot` {
  private let server: MailServer

  init() throws { server = try MailServer.dovecot.get() }

  /// A mechanism as a configuration asks for it, and as the server is to see it.
  struct Mechanism: Sendable, CustomTestStringConvertible {
    let auth: String
    let name: String
    var port = "submission"

    var testDescription: String { "\(auth) at \(port)" }
    var user: String { "\(auth)-at-\(port)@example.test" }
  }

  private static let passwords = [
    Mechanism(auth: "plain", name: "PLAIN"), Mechanism(auth: "login", name: "LOGIN"),
    Mechanism(auth: "cram-md5", name: "CRAM-MD5"), Mechanism(auth: "scram-sha-256", name: "SCRAM-SHA-256"),
    // The best that is offered, which on the port that is like Gmail's is PLAIN.
    Mechanism(auth: "auto", name: "SCRAM-SHA-256"), Mechanism(auth: "auto", name: "PLAIN", port: "smtps"),
    Mechanism(auth: "login", name: "LOGIN", port: "smtps"),
  ]

  private func desk(_ mechanism: Mechanism, user: String, password: String) throws -> Desk {
    let mode = mechanism.port == "smtps" ? "implicit" : "starttls"
    return try Desk(
      way: """
        preset: "smtp", server: "localhost", port: \(try server.port(mechanism.port.uppercased())),
        username: "\(user)", auth: "\(mechanism.auth)", tls: { mode: "\(mode)" },
        """, from: "scanner@example.test", secret: password, roots: [server.authorityFile])
  }

  // case: smtp-30
  @Test(arguments: passwords)
  func `ten pages, by the mechanism that was asked for`(mechanism: Mechanism) throws {
    let desk = try desk(mechanism, user: mechanism.user, password: server.password)
    let scan = try desk.scanTenPages()
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let acceptance = try server.acceptanceByPostfix(try server.tenPages(of: desk))
    #expect(
      acceptance
        == Acceptance(port: mechanism.port, tls: "TLSv1.3", mechanism: mechanism.name, identity: mechanism.user))
  }

  // case: smtp-31
  // case: smtp-42
  @Test(arguments: passwords)
  func `a wrong password is shown once, and keeps the document`(mechanism: Mechanism) throws {
    let user = "wrong-" + mechanism.user
    let desk = try desk(mechanism, user: user, password: "not-" + server.password)
    let held = try desk.scanTenPages()
    expectFailure(held, 77, naming: "localhost", user, "535")
    #expect(!held.errors.contains(server.password))
    let job = try desk.keptJob(pages: 10)
    #expect(job.state == "held" && job.recipients.first?.failure?.class == "configuration")
    #expect(try refusals(of: user) == 1)
    let failed = "\(mechanism.port)/smtpd"
    let complaints = try server.lines {
      $0.contains(failed) && $0.contains("SASL \(mechanism.name) authentication failed")
    }
    #expect(!complaints.isEmpty)
  }

  /// How often Dovecot said no to a user.
  private func refusals(of user: String) throws -> Int {
    try server.lines(of: "SIGN_IN_LOG") { $0.contains("passdb out: FAIL") && $0.contains("user=\(user)") }.count
  }

  // MARK: Tokens

  private static let tokens = [
    Mechanism(auth: "xoauth2", name: "XOAUTH2"), Mechanism(auth: "oauthbearer", name: "OAUTHBEARER"),
    Mechanism(auth: "xoauth2", name: "XOAUTH2", port: "smtps"),
  ]

  /// A route whose tokens come from `endpoint`.
  private func desk(_ mechanism: Mechanism, user: String, _ endpoint: TokenEndpoint, root: String) throws -> Desk {
    let mode = mechanism.port == "smtps" ? "implicit" : "starttls"
    return try Desk(
      way: """
        preset: "m365-oauth", server: "localhost", port: \(try server.port(mechanism.port.uppercased())),
        username: "\(user)", auth: "\(mechanism.auth)", tenant: "example.test", clientID: "platen",
        grant: "client-secret", authority: "\(endpoint.address)", tls: { mode: "\(mode)" },
        """, from: user, secret: "hunter2!", kind: "CLIENTSECRET", roots: [server.authorityFile, root])
  }

  // case: smtp-35
  @Test(arguments: tokens, [0, 4000])
  func `ten pages, by a token from the token endpoint`(mechanism: Mechanism, padding: Int) throws {
    let authority = try CertificateAuthority()
    let user = "token-\(padding)-" + mechanism.user
    let endpoint = try TokenEndpoint(
      [.token(try server.token(for: user, padding: padding))], certificate: try authority.issue(["IP:127.0.0.1"]))
    let desk = try desk(mechanism, user: user, endpoint, root: authority.file)
    let scan = try desk.scanTenPages()
    try #require(scan.exitCode == 0, "\(scan.errors)")
    let acceptance = try server.acceptanceByPostfix(try server.tenPages(of: desk))
    #expect(acceptance == Acceptance(port: mechanism.port, tls: "TLSv1.3", mechanism: mechanism.name, identity: user))
    #expect(try endpoint.requests().count == 1)
  }

  // case: smtp-34
  @Test(arguments: tokens)
  func `a token of somebody else is renewed once, and then the document is kept`(mechanism: Mechanism) throws {
    let authority = try CertificateAuthority()
    let user = "stranger-" + mechanism.user
    let endpoint = try TokenEndpoint(
      [.token(try server.token(for: "somebody-else@example.test"))],
      certificate: try authority.issue(["IP:127.0.0.1"]))
    let desk = try desk(mechanism, user: user, endpoint, root: authority.file)
    let held = try desk.scanTenPages()
    expectFailure(held, 77, naming: "localhost", user, "token", "535")
    let job = try desk.keptJob(pages: 10)
    #expect(job.state == "held" && job.recipients.first?.failure?.class == "configuration")
    #expect(try endpoint.requests().count == 2)
    #expect(try refusals(of: user) == 2)
  }

  // MARK: Certificates

  /// What a relay for known devices is shown, besides the right certificate.
  private static let strangers = ["a certificate that nobody vouches for", "none"]

  // case: smtp-26
  @Test(arguments: strangers)
  func `who shows no certificate that the relay trusts is told so, and the document is kept`(shown: String) throws {
    let authority = try CertificateAuthority()
    let own = try authority.selfSigned("stranger", extensions: ["extendedKeyUsage=clientAuth"])
    let desk = try Desk(
      way: """
        preset: "smtp", server: "localhost", port: \(try server.port("RELAY")),
        tls: { mode: "starttls"\(shown == "none" ? "" : ", certificate: \"\(own.file)\", key: \"\(own.key)\"") },
        """, from: "scanner@example.test", roots: [server.authorityFile])
    expectFailure(try desk.scanTenPages(), 77, naming: "localhost", "certificate", "421 4.7.1")
    let job = try desk.keptJob(pages: 10)
    #expect(job.state == "held" && job.recipients.first?.failure?.class == "configuration")
  }
}

extension MailServer {
  /// A JWT (RFC 7519) by which Dovecot lets `user` in.
  ///
  /// - Parameter padding: bytes of a claim that means nothing; tokens of real tenants have thousands.
  func token(for user: String, padding: Int = 0) throws -> String {
    let made = try run(["/usr/bin/python3", "-I", "-c", Self.signer, try value("TOKEN_KEY"), user, "\(padding)"])
    try #require(made.exitCode == 0, "\(made.errors)")
    return made.text
  }

  private static let signer = """
    import base64, hashlib, hmac, json, sys, time
    key, user, padding = bytes.fromhex(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    encoded = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=")
    part = lambda value: encoded(json.dumps(value).encode())
    claims = {"email": user, "sub": user, "iat": int(time.time()), "exp": int(time.time()) + 3600, "pad": "x" * padding}
    text = part({"typ": "JWT", "alg": "HS256", "kid": "default"}) + b"." + part(claims)
    sys.stdout.write((text + b"." + encoded(hmac.digest(key, text, hashlib.sha256))).decode())
    """
}
