import Crypto
import Diagnosis
import Interface
import Jobs
import Mail

extension Event {
  /// What a delivery says.
  init(_ news: DeliveryNews) {
    switch news {
    case .attempt(let number, let route): self.init(.attempt, number: number, route: route)
    case .gettingToken(let host): self.init(.token, text: host)
    case .progress(let progress): self.init(progress)
    case .outcome(let address, let state, let reply):
      self.init(.outcome, state: state.rawValue, address: address, reply: reply)
    case .waiting(let seconds, let reason):
      self.init(.waiting, seconds: seconds)
      if let reason { tell(of: reason) }
    }
  }

  private init(_ progress: DeliveryProgress) {
    switch progress {
    case .stage(let stage): self.init(.progress, text: stage.rawValue)
    case .connected(let peer): self.init(.progress, address: peer, text: "connected")
    case .secured(let version, _): self.init(.progress, text: "secured", code: version.rawValue)
    case .notice(let notice): self.init(.notice, about: notice)
    case .sent(let bytes, let total): self.init(.progress, bytes: bytes, of: total)
    }
  }

  /// What a sign-in says.
  init(_ news: SignInNews) {
    switch news {
    case .code(let code, let address, let seconds): self.init(.code, address: address, code: code, seconds: seconds)
    case .open(let address): self.init(.open, address: address)
    case .gettingToken(let host): self.init(.token, text: host)
    case .waiting(let reason): self.init(.waiting, about: reason)
    }
  }

  /// Something that has a name in the catalogue.
  init(_ kind: Kind, about failure: Failure) {
    self.init(kind)
    tell(of: failure)
  }

  private mutating func tell(of failure: Failure) {
    let words = Explanation(failure)
    text = words.cause
    self.failure = words
  }
}
