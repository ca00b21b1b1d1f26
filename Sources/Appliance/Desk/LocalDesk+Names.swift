package import Base
package import Diagnosis
import Host
package import Interface
import Mail
import Routes

extension LocalDesk {
  package func records(_ request: Operation.Records) throws(Failure) -> [Operation.Records.Answer] {
    let reports = try domain().review(
      route: request.route, address: request.address, asksBlockLists: request.asksBlockLists)
    return reports.map { report in
      Operation.Records.Answer(
        route: report.route, sender: report.sender, steps: report.steps.map(Layer.init),
        failure: report.failure.map { Explanation($0) })
    }
  }

  package func keys(_ request: Operation.Keys) throws(Failure) -> Operation.Keys.Answer {
    let domain = try domain()
    guard let selector = request.new else {
      return Operation.Keys.Answer(keys: try domain.keys().map { report($0, domain) })
    }
    let key = try domain.makeKey(
      request.isSecond ? .second : .first, selector: selector, algorithm: try algorithm(request.algorithm),
      isReplacing: request.isReplacing)
    return Operation.Keys.Answer(keys: [report(key, domain)])
  }

  private func domain() throws(Failure) -> SenderDomain {
    SenderDomain(try site(), givenSecrets: givenSecrets, clock: clock)
  }

  private func algorithm(_ word: String?) throws(Failure) -> DKIMSigning.Algorithm? {
    switch word {
    case nil: nil
    case "rsa": .rsa
    case "ed25519": .ed25519
    case let word?:
      throw Failure(.dkimUnknownAlgorithm, values: ["word": word.onOneLine(limit: 40)])
    }
  }

  private func report(_ key: SenderDomain.Key, _ domain: SenderDomain) -> KeyReport {
    let isUsed = domain.selector(of: key.slot) == key.published.selector
    return KeyReport(
      secret: key.slot.secret, selector: key.published.selector, domain: key.published.domain,
      algorithm: key.algorithm.rawValue, name: key.published.name, value: key.published.record,
      zone: key.published.zoneText, setting: isUsed ? nil : key.slot.selectorSetting)
  }

  package func authorize(
    _ request: Operation.Authorize, events: (Event) -> Void, answer: () throws(Failure) -> String, interrupt: StopSignal
  ) throws(Failure) -> Operation.Authorize.Answer {
    if request.certificate != nil { throw .notServed("--certificate") }
    if request.request == true { throw .notServed("--csr") }
    var numbers = EventNumbers(clock)
    let signIn = try appliance().authorize(
      request.route, inBrowser: request.browser ?? false, interrupt: interrupt,
      news: { events(numbers.next(Event($0))) }, pasted: answer)
    return Operation.Authorize.Answer(signIn)
  }
}

extension Operation.Authorize.Answer {
  fileprivate init(_ signIn: SignIn) {
    self.init()
    username = signIn.username
    grant = signIn.grant.rawValue
    seconds = signIn.seconds
    kept = signIn.isKept
    warning = signIn.grant.warning
  }
}

extension Layer {
  fileprivate init(_ step: NameReport.TimedFinding) {
    let finding = step.finding
    self.init(
      layer: finding.layer.rawValue, verdict: finding.verdict.rawValue, evidence: finding.found,
      seconds: step.seconds, needed: finding.needed, publish: finding.publish)
  }
}
