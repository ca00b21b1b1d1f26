import Synchronization

/// What all endpoints share: the scenario, what has happened so far, and where accepted messages are kept.
final class Tenant: Sendable {
  let scenario: Scenario
  let keeper: Keeper
  private let state: Mutex<State>

  struct State {
    var script: Script
    var ledger = Ledger()
    var tokens = TokenStore()
    var openSessions: [String: Int] = [:]
    var failedSignIns: [String: Int] = [:]
    var nextConnection = 1
  }

  init(scenario: Scenario, rules: [Rule], keeper: Keeper) {
    self.scenario = scenario
    self.keeper = keeper
    state = Mutex(State(script: Script(rules)))
  }

  func withState<Result>(_ body: (inout State) -> sending Result) -> sending Result { state.withLock { body(&$0) } }

  func newConnectionNumber() -> Int {
    withState { state in
      defer { state.nextConnection += 1 }
      return state.nextConnection
    }
  }

  /// What a scripted failure wants at this moment.
  func strike(_ moment: Moment) -> Rule? { withState { $0.script.strike(moment) } }

  /// The time that tokens and assertions are judged by.
  var now: Int { secondsSince1970() + scenario.tokens.clockSkew }

  func app(_ id: String) -> App? { scenario.apps.first { isSame($0.id, id) } }

  func mailbox(_ address: String) -> Mailbox? { scenario.mailboxes.first { isSame($0.address, address) } }
}

/// What was sent when, for limits by time.
struct Ledger {
  private var entries: [String: [(time: Int, count: Int)]] = [:]

  static let minute = 60_000
  static let hour = 3_600_000
  static let day = 86_400_000

  /// How much of `key` there was in the last `window` milliseconds.
  func sum(_ key: String, within window: Int, at now: Int = steadyMilliseconds()) -> Int {
    entries[key, default: []].reversed().prefix { $0.time > now - window }.reduce(0) { $0 + $1.count }
  }

  mutating func record(_ key: String, _ count: Int = 1, at now: Int = steadyMilliseconds()) {
    entries[key, default: []].append((now, count))
  }
}
