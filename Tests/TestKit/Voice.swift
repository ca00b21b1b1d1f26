/// The voice of the texts that people read: plain, short English in the terms of the field.
package enum Voice {
  /// Phrases that a reader has to translate first. Each was once in a shipped text.
  private static let foreign = [
    "whoever", "who runs", "who run", "people who run", "is none", "are none", "is none of", "of no use", "has to say",
    "have to say", "hands out", "that are to", "that is to", "is to be", "are to be", "was to have", "none that",
    "nothing takes", "nothing was taken", "gives no", "gave no", "knows no", "speaks no", "takes no mail",
    "takes no sign-in", "anew", "mend", "a slip", "just now", "in vain", "stands here", "stand in", "vouch", "vouches",
    "wants", "of the house", "served", "pixels an inch", "leave it out", "take it out", "is called",
    "the nearest is", "nonsense", "stays so", "is no number", "is no name", "is no key", "there is no", "lets no one",
    "broke off", "out of order", "it is a fault of ours", "goes only with", "do not go together",
    "would not count", "a minute", "switched off",
  ]

  /// The foreign phrases in a text, as whole words in any case.
  package static func slips(in text: String) -> [String] {
    let words = " " + separated(text) + " "
    return foreign.filter { words.contains(" " + separated($0) + " ") }
  }

  /// Words with one space between them: "is none: 5" is "is none 5". A value in quotes is no word of ours.
  private static func separated(_ text: String) -> String {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && !"'\"".contains($0) }.joined(separator: " ")
  }
}
