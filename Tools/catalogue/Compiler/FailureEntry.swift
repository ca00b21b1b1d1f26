import JSON

/// A row of the catalogue: one failure.
struct FailureEntry {
  static let fields = [
    "code", "class", "stage", "who", "exit", "retry", "confidence", "takesEffect", "source", "cause", "line", "steps",
  ]
  private static let classes = ["transient", "message", "recipient", "configuration", "unknown"]
  static let actors = ["nobody", "person", "installer", "administrator", "provider", "vendor"]
  private static let exits = [
    "usage": 64, "badInput": 65, "noInput": 66, "noHost": 68, "scannerUnavailable": 69, "bug": 70, "cannotCreate": 73,
    "storage": 74, "notAcceptedYet": 75, "serverProtocol": 76, "refused": 77, "configuration": 78, "interrupted": 130,
  ]

  let id: String
  let code: String
  let row: [String]

  init(_ place: Place, id: String) throws(CatalogueFault) {
    _ = try place.members(Self.fields)
    self.id = id
    code = try PanelCode.checked(place)
    let kind = try Self.word(place, "class", Self.classes)
    let isTemporary = kind == "transient" || kind == "unknown"
    let exit = try place["exit"].map { (place) throws(CatalogueFault) in
      try place.word(of: Self.exits.keys.sorted())
    }
    row = [
      id, code, kind, try Self.text(place, "stage"), try Self.word(place, "who", Self.actors),
      String(Self.exits[exit ?? Self.exit(of: kind)] ?? 0),
      try place["retry"].map { (place) throws(CatalogueFault) in try place.flag() } ?? isTemporary ? "1" : "0",
      String(Int((place["confidence"]?.value.number ?? 1) * 1000)),
      try place["takesEffect"]?.text() ?? "", try place["source"]?.text() ?? "", try Self.text(place, "cause"),
      try place["line"]?.text() ?? "", try Self.steps(place),
    ]
  }

  private static func exit(of kind: String) -> String {
    switch kind {
    case "transient", "unknown": "notAcceptedYet"
    case "configuration": "refused"
    default: "badInput"
    }
  }

  private static func text(_ place: Place, _ name: String) throws(CatalogueFault) -> String {
    guard let text = try place[name]?.text(), !text.isEmpty else { throw place.fault("no \(name)") }
    return text
  }

  private static func word(_ place: Place, _ name: String, _ known: [String]) throws(CatalogueFault) -> String {
    guard let place = place[name] else { throw place.fault("no \(name)") }
    return try place.word(of: known)
  }

  private static func steps(_ place: Place) throws(CatalogueFault) -> String {
    // What is made of other failures has their steps.
    let isMade = place["cause"]?.value.text?.contains("{because}") == true
    guard let steps = try place["steps"]?.elements(), isMade || !steps.isEmpty else { throw place.fault("no steps") }
    return JSONText.line(.array(try steps.map { (step) throws(CatalogueFault) in try StepForm.compiled(step) }))
  }
}

/// A step of an entry: words, and what is to be done as an action that a program could do.
enum StepForm {
  private static let actions = ["set", "secret", "run", "open", "shell", "retry", "ask"]

  /// `{"say": "…", "do": [["set", "KEY", "VALUE"], …]}`; `{"kept": true}`.
  static func compiled(_ place: Place) throws(CatalogueFault) -> JSONValue {
    let members = try place.members(["say", "kept", "also"] + actions)
    if place["kept"] != nil {
      if members.count != 1 { throw place.fault("kept stands alone") }
      return .object([.init("kept", .boolean(true))])
    }
    guard let say = try place["say"]?.text() else { throw place.fault("no say") }
    var done = try action(of: place)
    if let also = place["also"] { done += try action(of: also) }
    return .object([.init("say", .string(say)), .init("do", .array(done.map { .array($0.map { .string($0) }) }))])
  }

  private static func action(of place: Place) throws(CatalogueFault) -> [[String]] {
    let named = actions.filter { place.value[$0] != nil }
    guard let kind = named.first else { return [] }
    if named.count > 1 { throw place.fault("one action a step; a further one stands under also") }
    guard let value = place[kind] else { return [] }
    switch kind {
    case "retry":
      if try !value.flag() { throw value.fault("true expected") }
      return [["retry", "{job}"]]
    case "set":
      let texts = try value.texts()
      if texts.count != 2 { throw value.fault("[key, value] expected") }
      return [[kind] + texts]
    case "run": return [[kind] + (try value.texts())]
    case "ask": return [[kind, try value.word(of: FailureEntry.actors)]]
    default: return [[kind, try value.text()]]
    }
  }
}

/// The four characters that a panel shows: a letter, two digits, and a check character that tells a wrong letter or two
/// digits in the wrong order.
enum PanelCode {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  static func checked(_ place: Place) throws(CatalogueFault) -> String {
    guard let code = try place["code"]?.text() else { throw place.fault("no code") }
    let values = code.utf8.map(Int.init)
    guard values.count == 4, (65...90).contains(values[0]), values[1...2].allSatisfy({ (48...57).contains($0) }) else {
      throw place.fault("code \(code): a letter, two digits and a check character expected")
    }
    let right = alphabet[(11 * (values[0] - 64) + 7 * (values[1] - 48) + 2 * (values[2] - 48)) % 32]
    if code.last != right { throw place.fault("code \(code): its check character is \(right)") }
    return code
  }
}
