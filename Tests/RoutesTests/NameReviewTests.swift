import Mail
import Routes
import Settings
import Testing

@Suite struct NameReviewTests {
  private static let microsoft = "\nspf.protection.outlook.com TXT v=spf1 ip4:40.92.0.0/15 -all"
  private static let key = PublishedKey(
    selector: "s1", domain: "contoso.com", record: "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0B")
  /// Everything as it should be, for every method.
  private static let good =
    """
    contoso.com MX 10 contoso-com.p-v1.mx.microsoft
    contoso.com TXT v=spf1 ip4:203.0.113.9 include:spf.protection.outlook.com include:_spf.google.com ~all
    _spf.google.com TXT v=spf1 ip4:142.250.0.0/15 ~all
    _dmarc.contoso.com TXT v=DMARC1; p=reject; rua=mailto:d@contoso.com
    s1._domainkey.contoso.com TXT v=DKIM1; k=rsa; p=MIIBIjAN BgkqhkiG9w0B
    9.113.0.203.in-addr.arpa PTR scanner.contoso.com
    scanner.contoso.com A 203.0.113.9
    """ + microsoft

  private func verdicts(
    _ preset: String, _ zone: String, keys: [PublishedKey] = [NameReviewTests.key], address: String? = "203.0.113.9",
    lists: Bool = false
  ) throws -> [String: NameFinding] {
    var settings = RouteSettings(name: "office", preset: preset)
    let isExchanger = ["m365-direct-send", "m365-relay"].contains(preset)
    if isExchanger || preset == "gmail-relay" { settings.domain = "contoso.com" }
    if preset == "smtp" { settings.server = "mail.contoso.com" }
    if !isExchanger && preset != "smtp" { settings.username = "scanner@contoso.com" }
    if preset.hasSuffix("-oauth") { settings.clientID = "id" }
    if preset.hasSuffix("-oauth") && preset != "gmail-oauth" { settings.tenant = "contoso.com" }
    var review = NameReview(
      try Route.make(from: settings), sender: try EmailAddress("scanner@Contoso.com"), keys: keys,
      address: address.flatMap { AddressText.bytes($0) }, hello: "scanner.contoso.com", asksBlockLists: lists,
      source: Zone(zone).answer)
    var found: [String: NameFinding] = [:]
    for layer in NameReview.Check.allCases {
      if let finding = review.finding(layer) { found[layer.rawValue] = finding }
    }
    return found
  }

  private static let presets = Preset.all.map(\.name)

  @Test(arguments: presets) func `nothing is wrong where nothing is missing`(_ preset: String) throws {
    let found = try verdicts(preset, Self.good)
    for layer in ["mx", "spf", "dkim", "dmarc", "ptr"] {
      #expect(found[layer]?.verdict == .pass, "\(layer): \(found[layer]?.found ?? "")")
    }
    #expect(found["dnsbl"] == nil)
  }

  @Test func `what each method lacks in an empty domain, and what to publish`() throws {
    let empty = "contoso.com A 203.0.113.1" + Self.microsoft
    let direct = try verdicts("m365-direct-send", empty)
    #expect(
      direct.mapValues(\.verdict) == ["mx": .warning, "spf": .fail, "dkim": .fail, "dmarc": .warning, "ptr": .warning])
    #expect(
      direct["spf"]?.publish
        == "contoso.com. IN TXT \"v=spf1 ip4:203.0.113.9 include:spf.protection.outlook.com ~all\"")
    #expect(direct["dkim"]?.publish == Self.key.zoneText)
    #expect(direct["ptr"]?.publish == "9.113.0.203.in-addr.arpa. IN PTR scanner.contoso.com.")
    #expect(
      direct["dmarc"]?.publish
        == "_dmarc.contoso.com. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@contoso.com\"")
    #expect(try verdicts("m365-hve", empty, keys: [])["spf"]?.verdict == .pass)
    #expect(try verdicts("azure-email", empty, keys: [])["mx"]?.verdict == .fail)
    #expect(try verdicts("m365", empty, keys: [])["dkim"]?.verdict == .warning)
    let smtp = try verdicts("smtp", empty, keys: [], address: nil)
    #expect(smtp.mapValues(\.verdict) == ["mx": .warning, "spf": .warning, "dkim": .warning, "dmarc": .warning])
  }

  @Test func `a record that is there grows by what it lacks`() throws {
    let zone =
      "contoso.com TXT v=spf1 mx -all\ncontoso.com MX 0 mx.filter.test\nmx.filter.test A 192.0.2.1" + Self.microsoft
    let found = try verdicts("m365-relay", zone)
    #expect(
      found["spf"]?.publish
        == "contoso.com. IN TXT \"v=spf1 mx ip4:203.0.113.9 include:spf.protection.outlook.com -all\"")
    #expect(found["mx"]?.verdict == .warning && found["mx"]?.found.contains("none belongs to Microsoft") == true)
    #expect(try verdicts("m365", zone)["spf"]?.publish?.contains("ip4") == false)
  }

  @Test func `without the public address what depends on it is left open`() throws {
    let found = try verdicts("m365-direct-send", Self.good, address: nil)
    #expect(found["spf"]?.verdict == .skipped && found["ptr"]?.verdict == .skipped)
    #expect(try verdicts("m365", Self.good, address: nil)["ptr"] == nil)
    #expect(try verdicts("m365", Self.good, address: nil)["spf"]?.verdict == .pass)
  }

  @Test(arguments: [
    ("", "no key at s1._domainkey.contoso.com"), ("v=DKIM1; p=", "revoked"),
    ("v=DKIM1; p=AAAA", "a different one"),
  ]) func `a key that is not ours`(_ record: String, _ words: String) throws {
    let line = record.isEmpty ? "" : "\ns1._domainkey.contoso.com TXT " + record
    let found = try verdicts("m365-direct-send", "contoso.com MX 0 contoso-com.mail.protection.outlook.com" + line)
    #expect(found["dkim"]?.verdict == .fail && found["dkim"]?.found.contains(words) == true)
  }

  @Test func `a key of the service is as good`() throws {
    let zone =
      "contoso.com TXT v=spf1 include:spf.protection.outlook.com -all\nselector2._domainkey.contoso.com TXT v=DKIM1; p=AB"
    #expect(try verdicts("m365", zone + Self.microsoft, keys: [])["dkim"]?.verdict == .pass)
  }

  @Test func `DMARC that asks for rejection, and nothing that vouches`() throws {
    let zone = "contoso.com TXT v=spf1 -all\n_dmarc.contoso.com TXT v=DMARC1; p=reject" + Self.microsoft
    let found = try verdicts("m365-direct-send", zone, keys: [])
    #expect(found["dmarc"]?.verdict == .fail && found["dmarc"]?.found.contains("reject") == true)
    let mild = try verdicts("m365-direct-send", zone.replacing("p=reject", with: "p=none"), keys: [])
    #expect(mild["dmarc"]?.verdict == .warning)
  }

  @Test func `DMARC is found above the domain, and the organisation aligns`() throws {
    func finding(_ adkim: String) throws -> NameFinding? {
      let zone = """
        _dmarc.contoso.com TXT v=DMARC1; p=none; sp=reject; adkim=\(adkim)
        s1._domainkey.contoso.com TXT v=DKIM1; p=MIIBIjANBgkqhkiG9w0B
        scan.contoso.com TXT v=spf1 -all
        """
      let settings = RouteSettings(name: "office", server: "mail.contoso.com")
      var review = NameReview(
        try Route.make(from: settings), sender: try EmailAddress("a@scan.contoso.com"), keys: [Self.key],
        address: [203, 0, 113, 9], hello: "h", asksBlockLists: false, source: Zone(zone).answer)
      for layer in [NameReview.Check.senderPolicy, .signature] { _ = review.finding(layer) }
      return review.finding(.alignment)
    }
    #expect(try finding("r")?.verdict == .pass)
    #expect(try finding("s")?.verdict == .fail)
  }

  @Test func `names that nobody answers for are unknown, not missing`() throws {
    let zone = """
      contoso.com FAILS
      _dmarc.contoso.com FAILS
      s1._domainkey.contoso.com FAILS
      9.113.0.203.in-addr.arpa FAILS
      """
    let found = try verdicts("m365-direct-send", zone)
    #expect(found.values.allSatisfy { $0.verdict == .unknown && $0.publish == nil } && found.count == 5)
  }

  @Test func `a domain that is not there`() throws {
    #expect(try verdicts("m365", "other.test A 192.0.2.1")["mx"]?.lacksDomain == true)
  }

  @Test func `block lists`() throws {
    func finding(_ records: String) throws -> NameFinding? {
      try verdicts("m365-direct-send", Self.good + records, lists: true)["dnsbl"]
    }
    #expect(try finding("")?.verdict == .pass)
    let home = try finding("\n9.113.0.203.zen.spamhaus.org A 127.0.0.10")
    #expect(home?.verdict == .fail && home?.found.contains("should not deliver mail directly") == true)
    #expect(try finding("\n9.113.0.203.bl.spamcop.net A 127.0.0.2")?.verdict == .fail)
    #expect(try finding("\n9.113.0.203.zen.spamhaus.org A 127.255.255.254")?.verdict == .unknown)
    #expect(try finding("\n9.113.0.203.zen.spamhaus.org FAILS")?.verdict == .unknown)
    // An answer out of a provider's search page is no listing.
    #expect(try finding("\n9.113.0.203.zen.spamhaus.org A 198.51.100.1")?.verdict == .pass)
  }

  @Test func `long records are strings of 255 bytes`() {
    let text = ZoneText.record("a.test", text: String(repeating: "x", count: 600) + "\"\\")
    #expect(text.hasPrefix("a.test. IN TXT ( \"xxx"))
    #expect(text.split(separator: "\n").count == 3 && text.hasSuffix("\\\"\\\\\" )"))
  }
}
