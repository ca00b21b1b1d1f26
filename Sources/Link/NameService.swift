import Base
import Mail
package import Routes

/// The DNS for whoever asks for records; each question is asked once.
package final class NameService: Sendable {
  private struct Question: Hashable {
    let name: String
    let kind: NameQuestion
  }

  private let lookup: NameLookup
  private let known = Locked<[Question: NameAnswer]>([:])

  /// - Parameter interrupt: a descriptor that ends a question when it turns readable.
  package init(network: NetworkSettings, interrupt: Int32? = nil) {
    lookup = NameLookup(servers: network.nameServers, interrupt: interrupt)
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
      return try lookup.answer(to: name, kind, until: .after(.seconds(RouteDialer.lookupSeconds)))
    } catch {
      return .failed("interrupted")
    }
  }
}
