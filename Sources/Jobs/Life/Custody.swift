package import Diagnosis
package import JSON

/// Who is responsible for a recipient's copy, with the facts that exist only in that state.
package enum Custody: Sendable, Equatable {
  /// We have it, and it goes by itself.
  case queued(Schedule, LastWord)
  /// An attempt is under way.
  ///
  /// - isIntended: its final dot may be on its way.
  case sending(attempt: Int, isIntended: Bool, LastWord)
  /// A server has it.
  case accepted(reply: String)
  case refused(Failure, reply: String?)
  /// Without a failure where the job's interruption or its end is the reason.
  case held(LastWord)
  case unknown(Failure, reply: String?)

  /// When a queued recipient goes.
  package enum Schedule: Sendable, Equatable {
    /// At the next occasion.
    case atOnce
    /// Not before, after a failure that passes.
    case after(Wait)
    /// When the rates of its account have room, which the ledger knows; the wait is what it said last.
    case paced(Wait)
  }

  /// What was heard of a recipient last; it stays through further attempts, until one says something else.
  package struct LastWord: Sendable, Equatable {
    /// Why it is not accepted.
    package var failure: Failure?
    /// The server's words.
    package var reply: String?

    package init(failure: Failure? = nil, reply: String? = nil) {
      self.failure = failure
      self.reply = reply
    }

    package static let none = LastWord()
  }

  package var state: RecipientState {
    switch self {
    case .queued: .queued
    case .sending: .sending
    case .accepted: .accepted
    case .refused: .refused
    case .held: .held
    case .unknown: .unknown
    }
  }

  package var lastWord: LastWord {
    switch self {
    case .queued(_, let word), .sending(_, _, let word), .held(let word): word
    case .accepted(let reply): LastWord(reply: reply)
    case .refused(let failure, let reply), .unknown(let failure, let reply): LastWord(failure: failure, reply: reply)
    }
  }
}

extension Custody.Schedule {
  package var wait: Wait? {
    switch self {
    case .atOnce: nil
    case .after(let wait), .paced(let wait): wait
    }
  }

  /// The same, with its wait recorded again.
  func told(_ tell: (Wait) -> Wait) -> Custody.Schedule {
    switch self {
    case .atOnce: .atOnce
    case .after(let wait): .after(tell(wait))
    case .paced(let wait): .paced(tell(wait))
    }
  }
}

// MARK: As the spool keeps it

extension Custody {
  /// What goes with the state.
  package var details: JSONValue {
    switch self {
    case .queued(let due, let word): word.json(.fields(["due": due]))
    case .sending(let attempt, let isIntended, let word):
      word.json(.fields(["attempt": attempt, "isIntended": isIntended]))
    case .held, .refused, .unknown, .accepted: lastWord.json(.object([]))
    }
  }

  package init(_ state: RecipientState, details: JSONValue) throws(JSONMismatch) {
    let word = LastWord(failure: try details.optional("failure"), reply: try details.optional("reply"))
    switch state {
    case .queued: self = .queued(try details.optional("due") ?? .atOnce, word)
    case .sending:
      self = .sending(
        attempt: try details.field("attempt"), isIntended: try details.field("isIntended"), word)
    case .accepted: self = .accepted(reply: try details.field("reply"))
    case .refused: self = .refused(try details.field("failure"), reply: word.reply)
    case .held: self = .held(word)
    case .unknown: self = .unknown(try details.field("failure"), reply: word.reply)
    }
  }
}

extension Custody.LastWord {
  fileprivate func json(_ others: JSONValue) -> JSONValue {
    .object(others.members + JSONValue.fields(["failure": failure, "reply": reply]).members)
  }
}

extension Custody.Schedule: JSONStorable {
  package var json: JSONValue {
    switch self {
    case .atOnce: .null
    case .after(let wait): .fields(["after": wait])
    case .paced(let wait): .fields(["paced": wait])
    }
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    if json == .null {
      self = .atOnce
    } else if let wait = try json.optional("paced", as: Wait.self) {
      self = .paced(wait)
    } else {
      self = .after(try json.field("after"))
    }
  }
}
