import FoundationEssentials

/// Anything JSON5 can say.
indirect enum Value: Codable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([Value])
  case object([String: Value])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Value].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: Value].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Reads a JSON5 file.
  init(file: String) throws(Fault) {
    let text = try readFile(file)
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      self = try decoder.decode(Value.self, from: Data(text.utf8))
    } catch {
      throw Fault("\(file) is not JSON5: \(error)")
    }
  }

  /// This value with `other` on top: objects merge by key, everything else is replaced whole.
  func overlaid(with other: Value) -> Value {
    guard case .object(let below) = self, case .object(let above) = other else { return other }
    return .object(below.merging(above) { $0.overlaid(with: $1) })
  }

  /// The first key of `other` that this value, which has every key, does not know; with the path to it.
  func firstKeyUnknown(in other: Value, path: String = "") -> String? {
    guard case .object(let known) = self, case .object(let given) = other else { return nil }
    for (key, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let below = known[key] else { return path + key }
      if let unknown = below.firstKeyUnknown(in: value, path: path + key + ".") { return unknown }
    }
    return nil
  }

  func decoded<Result: Decodable>(as type: Result.Type, of file: String) throws(Fault) -> Result {
    do {
      return try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
    } catch let error as DecodingError {
      throw Fault("\(file): \(words(of: error))")
    } catch {
      throw Fault("\(file): \(error)")
    }
  }
}

private func words(of error: DecodingError) -> String {
  switch error {
  case .keyNotFound(let key, let context): "\(path(context)) lacks \(key.stringValue)"
  case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
    "\(path(context)): \(context.debugDescription)"
  @unknown default: "\(error)"
  }
}

private func path(_ context: DecodingError.Context) -> String {
  context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
}
