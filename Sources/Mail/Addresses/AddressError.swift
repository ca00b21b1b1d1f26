import Base

/// Why a text is not an address we can send to or from.
package struct AddressError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Problem: Error, Sendable, Equatable {
    case empty
    case noAt
    case noLocalPart
    case noDomain
    case controlCharacter(Unicode.Scalar)
    case localPartNotASCII(Unicode.Scalar)
    case domainNotASCII(Unicode.Scalar)
    /// Octets; 64 are allowed.
    case localPartTooLong(Int)
    /// Octets of the whole address; 254 are allowed.
    case tooLong(Int)
    /// Addresses with "," or ";" between them.
    case several
    /// Not allowed outside quotes.
    case character(Unicode.Scalar)
    /// A dot at the start or the end of the local part, or two in a row.
    case misplacedDot
    case openQuote
    /// A label of the domain that is no host name's.
    case label(String)
    /// An IP address without the brackets that make it an address literal.
    case bareIPAddress(String)
    case literal(String)
    /// "<" without ">", or text after it.
    case angleBrackets
  }

  /// The text that was refused, on one line.
  package let value: String
  package let problem: Problem

  init(_ value: String, _ problem: Problem) {
    self.value = value.onOneLine(limit: 120)
    self.problem = problem
  }

  /// One line: the value, what is wrong with it, what to do. For logs; a person reads the catalogue's sentence.
  package var description: String {
    problem == .empty ? "The address is empty: \(problem.text)" : "The address \"\(value)\" \(problem.text)"
  }
}

extension AddressError.Problem {
  fileprivate var text: String {
    switch self {
    case .empty: "write it as name@example.com"
    case .noAt: "has no @: write it as name@example.com"
    case .noLocalPart: "has nothing before the @: write it as name@example.com"
    case .noDomain: "has nothing after the @: write it as name@example.com"
    case .controlCharacter(let scalar): "contains the control character \(scalar.codePoint): type it again without"
    case .localPartNotASCII(let scalar): notASCII("\"\(scalar)\" before the @", "an address without it")
    case .domainNotASCII(let scalar): notASCII("\"\(scalar)\" in its domain", "the domain's ASCII form (xn--…)")
    case .localPartTooLong(let count): "has \(count) characters before the @, 64 are allowed: check it for a slip"
    case .tooLong(let count): "has \(count) characters, 254 are allowed: check it for a slip"
    case .several: "holds more than one: give each address on its own"
    case .character("@"): "has more than one @: write it as name@example.com"
    case .character(let scalar): "has \"\(scalar)\" before the @, which is only allowed in quotes: check it for a slip"
    case .misplacedDot: "has a dot at the start or the end of the name, or two in a row: check it for a slip"
    case .openQuote: "has a quotation mark without its partner: add or remove one"
    case .label(let label): labelText(label)
    case .bareIPAddress(let address): "has a bare IP address as its domain: write [\(address)]"
    case .literal(let literal): "has \(literal) as its domain: write [192.0.2.1] or [IPv6:2001:db8::1]"
    case .angleBrackets: "needs one < before and one > at the end: write it as Name <name@example.com>"
    }
  }

  private func notASCII(_ what: String, _ instead: String) -> String {
    "has \(what); characters beyond ASCII (SMTPUTF8) are not served yet: use \(instead)"
  }

  private func labelText(_ label: String) -> String {
    label.isEmpty
      ? "has an empty part in its domain (a dot too many): write it as name@example.com"
      : "has \"\(label)\" in its domain: parts of a domain are 1 to 63 letters, digits and inner hyphens"
  }
}
