import Settings

/// A word that begins with a dash, taken apart: a long option, or one letter or more.
struct OptionWord {
  /// The options, and the value of the last where the word itself holds it.
  var options: [(parameter: Parameter, value: String?)] = []

  /// Whether the next word is the value of the last option.
  var wantsValue: Bool { options.last.map { $0.parameter.role == .option && $0.value == nil } ?? false }

  /// Whether a word is an option, or several: "-" is a value, and so is a negative number.
  static func isOne(_ word: String) -> Bool {
    let bytes = word.utf8
    guard bytes.count > 1, bytes.first == UInt8(ascii: "-") else { return false }
    return !bytes.dropFirst().prefix(1).allSatisfy { (48...57).contains($0) }
  }

  init(_ word: String, among parameters: [Parameter]) throws(UsageProblem) {
    if word.hasPrefix("--") { try takeLong(word, parameters) } else { try takeLetters(word, parameters) }
  }

  private mutating func takeLong(_ word: String, _ parameters: [Parameter]) throws(UsageProblem) {
    let name = word.dropFirst(2).prefix { $0 != "=" }
    guard let parameter = parameters.first(where: { $0.name == name }) else {
      throw .unknownOption("--" + name, near: near(name, parameters))
    }
    let value = name.endIndex < word.endIndex ? String(word[name.endIndex...].dropFirst()) : nil
    if let value, parameter.role == .flag { throw .unexpectedValue(parameter, value) }
    options.append((parameter, value))
  }

  private mutating func takeLetters(_ word: String, _ parameters: [Parameter]) throws(UsageProblem) {
    // "-output" is no -o with the value "utput".
    let name = word.dropFirst()
    if name.count > 1, parameters.contains(where: { $0.name == name }) {
      throw .unknownOption(word, near: "--" + name)
    }
    var letters = name
    while let letter = letters.popFirst() {
      guard let parameter = parameters.first(where: { $0.short == letter }) else {
        throw .unknownOption(options.isEmpty ? word : "-\(letter)", near: near(name, parameters))
      }
      if parameter.role == .flag {
        options.append((parameter, nil))
      } else {
        options.append((parameter, letters.isEmpty ? nil : String(letters)))
        return
      }
    }
  }

  private func near(_ name: some StringProtocol, _ parameters: [Parameter]) -> String? {
    nearestName(to: String(name), among: parameters.map(\.name)).map { "--" + $0 }
  }
}
