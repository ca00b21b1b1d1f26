import Base

/// One thing to do.
struct Step: Equatable {
  let words: String
  let actions: [Action]

  /// The words, and the commands and pages.
  var text: String {
    let commands = actions.compactMap(\.text)
    if commands.isEmpty { return words }
    return words.isEmpty ? commands.joined(separator: ", ") : words + ": " + commands.joined(separator: ", ")
  }
}

/// Fills the words of an entry in.
struct Wording {
  let catalogue: Catalogue
  let failure: Failure
  let job: JobStanding?

  /// Characters of a value that go into a sentence.
  private static let longestValue = 2000
  /// Of foreign text. Exchange sends several kilobytes.
  private static let longestQuote = 200

  // MARK: The cause

  func cause(_ entry: CatalogueEntry) -> String { filled(entry.cause) + hosts(entry) + pages }

  /// Each of several hosts is named, with what it did.
  private func hosts(_ entry: CatalogueEntry) -> String {
    guard isOfHosts(entry) else { return "" }
    let list = failure.because.map { $0.line(in: catalogue) }.joined(separator: "; ")
    return catalogue.phrase("tried.hosts").replacing("{list}", with: list)
  }

  private func isOfHosts(_ entry: CatalogueEntry) -> Bool {
    !failure.because.isEmpty && !entry.cause.contains("{because}")
      && failure.because.allSatisfy { $0.values["host"] != nil }
  }

  private var pagesKept: Int { failure.stage == "scan" ? failure.values["pages"].flatMap { Int($0) } ?? 0 : 0 }

  private var pages: String {
    pagesKept == 0 ? "" : "; " + filled(catalogue.phrase(pagesKept == 1 ? "kept.one" : "kept.other"))
  }

  // MARK: The steps

  func advice(_ entry: CatalogueEntry) -> [Step] {
    var steps = entry.steps.compactMap { $0.isKept ? keptStep : step($0) } + stepsOnPages
    if !failure.because.isEmpty, !isOfHosts(entry) { steps += furtherSteps(entry) }
    if steps.isEmpty, entry.retry { steps = [Step(words: catalogue.phrase("again"), actions: [])] }
    return steps
  }

  /// nil where it needs an unknown value, a job without having one, or a retry that would be refused.
  private func step(_ template: StepTemplate) -> Step? {
    if (template.actions.flatMap(\.self) + [template.say]).contains(where: lacksValue) { return nil }
    if template.actions.contains(where: { $0.first == "retry" }), job?.canRetry != true { return nil }
    return Step(words: filled(template.say), actions: template.actions.compactMap(action))
  }

  private func action(_ words: [String]) -> Action? {
    guard let kind = words.first else { return nil }
    // A command of another program is shown unchanged, like a page.
    let known = kind == "shell" ? .open : Action.Kind(rawValue: kind)
    return known.map { Action(kind: $0, arguments: words.dropFirst().map(filled).filter { !$0.isEmpty }) }
  }

  private var keptStep: Step? {
    guard let job else { return nil }
    if job.triesAgain { return Step(words: catalogue.phrase("kept.again"), actions: []) }
    if !job.canRetry { return nil }
    return Step(words: catalogue.phrase("kept.retry"), actions: [Action(kind: .retry, arguments: [job.id])])
  }

  private var stepsOnPages: [Step] {
    guard pagesKept > 0 else { return [] }
    guard let job else {
      return [Step(words: catalogue.phrase("pages.list"), actions: [Action(kind: .run, arguments: ["jobs", "list"])])]
    }
    let export = Action(kind: .run, arguments: ["jobs", "export", job.id, "--output", "<FILE>"])
    var steps = [Step(words: catalogue.phrase("pages.export"), actions: [export])]
    if job.canRetry {
      steps.append(
        Step(words: catalogue.phrase("pages.send"), actions: [Action(kind: .retry, arguments: [job.id])]))
    }
    return steps
  }

  /// Where the cause tells of all, the steps of all are wanted; else each is told of.
  private func furtherSteps(_ entry: CatalogueEntry) -> [Step] {
    let further = failure.because.map { part in
      (entry: catalogue.entry(part.id), words: Wording(catalogue: catalogue, failure: part, job: job))
    }
    if entry.cause.contains("{because}") {
      let steps = further.flatMap { $0.words.advice($0.entry) }
      return steps.reduce(into: []) { all, step in if !all.contains(step) { all.append(step) } }
    }
    return further.map { part in
      Step(words: catalogue.phrase("also").replacing("{cause}", with: part.words.cause(part.entry)), actions: [])
    }
  }

  // MARK: Values

  private func lacksValue(_ text: String) -> Bool {
    var lacks = false
    _ = replacing(text) { word in
      lacks = lacks || value(of: word) == nil
      return ""
    }
    return lacks
  }

  /// The text with its words filled in, on one line; a word without a value stays as it stands.
  func filled(_ text: String) -> String { replacing(text) { value(of: $0) } }

  /// A brace after a letter is not a placeholder: "ATTR{idVendor}".
  private func replacing(_ text: String, _ value: (String) -> String?) -> String {
    var filled = ""
    var rest = text[...]
    while let brace = rest.firstIndex(of: "{"), let end = rest[brace...].firstIndex(of: "}") {
      let word = String(rest[rest.index(after: brace)..<end])
      filled += rest[..<brace]
      filled += filled.last?.isLetter == true ? "{\(word)}" : value(word) ?? "{\(word)}"
      rest = rest[rest.index(after: end)...]
    }
    return filled + rest
  }

  /// "{@state}" is what the catalogue calls the value of "state".
  private func value(of word: String) -> String? {
    if word.hasPrefix("@") {
      let name = word.dropFirst()
      return failure.values[String(name)].map { catalogue.phrase(name + "." + $0) }
    }
    return switch word {
    case "stage": catalogue.phrase("stage." + failure.stage)
    case "because": failure.because.map(part).joined(separator: "; ")
    case "job": job?.id
    // An unknown value has words of its own: "the recipient".
    case "reply", "detail": failure.values[word]?.onOneLine(limit: Self.longestQuote)
    default: failure.values[word]?.onOneLine(limit: Self.longestValue) ?? catalogue.knownPhrase("unknown." + word)
    }
  }
}

extension Wording {
  /// One of the failure's parts.
  private func part(_ failure: Failure) -> String {
    failure.values["host"] == nil
      ? Explanation(failure, in: catalogue, about: job).cause : failure.line(in: catalogue)
  }
}

extension Failure {
  /// Characters of a server's words in a list of several.
  private static let longestReply = 120

  /// As one of several hosts: "mx.example.test (192.0.2.1): 421 busy".
  package func line(in catalogue: Catalogue = .shipped) -> String {
    let entry = catalogue.entry(id)
    let host = values["host"] ?? ""
    let place = values["address"].map { "\(host) (\($0))" } ?? host
    if let reply = values["reply"] { return place + ": " + reply.onOneLine(limit: Self.longestReply) }
    let words = Wording(catalogue: catalogue, failure: self, job: nil)
    return place + ": " + (entry.line.map { words.filled($0) } ?? words.cause(entry))
  }

  /// The entry of the catalogue, in English.
  package var panelCode: String { Catalogue.shipped.entry(id).panelCode }
}
