package import Diagnosis
import Mail
package import Routes

/// How a job leaves: by which routes, in how many messages, in how many transactions; and what does not leave.
package struct DeliveryPlan: Sendable, Equatable {
  /// What a route carries: all these parts to each of these recipients.
  package struct RouteShare: Sendable, Equatable {
    package let route: Route
    package let parts: [Part]
    package fileprivate(set) var recipients: [String]
  }

  /// A recipient that no route may carry this job to.
  package struct Refusal: Sendable, Equatable {
    package let recipient: String
    package let failure: Failure
  }

  /// Routes in their order; recipients in the job's.
  package let shares: [RouteShare]
  package let refusals: [Refusal]

  /// - Parameters:
  ///   - recipients: those that are due, in the job's order.
  ///   - message: what the message weighs without its files.
  package init(
    of document: DocumentWeight, weighing message: MessageWeight, to recipients: [String],
    by preference: RoutePreference
  ) {
    var candidates = preference.routes.map { Candidate($0, document, message, sender: preference.sender) }
    var refusals: [Refusal] = []
    for recipient in recipients {
      var obstacles = Obstacles()
      // A route that may carry to the recipient, and cannot hold the document, leaves it to the next.
      if let index = candidates.indices.first(where: { candidates[$0].mayCarry(to: recipient, else: &obstacles) }) {
        candidates[index].recipients.append(recipient)
      } else {
        refusals.append(Refusal(recipient: recipient, failure: obstacles.failure(to: recipient, document)))
      }
    }
    shares = candidates.compactMap(\.share)
    self.refusals = refusals
  }

  /// A route, and the messages that the document takes by it.
  private struct Candidate {
    let route: Route
    let rules: RoutePreference
    let parts: Result<[Part], SplitRefusal>
    var recipients: [String] = []

    init(_ route: Route, _ document: DocumentWeight, _ message: MessageWeight, sender: EmailAddress?) {
      self.route = route
      rules = RoutePreference([route], sender: sender)
      parts = Result { () throws(SplitRefusal) in
        try document.parts(within: route.limits.bytesPerMessage, weighing: message)
      }
    }

    func mayCarry(to recipient: String, else obstacles: inout Obstacles) -> Bool {
      switch (rules.verdict(on: recipient), parts) {
      case (.carried, .success): return true
      case (.carried, .failure(let refusal)): obstacles.size = obstacles.size ?? (refusal, route)
      case (.refused(let objections), _): obstacles.objections += objections
      }
      return false
    }

    var share: RouteShare? {
      guard !recipients.isEmpty, case .success(let parts) = parts else { return nil }
      return RouteShare(route: route, parts: parts, recipients: recipients)
    }
  }

  /// What stands between a recipient and every route.
  private struct Obstacles {
    var objections: [Objection] = []
    /// Of the first route that may carry to it.
    var size: (refusal: SplitRefusal, route: Route)?

    func failure(to recipient: String, _ document: DocumentWeight) -> Failure {
      if let size { return Failure(size.refusal, of: document, route: size.route) }
      return Failure(objections, recipient: recipient)
    }
  }
}

extension Array {
  /// The elements in their order, at most `count` together; nil: all together.
  package func grouped(by count: Int?) -> [[Element]] {
    guard let count, count > 0, self.count > count else { return isEmpty ? [] : [self] }
    return stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}

extension Failure {
  /// What no route may carry, told once where the reasons are the same.
  package static func refusals(_ refusals: [(recipient: String, objections: [Objection])]) -> [Failure] {
    var groups: [(recipients: [String], objections: [Objection])] = []
    for (recipient, objections) in refusals {
      if let index = groups.firstIndex(where: { $0.objections == objections }) {
        groups[index].recipients.append(recipient)
      } else {
        groups.append(([recipient], objections))
      }
    }
    return groups.map { Failure($0.objections, recipients: $0.recipients) }
  }

  /// So many are named; the rest are counted.
  private static let namedRecipients = 3

  /// Several at once, as one; nil for none. What can be mended comes before what cannot.
  package init?(together failures: [Failure]) {
    guard let first = failures.first(where: { $0.class == .configuration }) ?? failures.first else { return nil }
    self =
      failures.count == 1
      ? first : Failure(.jobSeveral, code: first.code, class: first.class, who: first.who, because: failures)
  }

  /// What no route may carry. The recipient's fault where every route reaches but the domains of the house; else
  /// the configuration's, which can be mended.
  package init(_ objections: [Objection], recipient: String) { self.init(objections, recipients: [recipient]) }

  private init(_ objections: [Objection], recipients: [String]) {
    let more = recipients.count - Failure.namedRecipients
    var values = ["recipient": recipients.prefix(Failure.namedRecipients).joined(separator: ", ")]
    if more > 0 { values["more"] = String(more) }
    self.init(
      FailureID(objections, isOfMany: more > 0), code: objections.first?.rule.rawValue, values: values,
      because: objections.map { Failure(FailureID($0.id), code: $0.rule.rawValue, values: $0.values) })
  }

  /// What no message of a route can hold.
  package init(_ refusal: SplitRefusal, of document: DocumentWeight, route: Route) {
    var values = ["route": route.name, "preset": route.preset]
    let id: FailureID
    switch refusal {
    case .page(let number, let bytes, let limit):
      id = .ratePageTooBig
      values.merge(["number": String(number), "bytes": String(bytes), "limit": String(limit)]) { $1 }
    case .file(let index, let bytes, let limit):
      values.merge(["number": String(index + 1), "bytes": String(bytes), "limit": String(limit)]) { $1 }
      values["file"] = document.name(of: index)
      id = values["file"] == nil ? .rateFileTooBig : .rateNamedFileTooBig
    }
    self.init(id, code: "size", values: values)
  }

  /// A message that may not go yet because the account has sent what it may.
  package init(waiting wait: Duration, for rate: Rate, route: Route) {
    let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
    self.init(
      .rateUsedUp, code: "rate",
      values: [
        "route": route.name, "preset": route.preset, "count": String(rate.count),
        "rate": rate.unit.rawValue + "-" + rate.window.rawValue, "seconds": String(seconds),
      ])
  }
}

extension FailureID {
  fileprivate init(_ objections: [Objection], isOfMany: Bool) {
    if objections.isEmpty {
      self = isOfMany ? .jobNoRouteForMany : .jobNoRoute
    } else if objections.allSatisfy({ $0.rule != .sender }) {
      self = isOfMany ? .jobManyOutOfReach : .jobRecipientOutOfReach
    } else {
      self = isOfMany ? .jobNoRouteMayCarryToMany : .jobNoRouteMayCarry
    }
  }
}
