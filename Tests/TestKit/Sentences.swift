import Diagnosis

/// The words of the catalogue between the values: what must not lie in the spool or the journal.
package enum Sentences {
  /// Long enough that no machine says the same by chance.
  private static let shortest = 16

  package static let pieces: [String] = {
    var pieces: Set<String> = []
    for name in FailureID.all {
      let words = Explanation(Failure(FailureID(name)))
      for text in [words.cause] + words.steps { pieces.formUnion(between(text)) }
    }
    return pieces.sorted()
  }()

  /// A text without what stands in braces.
  private static func between(_ text: String) -> [String] {
    var pieces = [""]
    var depth = 0
    for character in text {
      switch character {
      case "{":
        depth += 1
        pieces.append("")
      case "}": depth = max(0, depth - 1)
      default: if depth == 0 { pieces[pieces.count - 1].append(character) }
      }
    }
    return pieces.filter { $0.utf8.count >= shortest }
  }
}
