import Routes
import TestKit
import Testing

/// The judge is pyspf, which is given the same zone.
@Suite struct SPFTests {
  private struct Question {
    let policy: String
    let address: String
    let expected: SPFResult

    init(_ policy: String, _ address: String, _ expected: SPFResult) {
      self.policy = policy
      self.address = address
      self.expected = expected
    }
  }

  private static let zone = """
    other.test TXT v=spf1 ip4:198.51.100.0/24 -all
    soft.test TXT v=spf1 ~all
    open.test TXT v=spf1 ?all
    empty.test A 192.0.2.9
    host.test A 192.0.2.7
    host.test AAAA 2001:db8::7
    mail.test MX 10 host.test
    mail.test MX 20 gone.mail.test
    null.test MX 0 .
    twice.test TXT v=spf1 -all
    twice.test TXT v=spf1 +all
    bad.test TXT v=spf1 ip4:1.2.3 -all
    broken.test FAILS
    loop.test TXT v=spf1 include:loop.test -all
    7.2.0.192.in-addr.arpa PTR host.test
    7.2.0.192.in-addr.arpa PTR liar.example.test
    9.2.0.192.in-addr.arpa PTR liar.example.test
    liar.example.test A 192.0.2.200
    192.0.2.7.spf.test A 127.0.0.2
    7.2.0.192.in-addr.spf.test A 127.0.0.2
    scanner.at.example.test.spf.test A 127.0.0.2
    d2.test TXT v=spf1 include:d3.test -all
    d3.test TXT v=spf1 a:host.test mx:mail.test -all
    ten.test TXT v=spf1 a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test a:host.test -all
    many.test MX 1 m1.test
    many.test MX 2 m2.test
    many.test MX 3 m3.test
    many.test MX 4 m4.test
    many.test MX 5 m5.test
    many.test MX 6 m6.test
    many.test MX 7 m7.test
    many.test MX 8 m8.test
    many.test MX 9 m9.test
    many.test MX 10 m10.test
    many.test MX 11 m11.test
    """

  private static let questions = [
    Question("v=spf1 ip4:192.0.2.7 -all", "192.0.2.7", .pass),
    Question("v=spf1 ip4:192.0.2.8 -all", "192.0.2.7", .fail),
    Question("v=spf1 ip4:192.0.2.0/24 ~all", "192.0.2.255", .pass),
    Question("v=spf1 ip4:192.0.2.0/25 ~all", "192.0.2.255", .softFail),
    Question("v=spf1 ip4:0.0.0.0/0 -all", "203.0.113.1", .pass), Question("v=spf1", "192.0.2.7", .neutral),
    Question("v=spf1 ?all", "192.0.2.7", .neutral), Question("V=SPF1 IP4:192.0.2.7 -ALL", "192.0.2.7", .pass),
    Question("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::7", .pass),
    Question("v=spf1 ip6:2001:db8::/33 -all", "2001:db8:8000::7", .fail),
    Question("v=spf1 ip4:192.0.2.7 -all", "2001:db8::7", .fail),
    Question("v=spf1 a:host.test -all", "192.0.2.7", .pass), Question("v=spf1 a:host.test -all", "2001:db8::7", .pass),
    Question("v=spf1 a:host.test/24 -all", "192.0.2.99", .pass),
    Question("v=spf1 a:host.test//32 -all", "2001:db8:1::1", .pass),
    Question("v=spf1 a:host.test/24//32 -all", "2001:db9::1", .fail), Question("v=spf1 a -all", "192.0.2.77", .pass),
    Question("v=spf1 mx:mail.test -all", "192.0.2.7", .pass), Question("v=spf1 mx:mail.test -all", "192.0.2.8", .fail),
    Question("v=spf1 mx:null.test -all", "192.0.2.8", .fail), Question("v=spf1 mx -all", "192.0.2.7", .pass),
    Question("v=spf1 mx:many.test -all", "192.0.2.8", .permanentError),
    Question("v=spf1 include:other.test -all", "198.51.100.9", .pass),
    Question("v=spf1 include:other.test ~all", "192.0.2.9", .softFail),
    Question("v=spf1 include:soft.test -all", "192.0.2.9", .fail),
    Question("v=spf1 include:empty.test -all", "192.0.2.9", .permanentError),
    Question("v=spf1 include:twice.test -all", "192.0.2.9", .permanentError),
    Question("v=spf1 include:bad.test -all", "192.0.2.9", .permanentError),
    Question("v=spf1 include:broken.test -all", "192.0.2.9", .temporaryError),
    Question("v=spf1 a:broken.test -all", "192.0.2.9", .temporaryError),
    Question("v=spf1 include:loop.test -all", "192.0.2.9", .permanentError),
    Question("v=spf1 redirect=other.test", "198.51.100.9", .pass),
    Question("v=spf1 redirect=other.test", "192.0.2.9", .fail),
    Question("v=spf1 redirect=empty.test", "192.0.2.9", .permanentError),
    Question("v=spf1 redirect=open.test ip4:192.0.2.9", "192.0.2.9", .pass),
    Question("v=spf1 redirect=other.test redirect=open.test", "192.0.2.9", .permanentError),
    Question("v=spf1 ptr:host.test -all", "192.0.2.7", .pass),
    Question("v=spf1 ptr:example.test -all", "192.0.2.9", .fail),
    Question("v=spf1 ptr:test -all", "192.0.2.9", .permanentError),
    Question("v=spf1 exists:%{i}.spf.test -all", "192.0.2.7", .pass),
    Question("v=spf1 exists:%{ir}.%{v}.spf.test -all", "192.0.2.7", .pass),
    Question("v=spf1 exists:%{l}.at.%{o}.spf.test -all", "192.0.2.7", .pass),
    Question("v=spf1 exists:%{d2}.spf.test -all", "192.0.2.7", .fail),
    Question("v=spf1 a:%{x}.test -all", "192.0.2.7", .permanentError),
    Question("v=spf1 a:%{r}.test -all", "192.0.2.7", .permanentError),
    Question("v=spf1 a:ho/st.test//32 -all", "192.0.2.7", .fail),
    Question("v=spf1 a:host.test/24}/32 -all", "192.0.2.7", .permanentError),
    Question("v=spf1 a:%a.test -all", "192.0.2.7", .permanentError),
    Question("v=spf1 ip4:192.0.2.7/33 -all", "192.0.2.7", .permanentError),
    Question("v=spf1 ip4:192.0.2 -all", "192.0.2.7", .permanentError),
    Question("v=spf1 a:host.test/33 -all", "192.0.2.7", .permanentError),
    Question("v=spf1 all:host.test", "192.0.2.7", .permanentError),
    Question("v=spf1 nonsense -all", "192.0.2.7", .permanentError),
    Question("v=spf1 include -all", "192.0.2.7", .permanentError),
    Question("v=spf1 ip4:192.0.2.7 nonsense -all", "192.0.2.7", .permanentError),
    Question("v=spf1 moo=cow ip4:192.0.2.7 exp=why.test -all", "192.0.2.7", .pass),
    Question("v=spf1 include:d2.test -all", "192.0.2.7", .pass),
    Question("v=spf1 include:ten.test -all", "192.0.2.8", .fail),
    Question("v=spf1 a:host.test include:ten.test -all", "192.0.2.8", .permanentError),
    Question("v=spf1 a:no1.test a:no2.test -all", "192.0.2.8", .fail),
    Question("v=spf1 a:no1.test a:no2.test a:no3.test -all", "192.0.2.8", .permanentError),
  ]

  private static func zone(with policy: String) -> String {
    zone + "\nexample.test TXT \(policy)\nexample.test A 192.0.2.77\nexample.test MX 5 host.test"
  }

  @Test func `each policy is judged as the standard has it`() {
    for question in Self.questions {
      let zone = Zone(Self.zone(with: question.policy))
      let outcome = SPFCheck.run(
        address: AddressText.bytes(question.address) ?? [], domain: "example.test", sender: "scanner@example.test",
        hello: "scanner.example.test", source: zone.answer)
      #expect(
        outcome.result == question.expected, "\(question.policy) for \(question.address): \(outcome.reason)")
      #expect(question.expected == .permanentError || outcome.record == question.policy || outcome.record == nil)
    }
  }

  @Test func `pyspf says the same`() throws {
    let program = #"""
      import ipaddress, sys, spf
      zone = {}
      broken = set()
      for line in open(sys.argv[1]):
          name, kind, *data = line.rstrip("\n").split(" ", 2)
          if kind == "FAILS": broken.add(name)
          else: zone.setdefault(name, []).append((kind, data[0]))
      policy = None
      def look(name, kind, strict=True, timeout=20):
          name = name.lower().rstrip(".")
          if name in broken: raise spf.TempError("SERVFAIL")
          if kind == "SPF": return []
          found = []
          here = zone.get(name, [])
          if name == "example.test": here = [("TXT", policy), ("A", "192.0.2.77"), ("MX", "5 host.test")]
          for each, data in here:
              if each != kind: continue
              if kind == "TXT": data = (data.encode(),)
              elif kind == "MX": data = (int(data.split()[0]), data.split()[1].rstrip("."))
              elif kind == "AAAA": data = ipaddress.ip_address(data).packed
              found.append(((name, kind), data))
          return found
      spf.DNSLookup = look
      for line in open(sys.argv[2]):
          address, policy = line.rstrip("\n").split(" ", 1)
          query = spf.query(i=address, s="scanner@example.test", h="scanner.example.test", strict=True, verbose=False)
          print(query.check()[0])
      """#
    let folder = try TemporaryFolder()
    let zone = try folder.write(Self.zone + "\n", to: "zone")
    // pyspf takes macros that are broken.
    let mutants = Self.mutants(3000).filter { !$0.policy.contains("%") }
    let questions = Self.questions + mutants
    let lines = questions.map { "\($0.address) \($0.policy)\n" }
    let judged = try run(["/usr/bin/python3", "-c", program, zone, try folder.write(lines.joined(), to: "questions")])
    #expect(judged.exitCode == 0, "\(judged.errors)")
    let verdicts = judged.text.split(separator: "\n").map(String.init)
    for (question, verdict) in zip(questions, verdicts) {
      #expect(verdict == question.expected.rawValue, "\(question.policy) for \(question.address)")
    }
    #expect(verdicts.count == questions.count)
  }

  /// The policies with letters changed, and what we say of them.
  private static func mutants(_ count: Int) -> [Question] {
    let letters = Array("v=spf1 %{}/:.-+~?aeimx0123456789rd_=")
    var seed: UInt32 = 7208
    func next(_ count: Int) -> Int {
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return Int(seed >> 8) % count
    }
    return (0..<count).map { round in
      var text = Array(questions[round % questions.count].policy + " mx")
      for _ in 0...next(3) { text[next(text.count - 7) + 7] = letters[next(letters.count)] }
      let policy = String(text)
      let outcome = SPFCheck.run(
        address: [192, 0, 2, 7], domain: "example.test", sender: "scanner@example.test", hello: "scanner.example.test",
        source: Zone(zone(with: policy)).answer)
      return Question(policy, "192.0.2.7", outcome.result)
    }
  }

  @Test func `no policy, and a policy that cannot be had`() {
    func result(_ zone: String) -> SPFResult {
      SPFCheck.run(
        address: [192, 0, 2, 7], domain: "example.test", sender: "a@example.test", hello: "h", source: Zone(zone).answer
      ).result
    }
    #expect(result("other.test A 192.0.2.1") == .none)
    #expect(result("example.test TXT v=spf10 -all") == .none)
    #expect(result("example.test FAILS") == .temporaryError)
  }

  @Test func `a survey sees what is included, and counts at worst`() {
    let microsoft = "\nspf.protection.outlook.com TXT v=spf1 ip4:40.92.0.0/15 -all"
    let zone = Zone(
      Self.zone(with: "v=spf1 a mx include:middle.test ~all") + microsoft
        + "\nmiddle.test TXT v=spf1 redirect=SPF.protection.outlook.com")
    let survey = SPFSurvey(of: "example.test", source: zone.answer)
    #expect(survey.included == ["middle.test", "spf.protection.outlook.com"])
    #expect(survey.lookups == 4 && survey.problem == nil)
    let loop = SPFSurvey(of: "loop.test", source: zone.answer)
    #expect(loop.included == ["loop.test"])
    #expect(SPFSurvey(of: "twice.test", source: zone.answer).problem?.contains("several v=spf1 records") == true)
    #expect(SPFSurvey(of: "broken.test", source: zone.answer).isUnknown)
  }

  @Test(arguments: [
    (nil, "v=spf1 ip4:192.0.2.1 ~all"), ("v=spf1 mx -all", "v=spf1 mx ip4:192.0.2.1 -all"),
    ("v=spf1 mx redirect=a.test", "v=spf1 mx ip4:192.0.2.1 redirect=a.test"), ("v=spf1 mx", "v=spf1 mx ip4:192.0.2.1"),
  ]) func `a term more stands before the end`(_ record: String?, _ expected: String) {
    #expect(SPFSurvey.record(record, adding: "ip4:192.0.2.1") == expected)
  }
}

@Suite struct AddressTextTests {
  @Test func `Python reads and writes addresses the same`() throws {
    let texts = [
      "192.0.2.1", "0.0.0.0", "255.255.255.255", "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.", "", "::",
      "::1",
      "1::", "2001:db8::1", "2001:DB8:0:0:1:0:0:1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1::2::3", ":::", "1:2:3",
      "1:2:3:4:5:6:7:8:9", "::ffff:192.0.2.1", "::1.2.3", "12345::", "g::", ":1:2:3:4:5:6:7:8", "1:0:0:2:0:0:0:3",
    ]
    let program = """
      import ipaddress, sys
      for line in sys.stdin:
          try: print(ipaddress.ip_address(line.rstrip("\\n")).packed.hex(), ipaddress.ip_address(line.strip()).reverse_pointer)
          except ValueError: print("none")
      """
    let judged = try run(["/usr/bin/python3", "-c", program], input: Array(texts.map { $0 + "\n" }.joined().utf8))
    let lines = judged.text.split(separator: "\n").map(String.init)
    #expect(lines.count == texts.count)
    for (text, line) in zip(texts, lines) {
      let bytes = AddressText.bytes(text)
      let hex = bytes.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
      #expect(hex.map { $0 + " " + AddressText.pointerName(bytes ?? []) } ?? "none" == line, "\(text)")
      if let bytes { #expect(AddressText.bytes(AddressText.text(bytes)) == bytes) }
    }
    #expect(AddressText.text(AddressText.bytes("1:0:0:2:0:0:0:3") ?? []) == "1:0:0:2::3")
    #expect(AddressText.text(AddressText.bytes("2001:DB8:0:0:1:0:0:1") ?? []) == "2001:db8::1:0:0:1")
  }
}
