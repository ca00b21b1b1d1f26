import Settings

/// A count within a span of time: any such span, not only from the full hour.
package struct Rate: Sendable, Hashable {
  package enum Unit: String, Sendable, CaseIterable {
    case messages, recipients
  }

  package enum Window: String, Sendable, CaseIterable {
    case minute, hour, day

    package var duration: Duration {
      switch self {
      case .minute: .seconds(60)
      case .hour: .seconds(3600)
      case .day: .seconds(86_400)
      }
    }
  }

  package let count: Int
  package let unit: Unit
  package let window: Window

  package init(_ count: Int, _ unit: Unit, a window: Window) {
    self.count = count
    self.unit = unit
    self.window = window
  }

  /// "30 messages a minute".
  package var text: String { "\(count) \(unit.rawValue) \(window == .hour ? "an" : "a") \(window.rawValue)" }
}

/// What a method of submission can take. nil: no bound is known, and none is kept.
package struct Limits: Sendable, Equatable {
  /// For one account, whatever routes use it.
  package var rates: [Rate] = []
  /// Recipients of one transaction.
  package var recipientsPerMessage: Int?
  /// Bytes of a message as it is on the wire: its files encoded, its headers counted.
  package var bytesPerMessage: Int?
  /// At the same time, for one account.
  package var connections: Int?

  package static let none = Limits()

  /// The most recipients that one transaction can ever have: more than a rate allows in its whole window could
  /// never go together.
  package var greatestTransaction: Int? {
    (rates.filter { $0.unit == .recipients }.map(\.count) + [recipientsPerMessage].compactMap { $0 }).min()
  }

  /// These limits with what the configuration says in their place; 0 there lifts one.
  func overridden(by settings: LimitSettings) -> Limits {
    var limits = self
    limits.recipientsPerMessage = Limits.bound(settings.recipientsPerMessage, else: recipientsPerMessage)
    limits.bytesPerMessage = Limits.bound(settings.bytesPerMessage, else: bytesPerMessage)
    limits.connections = Limits.bound(settings.connections, else: connections)
    limits.rates = Rate.Unit.allCases.flatMap { unit in
      Rate.Window.allCases.compactMap { window in
        let preset = rates.first { $0.unit == unit && $0.window == window }?.count
        return Limits.bound(settings.count(of: unit, a: window), else: preset).map { Rate($0, unit, a: window) }
      }
    }
    return limits
  }

  private static func bound(_ asked: Int?, else preset: Int?) -> Int? {
    guard let asked else { return preset }
    return asked == 0 ? nil : asked
  }
}

extension LimitSettings {
  fileprivate func count(of unit: Rate.Unit, a window: Rate.Window) -> Int? {
    switch (unit, window) {
    case (.messages, .minute): messagesPerMinute
    case (.messages, .hour): messagesPerHour
    case (.messages, .day): messagesPerDay
    case (.recipients, .minute): recipientsPerMinute
    case (.recipients, .hour): recipientsPerHour
    case (.recipients, .day): recipientsPerDay
    }
  }
}
