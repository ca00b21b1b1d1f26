package import JSON

/// What a step does, for programs; `<NAME>` is a placeholder that a person fills in.
package struct Action: Sendable, Equatable {
  package enum Kind: String, Sendable {
    case run, set, secret, retry, open, ask
  }

  package let kind: Kind
  package let arguments: [String]

  package init(kind: Kind, arguments: [String]) {
    self.kind = kind
    self.arguments = arguments
  }

  /// The words of `platen` that do it; nil where it is done elsewhere.
  package var command: [String]? {
    switch kind {
    case .run: arguments
    case .set: ["config", "set"] + arguments
    case .secret: ["secret", "set"] + arguments
    case .retry: ["jobs", "retry"] + arguments
    case .open, .ask: nil
    }
  }

  var text: String? {
    if let command { return "platen " + command.map(Action.quoted).joined(separator: " ") }
    return kind == .open ? arguments.joined(separator: " ") : nil
  }

  /// As a shell takes it; what a person fills in stands without its brackets.
  private static func quoted(_ word: String) -> String {
    let word = withoutBrackets(word)
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122: true
      default: "@%+=:,./_-".utf8.contains(byte)
      }
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// "a@<DOMAIN>" is "a@DOMAIN".
  private static func withoutBrackets(_ word: String) -> String {
    var text = ""
    var rest = word[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      let name = rest[rest.index(after: open)..<close]
      let isName = !name.isEmpty && name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) }
      text += rest[..<open] + (isName ? name : rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return text + rest
  }
}

extension Action: JSONStorable {
  package var json: JSONValue { .fields(["kind": kind, "arguments": arguments]) }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(kind: try json.field("kind"), arguments: try json.field("arguments"))
  }
}

extension Action.Kind: JSONStorable {}
