import JSON
import TestKit
import Testing

private enum Colour: String, JSONStorable { case red, green }

private struct Paint: JSONStorable, Equatable {
  var colour: Colour
  var litres: Double
  var note: String?
  var tins: [String: [Int]] = [:]

  init(_ colour: Colour, _ litres: Double, note: String? = nil, tins: [String: [Int]] = [:]) {
    self.colour = colour
    self.litres = litres
    self.note = note
    self.tins = tins
  }

  var json: JSONValue { .fields(["tins": tins, "colour": colour, "litres": litres, "note": note]) }

  init(json: JSONValue) throws(JSONMismatch) {
    colour = try json.field("colour")
    litres = try json.field("litres")
    note = try json.optional("note")
    tins = try json.field("tins")
  }
}

private func read<Value: JSONReadable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
  try Value(json: try JSON5Reader.read(Array(text.utf8)))
}

private func mismatch<Value: JSONReadable>(_ text: String, _ type: Value.Type) throws -> String {
  try #require(throws: JSONMismatch.self) { try read(text, as: type) }.description
}

private func roundTrip<Value: JSONStorable>(_ value: Value) throws -> Value { try read(JSONText.compact(value)) }

@Suite struct JSONCodableTests {
  @Test func `what is written is read back the same`() throws {
    let paint = Paint(.green, 2.5, note: "für draußen", tins: ["large": [1, 2], "Small": []])
    #expect(try roundTrip([paint, Paint(.red, 0)]) == [paint, Paint(.red, 0)])
    #expect(try roundTrip([true, false]) == [true, false])
    #expect(try roundTrip(JSONValue.array([.null, .number(1)])) == .array([.null, .number(1)]))
  }

  @Test func `a field without a value is left out, and null stands for none`() throws {
    #expect(JSONText.compact(Paint(.red, 1)) == #"{"colour":"red","litres":1,"tins":{}}"#)
    #expect(try read(#"{"colour":"red","litres":1,"note":null,"tins":{},"new":[]}"#) == Paint(.red, 1))
  }

  @Test(arguments: [
    ("[]", "colour: expected a Colour"), ("{}", "colour: expected a Colour"),
    (#"{"colour":"blue"}"#, "colour: expected a Colour"), (#"{"colour":"red"}"#, "litres: expected a number"),
    (#"{"colour":"red","litres":"1"}"#, "litres: expected a number"),
    (#"{"colour":"red","litres":1,"note":2}"#, "note: expected a string"),
    (#"{"colour":"red","litres":1}"#, "tins: expected an object"),
    (#"{"colour":"red","litres":1,"tins":{"a":[1],"b":[1,2.5]}}"#, "tins.b.1: expected an integer"),
    (#"{"colour":"red","litres":1,"tins":{"a":1}}"#, "tins.a: expected a list"),
  ])
  func `a mismatch has its path, and never the value`(text: String, words: String) throws {
    #expect(try mismatch(text, Paint.self) == words)
    #expect(try mismatch("[\(text)]", [Paint].self) == "0." + words)
  }

  @Test func `the whole has no path`() throws {
    #expect(try mismatch("1", Bool.self) == "expected true or false")
    #expect(try mismatch("null", String.self) == "expected a string")
  }

  @Test func `no integer loses digits`() throws {
    let limit = 1 << 53
    let numbers: [Int64] = [0, -1, Int64(limit), Int64(limit) + 1, -Int64(limit) - 1, 1 << 62, .max, .min]
    #expect(try roundTrip(numbers) == numbers)
    #expect(JSONText.compact([limit, limit + 1]) == #"[9007199254740992,"9007199254740993"]"#)
    #expect(try roundTrip([Int32.min, .max]) == [.min, .max])
    #expect(try roundTrip(UInt32.max) == .max)
  }

  @Test(arguments: ["2147483648", "1.5", "\"1\"", "\"9007199254740993\"", "\"\"", "null", "1e400", "NaN"])
  func `what is no such integer is none`(_ text: String) throws {
    #expect(try mismatch(text, Int32.self) == "expected an integer")
  }
}

@Suite struct JSONCompactTests {
  @Test func `python judges every character and many numbers`() throws {
    let characters = (Array(0...0x2FFF) + [0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF])
      .compactMap { Unicode.Scalar(UInt32($0)) }
    let numbers: [Double] = [
      0, -0.0, 1, -1, 0.5, 0.1, 1e15, 1e16, 1e21, 1e22, 1e300, .leastNonzeroMagnitude, -.greatestFiniteMagnitude,
    ]
    let value = JSONValue.object([
      .init("z", .array(numbers.map { .number($0) })), .init("a", .string("plain / text")),
      .init("characters", .array(characters.map { .string(String($0)) })), .init("é\n", .boolean(true)),
      .init("none", .array([.null, .boolean(false), .object([]), .array([]), .string("")])),
    ])
    let text = JSONText.compact(value)
    // Read as python reads JSON, and said anew: the same characters and the same numbers, in order.
    let script = """
      import json, sys
      text = sys.stdin.buffer.read().decode()
      value = json.loads(text, parse_constant=lambda name: 1 / 0)
      assert all(31 < ord(c) < 127 or ord(c) > 159 and ord(c) not in (0x2028, 0x2029) for c in text)
      assert list(value) == sorted(value)
      codes = [ord(c) for c in value["characters"]]
      assert codes == list(range(0x3000)) + [0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF]
      print(value["z"] == [0, 0, 1, -1, .5, .1, 1e15, 1e16, 1e21, 1e22, 1e300, 5e-324, -1.7976931348623157e308])
      print(json.dumps([value["a"], value["none"], value["é\\n"]]))
      """
    let judged = try run(["/usr/bin/python3", "-c", script], input: Array(text.utf8))
    #expect(judged.exitCode == 0, "\(judged.errors)")
    #expect(judged.text == "True\n[\"plain / text\", [null, false, {}, [], \"\"], true]\n")
    #expect(try JSON5Reader.read(Array(text.utf8))["characters"] == value["characters"])
  }

  @Test func `members stand in the order of their names, at every level`() {
    let inner = JSONValue.object([.init("b", .null), .init("a", .null)])
    let value = JSONValue.object([.init("x", inner), .init("B", .array([inner])), .init("a", .null)])
    #expect(JSONText.compact(value) == #"{"B":[{"a":null,"b":null}],"a":null,"x":{"a":null,"b":null}}"#)
  }

  @Test func `what JSON has no word for is null`() {
    #expect(JSONText.compact([Double.nan, .infinity, -.infinity]) == "[null,null,null]")
  }

  @Test func `a long text takes time in proportion`() {
    let clock = ContinuousClock()
    let long = String(repeating: "a\"é", count: 400_000)
    #expect(clock.measure { _ = JSONText.compact([long, long]) } < .seconds(5))
  }
}
