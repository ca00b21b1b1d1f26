import Base
import Crypto
import TestKit
import Testing

/// Each preset with a real server in its service's part: found by the service's own name, which a name server of the
/// test leads here, and proven by the certificate for that name.
@Suite struct `Every preset, against a real server` {
  /// A preset as an installer configures it, and what the server is to see.
  struct Row: Sendable, CustomTestStringConvertible {
    /// Which real server takes the part.
    let server: MailServer.Kind
    let preset: String
    let host: String
    var port: String
    /// Keys of the route besides name, preset and port.
    var keys = ""
    var sender = "scanner@example.test"
    var password = true
    var mechanism: String?
    var identity: String?
    var tls = "TLSv1.3"
    var recipients = ["ann@example.test", "joe@customer.test"]
    /// Who may not be the sender; nil: the service decides.
    var stranger: String?

    var testDescription: String { "\(preset) as \(identity ?? "nobody") → \(server.rawValue), port \(port)" }
    /// Tokens are bought.
    var hasToken: Bool { preset.hasSuffix("-oauth") }
  }

  private static let azureName =
    "contoso-acs|11111111-2222-3333-4444-555555555555|66666666-7777-8888-9999-000000000000"
  private static let exchanger = "example-test.mail.protection.outlook.com"
  private static let application = "tenant: \"example.test\", clientID: \"platen\", grant: \"client-secret\""

  private static let colleague = "colleague@example.test"
  private static let elsewhere = "mfp7@elsewhere.test"

  private static func named(_ user: String) -> String { "username: \"\(user)\"," }

  private static let rows = [
    Row(
      server: .dovecot, preset: "m365", host: "smtp.office365.com", port: "submission",
      keys: named("scanner@example.test"), mechanism: "LOGIN", identity: "scanner@example.test", stranger: colleague),
    Row(
      server: .dovecot, preset: "m365-legacy-tls", host: "smtp-legacy.office365.com", port: "legacy",
      keys: named("scanner@example.test"), mechanism: "LOGIN", identity: "scanner@example.test", tls: "TLSv1",
      stranger: colleague),
    Row(
      server: .dovecot, preset: "m365-oauth", host: "smtp.office365.com", port: "submission",
      keys: named("scanner@example.test") + application, mechanism: "XOAUTH2", identity: "scanner@example.test",
      stranger: colleague),
    Row(
      server: .dovecot, preset: "m365-hve", host: "smtp.hve.mx.microsoft", port: "submission",
      keys: named("hve@example.test"), sender: "hve@example.test", mechanism: "LOGIN", identity: "hve@example.test",
      recipients: ["ann@example.test"], stranger: colleague),
    Row(
      server: .dovecot, preset: "m365-hve-oauth", host: "smtp.hve.mx.microsoft", port: "submission",
      keys: named("hve@example.test") + application, sender: "hve@example.test", mechanism: "XOAUTH2",
      identity: "hve@example.test", recipients: ["ann@example.test"], stranger: colleague),
    Row(
      server: .dovecot, preset: "azure-email", host: "smtp.azurecomm.net", port: "submission",
      keys: named("scanner-azure"), sender: "donotreply@example.test", mechanism: "LOGIN", identity: "scanner-azure"),
    Row(
      server: .dovecot, preset: "azure-email", host: "smtp.azurecomm.net", port: "submission", keys: named(azureName),
      sender: "donotreply@example.test", mechanism: "LOGIN", identity: azureName),
    Row(
      server: .dovecot, preset: "azure-email-oauth", host: "smtp.azurecomm.net", port: "submission",
      keys: named("scanner-azure") + application, sender: "donotreply@example.test", mechanism: "XOAUTH2",
      identity: "scanner-azure"),
    Row(
      server: .dovecot, preset: "m365-direct-send", host: exchanger, port: "smtp", keys: "domain: \"example.test\"",
      sender: "mfp7@example.test", password: false, recipients: ["ann@example.test"], stranger: elsewhere),
    // Known by a certificate, and by an address.
    Row(
      server: .dovecot, preset: "m365-relay", host: exchanger, port: "relay",
      keys: "domain: \"example.test\", tls: { certificate: \"CERTIFICATE\", key: \"KEY\" }",
      sender: "mfp7@example.test", password: false, stranger: elsewhere),
    Row(
      server: .exim, preset: "m365-relay", host: exchanger, port: "relay", keys: "domain: \"example.test\"",
      sender: "mfp7@example.test", password: false, stranger: elsewhere),
    Row(
      server: .dovecot, preset: "gmail", host: "smtp.gmail.com", port: "smtps",
      keys: named("scanner@example.test") + "tls: { mode: \"implicit\" }", mechanism: "PLAIN",
      identity: "scanner@example.test", stranger: colleague),
    Row(
      server: .exim, preset: "gmail", host: "smtp.gmail.com", port: "submission", keys: named("scanner@example.test"),
      mechanism: "PLAIN", identity: "scanner@example.test", stranger: colleague),
    Row(
      server: .dovecot, preset: "gmail-oauth", host: "smtp.gmail.com", port: "smtps",
      keys: named("scanner@example.test") + "grant: \"service-account\", tls: { mode: \"implicit\" }",
      mechanism: "XOAUTH2", identity: "scanner@example.test", stranger: colleague),
    Row(
      server: .exim, preset: "gmail-relay", host: "smtp-relay.gmail.com", port: "relay",
      keys: "domain: \"example.test\"", sender: "mfp7@example.test", password: false, stranger: elsewhere),
  ]

  @Test func `no preset is left out`() {
    // The preset `smtp` has suites of its own, one a server.
    #expect(Set(Self.rows.map(\.preset)).count == 12)
  }

  // case: method 1
  // case: method 2
  // case: method 3
  // case: method 4
  // case: method 5
  // case: method 6
  // case: method 7
  // case: method G1
  // case: method G2
  @Test(arguments: rows)
  func `ten pages by the right host, port, TLS, mechanism and identity`(row: Row) throws {
    let server = try MailServer.one(row.server)
    let names = try names(of: row)
    let authority = try CertificateAuthority()
    let endpoint = try row.hasToken ? token(row, server, authority) : nil
    let desk = try desk(row, server, endpoint, roots: [server.authorityFile, authority.file], names)
    let scan = try desk.scanTenPages(to: row.recipients)
    try #require(scan.exitCode == 0, "\(scan.errors)")
    try expect(row, of: try server.tenPages(of: desk), by: server)
  }

  @Test(arguments: rows.filter { $0.stranger != nil })
  func `a sender that the method forbids is refused before connecting`(row: Row) throws {
    let server = try MailServer.one(row.server)
    var row = row
    row.sender = try #require(row.stranger).replacing("@", with: "-\(row.preset)@")
    let refused = try send(row, by: server, to: row.recipients)
    expectFailure(refused.result, 77, naming: row.sender, "route way")
    #expect(refused.state == nil)
    #expect(try !server.log().contains { $0.contains(row.sender) })
  }

  @Test(arguments: rows.filter { $0.recipients.count == 1 })
  func `a recipient outside is refused before connecting where the method stays inside`(row: Row) throws {
    let server = try MailServer.one(row.server)
    let outside = "outside-\(row.preset)@customer.test"
    let refused = try send(row, by: server, to: [outside])
    expectFailure(refused.result, 77, naming: outside, row.preset)
    #expect(refused.state == nil)
    #expect(try !server.log().contains { $0.contains(outside) })
  }

  @Test func `a server that is older than the preset's TLS gets nothing`() throws {
    let server = try MailServer.dovecot.get()
    var row = try #require(Self.rows.first)
    row.port = "legacy"
    let refused = try send(row, by: server, to: ["ann-by-old-tls@example.test"])
    expectFailure(refused.result, 76, naming: row.host, "1.2")
    #expect(refused.state == "held")
    #expect(try !server.log().contains { $0.contains("ann-by-old-tls") })
  }

  @Test func `a server has its own word on whom a method reaches`() throws {
    let server = try MailServer.dovecot.get()
    var row = try #require(Self.rows.first { $0.preset == "m365-direct-send" })
    row.keys += ", reaches: \"anyone\""
    let refused = try send(row, by: server, to: ["joe-by-direct-send@customer.test"])
    expectFailure(refused.result, 77, naming: "554 5.7.1", "Relay access denied")
  }

  /// A small document by a row's route.
  private func send(
    _ row: Row, by server: MailServer, to recipients: [String]
  ) throws -> (result: RunResult, state: String?) {
    let names = try names(of: row)
    var row = row
    // What is refused before connecting buys no token either: nobody listens there.
    if row.hasToken { row.keys += ", authority: \"https://127.0.0.1:1\"" }
    let desk = try desk(row, server, nil, roots: [server.authorityFile], names)
    let file = try desk.folder.write(smallestPDF, to: "a.pdf")
    let words = ["send", file] + recipients.flatMap { ["--to", $0] }
    let result = try run(desk.command(words), environment: desk.environment)
    return (result, try desk.jobs().first?.state)
  }

  private func names(of row: Row) throws -> NameServer {
    try NameServer(["--host-record=\(row.host),127.0.0.1", "--mx-host=example.test,\(Self.exchanger),0"])
  }

  private func expect(_ row: Row, of message: DeliveredMessage, by server: MailServer) throws {
    #expect(message.headers["Return-path"] ?? message.headers["Return-Path"] == "<\(row.sender)>")
    if row.server == .exim {
      let (acceptance, line) = try server.acceptanceByExim(message)
      let port = "\(try server.port(row.port.uppercased()))"
      let mechanism = row.mechanism?.lowercased()
      #expect(
        acceptance
          == Acceptance(port: port, tls: "TLS1.3", mechanism: mechanism, identity: row.identity))
      #expect(line.contains(" SNI=\(row.host) "), "\(line)")
      return
    }
    #expect(
      try server.acceptanceByPostfix(message)
        == Acceptance(port: row.port, tls: row.tls, mechanism: row.mechanism, identity: row.identity))
    let received = try #require(message.headers["Received"])
    #expect(received.contains("Client CN \"scanner.example.test\"") == row.keys.contains("CERTIFICATE"), "\(received)")
  }

  private func token(_ row: Row, _ server: MailServer, _ authority: CertificateAuthority) throws -> TokenEndpoint {
    let user = try #require(row.identity)
    return try TokenEndpoint(
      [.token(try server.token(for: user))], certificate: try authority.issue(["IP:127.0.0.1"]))
  }

  private func desk(
    _ row: Row, _ server: MailServer, _ endpoint: TokenEndpoint?, roots: [String], _ names: NameServer
  ) throws -> Desk {
    var keys = row.keys
    if keys.contains("CERTIFICATE") {
      keys.replace("CERTIFICATE", with: try server.value("CLIENT_CERTIFICATE"))
      keys.replace("KEY", with: try server.value("CLIENT_KEY"))
    }
    if let endpoint { keys += ", authority: \"\(endpoint.address)\"" }
    keys = "preset: \"\(row.preset)\", port: \(try server.port(row.port.uppercased())), " + keys
    let isAccount = keys.contains("service-account")
    let secret = row.hasToken ? (isAccount ? Self.account : "hunter2!") : row.password ? server.password : nil
    let kind = row.hasToken ? (isAccount ? "SERVICEACCOUNTKEY" : "CLIENTSECRET") : "PASSWORD"
    return try Desk(way: keys, from: row.sender, secret: secret, kind: kind, roots: roots, names: names)
  }

  /// A service account's key file.
  private static let account: String = {
    let key = String(decoding: SigningKey.make(.rsa).pem, as: UTF8.self)
    return "{\"client_email\": \"scan@project.test\", \"private_key\": \"\(key.replacing("\n", with: "\\n"))\", "
      + "\"private_key_id\": \"1\"}"
  }()
}

extension MailServer {
  static func one(_ kind: Kind) throws -> MailServer {
    switch kind {
    case .postfix: try shared.get()
    case .dovecot: try dovecot.get()
    case .exim: try exim.get()
    case .opensmtpd: try opensmtpd.get()
    }
  }
}
