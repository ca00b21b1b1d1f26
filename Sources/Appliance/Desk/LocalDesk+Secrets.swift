package import Diagnosis
import Host
package import Interface
import Routes

extension LocalDesk {
  package func secrets(_ request: Operation.Secrets) throws(Failure) -> Operation.Secrets.Answer {
    let site = try site()
    let ages = try secretStore(of: site).ages(for: site.routes, at: clock.moment)
    return Operation.Secrets.Answer(secrets: ages.map(SecretReport.init))
  }

  package func setSecret(_ request: Operation.SetSecret) throws(Failure) -> Operation.SetSecret.Answer {
    let site = try site()
    let name = try SecretName(request.name)
    guard let value = request.value else {
      let wasThere = try secretStore(of: site).remove(name)
      return Operation.SetSecret.Answer(notice: wasThere ? nil : "\(name) was not set")
    }
    try secretStore(of: site).replace(name, with: value)
    return Operation.SetSecret.Answer(notice: site.doubt(about: name))
  }

  private func secretStore(of site: Site) -> SecretStore { SecretStore(site, clock) }
}

extension SecretReport {
  fileprivate init(_ age: SecretAge) {
    self.init(
      name: age.name.text, modified: age.modified, lastUsed: age.lastUsed, ends: age.ends, note: age.note)
    switch age.state {
    case .good: state = "good"
    case .endsSoon(let days): (state, self.days) = ("endsSoon", days)
    case .ended: state = "ended"
    case .unknown: break
    }
  }
}
