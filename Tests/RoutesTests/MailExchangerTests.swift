import Routes
import Testing

/// The same numbers each time (SplitMix64).
private struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct MailExchangerTests {
  private func exchangers(_ answer: NameAnswer, seed: UInt64 = 1) -> MailExchangers {
    var dice = Dice(state: seed)
    return MailExchangers(answer, of: "example.test", using: &dice)
  }

  private func found(_ hosts: [(Int, String)]) -> NameAnswer {
    .found(hosts.map { .exchanger(MailExchanger(preference: $0, host: $1)) })
  }

  // case: smtp-76
  @Test func `by preference, equals shuffled and the shuffle known from the dice`() {
    let answer = found([(20, "d"), (10, "C"), (10, "b"), (10, "a"), (0, "z")])
    var orders: Set<[String]> = []
    for seed in 0..<200 as Range<UInt64> {
      guard case .hosts(let hosts) = exchangers(answer, seed: seed) else { continue }
      #expect(hosts.first == "z" && hosts.last == "d" && hosts.dropFirst().dropLast().sorted() == ["a", "b", "c"])
      #expect(exchangers(answer, seed: seed) == .hosts(hosts))
      orders.insert(hosts)
    }
    #expect(orders.count == 6)
  }

  // case: smtp-76
  @Test func `what stands in for records, and what does not`() {
    #expect(exchangers(.noRecord) == .hosts(["example.test"]))
    #expect(exchangers(.noName) == .noDomain)
    #expect(exchangers(.failed("they say SERVFAIL")) == .unknown("they say SERVFAIL"))
    #expect(exchangers(found([(0, "")])) == .none)
    #expect(exchangers(found([(0, ""), (10, "a")])) == .hosts(["a"]))
    #expect(exchangers(found([(5, "a"), (10, "A")])) == .hosts(["a"]))
    #expect(exchangers(found((1...50).map { ($0, "h\($0)") })) == .hosts((1...5).map { "h\($0)" }))
  }
}
