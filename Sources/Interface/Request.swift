package import JSON

/// What a front end asks of a desk: a method of `io.platen` (`io.platen.varlink` beside this), with its parameters as
/// fields and its answer as a type within.
package protocol Request: JSONStorable, Sendable, Equatable {
  associatedtype Answer: JSONStorable & Sendable & Equatable

  /// As `io.platen` has it.
  static var method: String { get }
}

/// The requests, by the names of their methods.
package enum Operation {}
