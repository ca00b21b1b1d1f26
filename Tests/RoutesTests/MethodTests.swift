import Mail
import Routes
import Settings
import Testing

/// A row of the comparison of methods: what it allows, and what it forbids with the rule's name.
struct Method: Sendable, CustomTestStringConvertible {
  let preset: String
  let allowedSender: String
  let forbiddenSender: String?
  let allowedRecipient: String
  let forbiddenRecipient: String?

  init(
    _ preset: String, from allowed: String, not forbidden: String?, to recipient: String, not refused: String?
  ) {
    self.preset = preset
    allowedSender = allowed
    forbiddenSender = forbidden
    allowedRecipient = recipient
    forbiddenRecipient = refused
  }

  var testDescription: String { preset }

  private static let mailbox = "scanner@contoso.com"
  private static let colleague = "ann@contoso.com"
  private static let customer = "joe@example.org"

  static let all = [
    // 1, 2 and the older endpoint: the mailbox itself, to anyone.
    Method("m365", from: mailbox, not: colleague, to: customer, not: nil),
    Method("m365-oauth", from: mailbox, not: colleague, to: customer, not: nil),
    Method("m365-legacy-tls", from: mailbox, not: colleague, to: customer, not: nil),
    // 3, 4: the account itself, inside only.
    Method("m365-hve", from: mailbox, not: colleague, to: colleague, not: customer),
    Method("m365-hve-oauth", from: mailbox, not: colleague, to: colleague, not: customer),
    // 5: what is registered; the route does not say what is, so the service decides.
    Method("azure-email", from: "donotreply@mail.contoso.com", not: nil, to: customer, not: nil),
    Method("azure-email-oauth", from: "donotreply@mail.contoso.com", not: nil, to: customer, not: nil),
    // 6: any address of the domain, inside only.
    Method("m365-direct-send", from: "mfp7@contoso.com", not: "mfp7@example.net", to: colleague, not: customer),
    // 7: any address of the domain, to anyone.
    Method("m365-relay", from: "mfp7@contoso.com", not: "mfp7@example.net", to: customer, not: nil),
    // G1, G2.
    Method("gmail", from: mailbox, not: colleague, to: customer, not: nil),
    Method("gmail-oauth", from: mailbox, not: colleague, to: customer, not: nil),
    Method("gmail-relay", from: "mfp7@contoso.com", not: "mfp7@example.net", to: customer, not: nil),
    Method("smtp", from: "any@example.net", not: nil, to: customer, not: nil),
  ]
}

private func address(_ text: String) throws -> EmailAddress { try EmailAddress(text) }

@Suite struct MethodTests {
  // case: route-method-1
  // case: route-method-2
  // case: route-method-3
  // case: route-method-4
  // case: route-method-5
  // case: route-method-6
  // case: route-method-7
  // case: route-method-G1
  // case: route-method-G2
  @Test(arguments: Method.all)
  func `what the method allows goes, what it forbids is refused with the rule's name`(method: Method) throws {
    let route = try Route.make(from: settings(method.preset))
    let good = RoutePreference([route], sender: try address(method.allowedSender))
    #expect(good.verdict(on: method.allowedRecipient) == .carried(route))
    if let forbidden = method.forbiddenSender {
      let bad = RoutePreference([route], sender: try address(forbidden))
      let objection = try #require(bad.refusals(of: [method.allowedRecipient]).first?.objections.first)
      #expect(objection.rule == .sender && objection.message.contains(forbidden))
      #expect(objection.step.contains("platen config set identity.address"))
    }
    if let forbidden = method.forbiddenRecipient {
      let objection = try #require(good.refusals(of: [forbidden]).first?.objections.first)
      #expect(objection.rule == .reach && objection.message.contains(method.preset))
      #expect(good.assignments(of: [forbidden]).isEmpty)
    }
  }

  @Test func `who may send as others is configured`() throws {
    let route = try Route.make(from: settings("m365") { $0.senders = ["Fax@contoso.com", "reports.contoso.com"] })
    #expect(route.objection(toSender: try address("fax@Contoso.com")) == nil)
    #expect(route.objection(toSender: try address("weekly@reports.contoso.com")) == nil)
    #expect(route.objection(toSender: try address("ann@contoso.com"))?.rule == .sender)
    let azure = try Route.make(from: settings("azure-email") { $0.senders = ["donotreply@mail.contoso.com"] })
    #expect(azure.objection(toSender: try address("donotreply@mail.contoso.com")) == nil)
    #expect(azure.objection(toSender: try address("info@mail.contoso.com"))?.rule == .sender)
    // The older reading of High Volume Email's rule: any address that belongs to the account.
    let volume = try Route.make(from: settings("m365-hve") { $0.senders = ["alias@contoso.com"] })
    #expect(volume.objection(toSender: try address("alias@contoso.com")) == nil)
  }

  @Test func `inside is what the configuration says, letter case aside, and no domain below`() throws {
    let route = try Route.make(
      from: settings("m365-direct-send"), internalDomains: ["Contoso.co.uk", "contoso.com"])
    #expect(route.reach == .within(["contoso.co.uk", "contoso.com"]))
    #expect(route.objection(toRecipient: try address("a@CONTOSO.co.uk")) == nil)
    #expect(route.objection(toRecipient: try address("a@sub.contoso.com"))?.rule == .reach)
    #expect(route.objection(toRecipient: try address("a@notcontoso.com"))?.rule == .reach)
  }

  @Test func `older or newer limits of High Volume Email are a matter of configuration`() throws {
    let route = try Route.make(
      from: settings("m365-hve") {
        $0.reaches = "anyone"
        $0.limits.recipientsPerDay = 2000
      })
    #expect(route.objection(toRecipient: try address("joe@example.org")) == nil)
    #expect(route.limits.rates == [Rate(2000, .recipients, a: .day)])
  }

  @Test func `one job leaves by two routes, and nobody is left out without a word`() throws {
    let direct = try Route.make(from: settings("m365-direct-send") { $0.name = "direct" })
    let oauth = try Route.make(from: settings("m365-oauth"))
    let both = RoutePreference([direct, oauth], sender: try address("scanner@contoso.com"))
    let assignments = both.assignments(of: ["joe@example.org", "ann@contoso.com", "bob@contoso.com"])
    #expect(assignments.map(\.route.name) == ["direct", "office"])
    #expect(assignments.map(\.recipients) == [["ann@contoso.com", "bob@contoso.com"], ["joe@example.org"]])
    let inside = RoutePreference([direct], sender: try address("scanner@contoso.com"))
    let refused = inside.refusals(of: ["joe@example.org", "ann@contoso.com", "no address"])
    #expect(refused.map(\.recipient) == ["joe@example.org", "no address"])
    #expect(refused.map(\.objections.first?.rule) == [.reach, .address])
  }

  @Test func `a route that may not send as the device leaves the recipient to the next`() throws {
    let other = try Route.make(
      from: settings("m365") {
        $0.name = "other"
        $0.username = "other@contoso.com"
      })
    let relay = try Route.make(from: settings("m365-relay"))
    let preference = RoutePreference([other, relay], sender: try address("scanner@contoso.com"))
    #expect(preference.route(for: "joe@example.org")?.name == "office")
    // Without a sender only recipients are judged.
    #expect(RoutePreference([other, relay]).route(for: "joe@example.org")?.name == "other")
  }
}
