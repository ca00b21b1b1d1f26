package import Base
package import JSON
import Settings

/// Why a file of quirks is of no use.
package struct QuirkFault: Error, Sendable, Equatable {
  package enum Problem: Sendable, Equatable {
    case unreadable(SystemError)
    /// From 1; the words of the reader of JSON5.
    case syntax(line: Int, column: Int, message: String)
    /// It is something else than a list of quirks.
    case noList
    /// Of an entry, from 1.
    case entry(Int, EntryProblem)
  }

  package enum EntryProblem: Sendable, Equatable {
    case noReason
    /// None that begins with https://.
    case noSource
    case noQuirk
    /// No quirk has the name, or not with that value.
    case unknownQuirk(String, JSONValue)
    case noMatch
    case matchIsNoText(String, JSONValue)
    case unknownField(String, known: [String])
  }

  /// The file.
  package let origin: String
  package let problem: Problem

  package init(origin: String, problem: Problem) {
    self.origin = origin
    self.problem = problem
  }
}

/// For logs; a person reads the sentence of the catalogue of failures.
extension QuirkFault: CustomStringConvertible {
  package var description: String {
    switch problem {
    case .unreadable(let error): "\(origin): \(error)"
    case .syntax(let line, let column, let message): "\(origin): line \(line), column \(column): \(message)"
    case .noList: "\(origin): a list of quirks must be here"
    case .entry(let number, let problem): "\(origin): entry \(number): \(problem.text)"
    }
  }
}

extension QuirkFault.EntryProblem {
  fileprivate var text: String {
    switch self {
    case .noReason: "has no reason"
    case .noSource: "has no source that begins with https://"
    case .noQuirk: "has no quirk"
    case .unknownQuirk(let name, let value): "\"\(name)\" is not known, or not with \(value.description)"
    case .noMatch: "does not say what it matches"
    case .matchIsNoText(let name, let value): "match.\(name) is \(value.description), and must be a text"
    case .unknownField(let name, let known): "\(name) is none of \(known.joined(separator: ", "))"
    }
  }
}
