package import Diagnosis
import Mail
package import Routes

/// How a job leaves: by which routes, in how many messages, in how many transactions; and what does not leave.
package struct DeliveryPlan: Sendable, Equatable {
  /// What a route carries: all these parts to each of these recipients.
  package struct Leg: Sendable, Equatable {
    package let route: Route
    package let parts: [Part]
    package fileprivate(set) var recipients: [String]
  }

  /// One transaction: a part of the document to some of the recipients.
  package struct Transaction: Sendable, Equatable {
    package let route: Route
    package let part: Part
    package let recipients: [String]
  }

  /// A recipient that no route may carry this job to.
  package struct Refusal: Sendable, Equatable {
    package let recipient: String
    package let failure: Failure
  }

  /// Routes in their order; recipients in the job's.
  package let legs: [Leg]
  package let refusals: [Refusal]

  /// Routes in their order, then parts, then recipients.
  package var transactions: [Transaction] {
    legs.flatMap { leg in
      let groups = leg.recipients.grouped(by: leg.route.limits.greatestTransaction)
      return leg.parts.flatMap { part in
        groups.map { Transaction(route: leg.route, part: part, recipients: $0) }
      }
    }
  }

  /// - Parameters:
  ///   - recipients: those that are due, in the job's order.
  ///   - message: what the message weighs without its files.
  package init(
    of document: DocumentWeight, weighing message: MessageWeight, to recipients: [String],
    by preference: RoutePreference
  ) {
    var ways = preference.routes.map { Way($0, document, message, sender: preference.sender) }
    var refusals: [Refusal] = []
    for recipient in recipients {
      var obstacles = Obstacles()
      // A route that may carry to the recipient, and cannot hold the document, leaves it to the next.
      if let index = ways.indices.first(where: { ways[$0].mayCarry(to: recipient, else: &obstacles) }) {
        ways[index].recipients.append(recipient)
      } else {
        refusals.append(Refusal(recipient: recipient, failure: obstacles.failure(to: recipient, document)))
      }
    }
    legs = ways.compactMap(\.leg)
    self.refusals = refusals
  }

  /// A route, and the messages that the document takes by it.
  private struct Way {
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

    var leg: Leg? {
      guard !recipients.isEmpty, case .success(let parts) = parts else { return nil }
      return Leg(route: route, parts: parts, recipients: recipients)
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
    return groups.map { Failure($0.objections, recipient: list($0.recipients)) }
  }

  /// So many are named; the rest are counted.
  private static let namedRecipients = 3

  private static func list(_ recipients: [String]) -> String {
    let rest = recipients.count - namedRecipients
    return recipients.prefix(namedRecipients).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// Several at once, as one; nil for none. What can be mended comes before what cannot.
  package init?(together failures: [Failure]) {
    guard var failure = failures.first(where: { $0.class == .configuration }) ?? failures.first else { return nil }
    failure.cause = failures.map(\.cause).joined(separator: "; ")
    failure.steps = Failure.distinct(failures.flatMap(\.steps))
    self = failure
  }

  /// What no route may carry. The recipient's fault where every route reaches but the domains of the house; else
  /// the configuration's, which can be mended.
  package init(_ objections: [Objection], recipient: String) {
    let isRecipient = !objections.isEmpty && objections.allSatisfy { $0.rule != .sender }
    let reasons = objections.map(\.message).joined(separator: "; ")
    self.init(
      class: isRecipient ? .recipient : .configuration, stage: "route", code: objections.first?.rule.rawValue,
      cause: "no route may carry this to \(recipient)" + (reasons.isEmpty ? ": none is configured" : ": " + reasons),
      who: .installer, steps: Failure.distinct(objections.map(\.step)), retry: false,
      exitCode: objections.isEmpty ? .configuration : .refused)
  }

  /// What no message of a route can hold.
  package init(_ refusal: SplitRefusal, of document: DocumentWeight, route: Route) {
    let another = "Or use a route that takes more"
    let (what, bytes, limit, steps) =
      switch refusal {
      case .page(let number, let bytes, let limit):
        ("page \(number) alone", bytes, limit, ["Scan it with fewer pixels an inch or in gray", another])
      case .file(let index, let bytes, let limit):
        (
          "attached file \(index + 1) alone" + (document.name(of: index).map { " (\($0))" } ?? ""), bytes, limit,
          ["Hand it in smaller or in several files: a finished file goes unchanged, whole or not at all", another]
        )
      }
    self.init(
      class: .message, stage: "route", code: "size",
      cause: "\(what) makes a message of \(bytes) bytes, and route \(route.name) (\(route.preset)) takes \(limit)",
      who: .person, steps: steps, retry: false, exitCode: .badInput)
  }

  /// A message that may not go yet because the account has sent what it may.
  package init(waiting wait: Duration, for rate: Rate, route: Route) {
    let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
    self.init(
      class: .transient, stage: "route", code: "rate",
      cause: "route \(route.name) (\(route.preset)) takes \(rate.text), and those have been sent; "
        + "the message goes in \(seconds) s",
      who: .nobody, steps: ["Wait: it is queued, and goes by itself when its time has come"], retry: true,
      exitCode: .notAcceptedYet)
  }

  private static func distinct(_ steps: [String]) -> [String] {
    var seen: Set<String> = []
    return steps.filter { seen.insert($0).inserted }
  }
}
