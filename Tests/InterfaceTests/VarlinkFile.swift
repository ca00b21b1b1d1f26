import JSON

/// An interface file of Varlink (varlink.org/Interface-Definition), as far as ours goes.
struct VarlinkFile {
  indirect enum Shape: Equatable {
    case bool, int, float, string, object
    case named(String)
    case list(Shape)
    case map(Shape)
    case optional(Shape)
    case fields([Field])
  }

  struct Field: Equatable {
    let name: String
    let shape: Shape
  }

  struct Method {
    let input: [Field]
    let output: [Field]
  }

  struct Fault: Error {
    let line: Int
    let wanted: String
  }

  private(set) var name = ""
  private(set) var types: [String: [Field]] = [:]
  private(set) var methods: [String: Method] = [:]
  private(set) var errors: [String: [Field]] = [:]

  init(_ text: String) throws {
    var words = Words(text)
    try words.expect("interface")
    name = try words.name()
    while let kind = words.peek {
      words.drop()
      let member = try words.name()
      if types[member] != nil || methods[member] != nil || errors[member] != nil { throw words.fault("a new name") }
      switch kind {
      case "type": types[member] = try words.fields()
      case "error": errors[member] = try words.fields()
      case "method":
        let input = try words.fields()
        try words.expect("->")
        methods[member] = Method(input: input, output: try words.fields())
      default: throw words.fault("type, method or error")
      }
    }
  }

  // MARK: Judging

  /// What is wrong with a value as one of the shapes; nothing where it is right.
  ///
  /// - Parameter isFull: optional fields are there, too.
  func problems(_ value: JSONValue, as shape: Shape, isFull: Bool, at path: String) -> [String] {
    switch (shape, value) {
    case (.optional(let inner), _): problems(value, as: inner, isFull: isFull, at: path)
    case (.bool, .boolean), (.string, .string), (.float, .number), (.object, _): []
    case (.int, .number(let number)): number == number.rounded() ? [] : ["\(path) is no whole number"]
    case (.list(let inner), .array(let elements)):
      (isFull && elements.isEmpty ? ["\(path) is an empty sample"] : [])
        + elements.enumerated().flatMap { problems($1, as: inner, isFull: isFull, at: "\(path)[\($0)]") }
    case (.map(let inner), .object(let members)):
      members.flatMap { problems($0.value, as: inner, isFull: isFull, at: path + "." + $0.name) }
    case (.named(let name), .object): problems(value, asType: name, isFull: isFull, at: path)
    case (.fields(let fields), .object): problems(value, with: fields, isFull: isFull, at: path)
    default: ["\(path) is \(value), not \(shape)"]
    }
  }

  private func problems(_ value: JSONValue, asType name: String, isFull: Bool, at path: String) -> [String] {
    guard let fields = types[name] else { return ["\(path) is of the unknown type \(name)"] }
    // What a failure is made of need not be full itself.
    let isFull = isFull && !path.contains(".because")
    return problems(value, with: fields, isFull: isFull, at: path)
  }

  func problems(_ value: JSONValue, with fields: [Field], isFull: Bool, at path: String) -> [String] {
    let unknown = value.members.filter { member in !fields.contains { $0.name == member.name } }
    var problems = unknown.map { "\(path).\($0.name) is not in the file" }
    for field in fields {
      if let value = value[field.name] {
        problems += self.problems(value, as: field.shape, isFull: isFull, at: path + "." + field.name)
      } else if isFull || !field.isOptional {
        problems.append("\(path).\(field.name) is missing")
      }
    }
    return problems
  }
}

extension VarlinkFile.Field {
  var isOptional: Bool { if case .optional = shape { true } else { false } }
}

/// The words and signs of an interface file, without comments.
private struct Words {
  private var words: [(text: String, line: Int)] = []
  private var position = 0

  init(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      words += Self.words(line.prefix { $0 != "#" }).map { ($0, index + 1) }
    }
  }

  private static func words(_ line: Substring) -> [String] {
    var words: [String] = []
    var rest = line
    while let first = rest.first {
      let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
      if !word.isEmpty {
        words.append(String(word))
        rest = rest.dropFirst(word.count)
      } else if rest.hasPrefix("->") {
        words.append("->")
        rest = rest.dropFirst(2)
      } else {
        if !first.isWhitespace { words.append(String(first)) }
        rest = rest.dropFirst()
      }
    }
    return words
  }

  var peek: String? { position < words.count ? words[position].text : nil }

  mutating func drop() { position += 1 }

  func fault(_ wanted: String) -> VarlinkFile.Fault {
    VarlinkFile.Fault(line: words[min(position, words.count - 1)].line, wanted: wanted)
  }

  mutating func take(_ word: String) -> Bool {
    if peek != word { return false }
    position += 1
    return true
  }

  mutating func expect(_ word: String) throws { if !take(word) { throw fault(word) } }

  mutating func name() throws -> String {
    guard let name = peek, name.first?.isLetter == true else { throw fault("a name") }
    position += 1
    return name
  }

  mutating func fields() throws -> [VarlinkFile.Field] {
    try expect("(")
    var fields: [VarlinkFile.Field] = []
    while !take(")") {
      if !fields.isEmpty { try expect(",") }
      let name = try name()
      try expect(":")
      fields.append(VarlinkFile.Field(name: name, shape: try shape()))
    }
    return fields
  }

  private mutating func shape() throws -> VarlinkFile.Shape {
    if take("?") { return .optional(try shape()) }
    if peek == "(" { return .fields(try fields()) }
    if take("[") {
      if take("]") { return .list(try shape()) }
      try expect("string")
      try expect("]")
      return .map(try shape())
    }
    switch try name() {
    case "bool": return .bool
    case "int": return .int
    case "float": return .float
    case "string": return .string
    case "object": return .object
    case let type: return .named(type)
    }
  }
}
