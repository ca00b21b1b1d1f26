// How a command and its parameters are written: the same in help, manual and errors.
extension Command {
  /// What stands after the command's name: "FILE... [OPTION]..."
  var synopsis: [String] {
    var words = listed.isEmpty ? [] : [standard == nil ? "COMMAND" : "[COMMAND]"]
    words += arguments.map { parameter in
      let word = parameter.placeholder
      return (parameter.isRequired ? word : "[\(word)]") + (parameter.isRepeated ? "..." : "")
    }
    words += options.filter(\.isRequired).map { "\($0.spelling) \($0.placeholder)" }
    return words + ["[OPTION]..."]
  }
}

extension Parameter {
  /// "-o, --output FILE"
  var usage: String {
    if role == .argument { return placeholder }
    let letter = short.map { "-\($0), " } ?? "    "
    return letter + spelling + (role == .option ? " " + placeholder : "")
  }

  /// Its help, with the words that it takes and what holds without it.
  var meaning: String {
    var parts = [help]
    if case .word(let words) = kind { parts.append("One of " + words.joined(separator: ", ") + ".") }
    if let fallback { parts.append("By default \(fallback).") }
    return parts.joined(separator: " ")
  }
}
