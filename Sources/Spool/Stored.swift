import Diagnosis
import JSON

/// Values that are kept whole in one column, as JSON: read back by this program only, never searched by SQL.
enum Stored {
  static func text(_ value: some JSONWritable) -> String { JSONText.compact(value) }

  static func value<Value: JSONReadable>(
    _ type: Value.Type, from text: String?, path: String
  ) throws(Failure) -> Value {
    do {
      return try Value(json: try JSON5Reader.read(Array((text ?? "").utf8)))
    } catch {
      throw .damagedSpool(path: path, detail: "\(type)")
    }
  }

  /// Runs what reads a value of ours, which is damage where it does not fit.
  static func fitting<Value>(path: String, _ body: () throws(JSONMismatch) -> Value) throws(Failure) -> Value {
    do throws(JSONMismatch) { return try body() } catch {
      throw .damagedSpool(path: path, detail: "\(Value.self): \(error)")
    }
  }

  static func optionalValue<Value: JSONReadable>(
    _ type: Value.Type, from text: String?, path: String
  ) throws(Failure) -> Value? {
    guard let text else { return nil }
    return try value(type, from: text, path: path)
  }

  static func word<Value: RawRepresentable>(
    _ type: Value.Type, _ text: String?, path: String
  ) throws(Failure) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text ?? "") else {
      throw .damagedSpool(path: path, detail: "\(type): \(text ?? "NULL")")
    }
    return value
  }
}
