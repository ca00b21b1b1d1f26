import FoundationEssentials

/// Values that are kept whole in one column, as JSON: read back by this program only, never searched by SQL.
enum Stored {
  static func text(_ value: some Encodable) throws(SpoolError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .database(subject: "write \(type(of: value))", detail: "\(error)")
    }
  }

  static func optionalText(_ value: (some Encodable)?) throws(SpoolError) -> String? {
    guard let value else { return nil }
    return try text(value)
  }

  static func value<Value: Decodable>(
    _ type: Value.Type, from text: String?, path: String
  ) throws(SpoolError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data((text ?? "").utf8))
    } catch {
      throw .corrupt(path: path, detail: "a \(type) cannot be read back")
    }
  }

  static func optionalValue<Value: Decodable>(
    _ type: Value.Type, from text: String?, path: String
  ) throws(SpoolError) -> Value? {
    guard let text else { return nil }
    return try value(type, from: text, path: path)
  }

  static func word<Value: RawRepresentable>(
    _ type: Value.Type, _ text: String?, path: String
  ) throws(SpoolError) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text ?? "") else {
      throw .corrupt(path: path, detail: "\(text ?? "nothing") is no \(type)")
    }
    return value
  }
}
