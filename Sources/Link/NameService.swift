package import Base
import Mail
package import Routes

/// DNS look-ups; each question is asked once.
package final class NameService: Sendable {
  private struct Question: Hashable {
    let name: String
    let kind: NameQuestion
  }

  private let lookup: NameLookup
  private let clock: Clock
  private let known = Locked<[Question: NameAnswer]>([:])

  /// - Parameter interrupt: ends a question when it is raised.
  package init(network: NetworkSettings, clock: Clock, interrupt: StopSignal = .never) {
    self.clock = clock
    lookup = NameLookup(servers: network.nameServers, clock: clock, interrupt: interrupt)
  }

  package func answer(_ name: String, _ kind: NameQuestion) -> NameAnswer {
    let question = Question(name: name.lowercased(), kind: kind)
    if let answer = known.withLock({ $0[question] }) { return answer }
    let answer = ask(name, kind)
    known.withLock { $0[question] = answer }
    return answer
  }

  private func ask(_ name: String, _ kind: NameQuestion) -> NameAnswer {
    do throws(DeliveryFault) {
      return try lookup.answer(to: name, kind, until: clock.after(.seconds(RouteDialer.lookupSeconds)))
    } catch {
      return .failed("interrupted")
    }
  }
}
