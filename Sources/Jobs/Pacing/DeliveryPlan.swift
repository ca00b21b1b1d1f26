package import Diagnosis
package import Routes

/// How a job leaves: by which routes, in how many messages, in how many transactions; and what does not leave.
package struct DeliveryPlan: Sendable, Equatable {
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

  /// Routes in their order, then parts, then recipients.
  package let transactions: [Transaction]
  package let refusals: [Refusal]

  /// - Parameters:
  ///   - recipients: those that are due, in the job's order.
  ///   - message: what the message weighs without its files.
  package init(
    of document: DocumentWeight, weighing message: MessageWeight, to recipients: [String],
    by preference: RoutePreference
  ) {
    var transactions: [Transaction] = []
    var refusals = preference.refusals(of: recipients).map { recipient, objections in
      Refusal(recipient: recipient, failure: Failure(objections, recipient: recipient))
    }
    for (route, mine) in preference.assignments(of: recipients) {
      do throws(SplitRefusal) {
        let parts = try document.parts(within: route.limits.bytesPerMessage, weighing: message)
        transactions += DeliveryPlan.transactions(of: parts, to: mine, by: route)
      } catch {
        refusals += mine.map { Refusal(recipient: $0, failure: Failure(error, route: route)) }
      }
    }
    self.transactions = transactions
    self.refusals = refusals
  }

  private static func transactions(of parts: [Part], to recipients: [String], by route: Route) -> [Transaction] {
    let groups = recipients.grouped(by: route.limits.greatestTransaction)
    return parts.flatMap { part in groups.map { Transaction(route: route, part: part, recipients: $0) } }
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
  /// What no route may carry. The recipient's fault where every route reaches but the domains of the house; else
  /// the configuration's, which can be mended.
  package init(_ objections: [Objection], recipient: String) {
    let isRecipient = objections.allSatisfy { $0.rule != .sender }
    let reasons = objections.map(\.message).joined(separator: "; ")
    self.init(
      class: isRecipient ? .recipient : .configuration, stage: "route", code: objections.first?.rule.rawValue,
      cause: "no route may carry this to \(recipient)" + (reasons.isEmpty ? ": none is configured" : ": " + reasons),
      who: .installer, steps: Failure.distinct(objections.map(\.step)), retry: false,
      exitCode: isRecipient ? .refused : .configuration)
  }

  /// What no message of a route can hold.
  package init(_ refusal: SplitRefusal, route: Route) {
    let (what, bytes, limit) =
      switch refusal {
      case .page(let number, let bytes, let limit): ("page \(number) alone", bytes, limit)
      case .file(let index, let bytes, let limit): ("attached file \(index + 1) alone", bytes, limit)
      }
    self.init(
      class: .message, stage: "route", code: "size",
      cause: "\(what) makes a message of \(bytes) bytes, and route \(route.name) (\(route.preset)) takes \(limit)",
      who: .person, steps: ["Scan it with fewer pixels an inch or in gray, or use a route that takes more"],
      retry: false, exitCode: .badInput)
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
