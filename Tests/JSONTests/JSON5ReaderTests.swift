import Foundation
import JSON
import TestKit
import Testing

private func read(_ text: String) throws(JSON5Reader.Fault) -> JSONValue { try JSON5Reader.read(Array(text.utf8)) }

private func fault(_ text: String) -> JSON5Reader.Fault? {
  do throws(JSON5Reader.Fault) {
    _ = try read(text)
    return nil
  } catch {
    return error
  }
}

@Suite struct JSON5ReaderTests {
  @Test func `all that JSON5 allows is read`() throws {
    let text = """
      \u{FEFF}// a comment
      {
        bare: 'single', "double": "dou\\u0062le", 'quoted': "it's", $dollar_1: null, ünïcode: true,
        /* over
           lines */ numbers: [1, -2, +3, .5, 5., 0x1F, 1e3, -0.5E-2, 6.02e23,],
        text: 'a\\
      b', odd: '\\q', escapes: "\\n\\t\\x41\\0\\'\\ud83d\\ude00", inf: -Infinity, empty: {}, none: [],
      }
      """
    let tree = try read(text)
    #expect(tree["bare"] == .string("single"))
    #expect(tree["double"] == .string("double"))
    #expect(tree["$dollar_1"] == .null)
    #expect(tree["ünïcode"] == .boolean(true))
    let numbers: [Double] = [1, -2, 3, 0.5, 5, 31, 1000, -0.005, 6.02e23]
    #expect(tree["numbers"] == .array(numbers.map { .number($0) }))
    #expect(tree["text"] == .string("ab"))
    #expect(tree["escapes"] == .string("\n\tA\0'😀"))
    #expect(tree["odd"] == .string("q"))
    #expect(tree["inf"] == .number(-.infinity))
    #expect(tree["empty"] == .object([]) && tree["none"] == .array([]))
    #expect(tree.members.map(\.name).first == "bare")
  }

  @Test(arguments: [
    ("", 1, 1, "expected a value, found nothing; write {} for no settings"),
    (" \n\n", 3, 1, "expected a value, found nothing; write {} for no settings"),
    ("// only a comment", 1, 18, "expected a value, found nothing; write {} for no settings"),
    ("{", 1, 2, "the '{' on line 1 is not closed"),
    ("{\n  a: 1,\n  b: { c: 2\n", 4, 1, "the '{' on line 3 is not closed"),
    ("{ a: 1,, }", 1, 8, "expected a key here, found ','"),
    ("{\n  a: 1\n  b: 2\n}", 3, 3, "expected ',' or '}' here, found 'b'"),
    ("{\n  a: 'x\n}", 2, 6, "this text is not closed on its line"),
    ("{ a: \"x", 1, 6, "this text is not closed"),
    ("{\n  a: 1,\n  b: 2,\n  a: 3,\n}", 4, 3, "duplicate key 'a'; first on line 2"),
    ("{a: 1} x", 1, 8, "expected the end here, found 'x'"),
    ("{a: 1}}", 1, 7, "expected the end here, found '}'"),
    ("{ a: tru }", 1, 6, "not a value; put a text in quotes"),
    ("{ a: smtp.example.net }", 1, 6, "not a value; put a text in quotes"),
    ("{ a b: 1 }", 1, 5, "expected ':' after the key 'a', found 'b'"),
    ("{ a-b: 1 }", 1, 4, "expected ':' after the key 'a', found '-'"),
    ("{ a: 01 }", 1, 6, "not a number; put a text in quotes"),
    ("{ a: -1.2.3 }", 1, 6, "not a number; put a text in quotes"),
    ("{ a: 0x }", 1, 6, "not a number; put a text in quotes"),
    ("{ a: [1, 2 }", 1, 12, "expected ',' or ']' here, found '}'"),
    ("{ /* a: 1 }", 1, 3, "this comment is not closed"),
    ("{ a: / }", 1, 6, "'/' does not start a comment; write // or /* */"),
    ("{ a: '\\u12' }", 1, 7, "this escape needs 4 hexadecimal digits"),
    ("{ a: '\\ud800' }", 1, 7, "half a surrogate pair is not a character"),
    ("{ a: }", 1, 6, "expected a value here, found '}'"),
    ("{\r\n  é: 'ü' x\r\n}", 2, 10, "expected ',' or '}' here, found 'x'"),
    ("{\r  a: !\r}", 2, 6, "expected a value here, found '!'"),
    ("\u{FEFF}{ ! }", 1, 3, "expected a key here, found '!'"),
    ("{ \u{1} }", 1, 3, "expected a key here, found a control character (U+1)"),
  ])
  func `a fault names its line, its column and what is wrong`(text: String, line: Int, column: Int, message: String) {
    let found = fault(text)
    #expect(found?.message == message)
    #expect(found?.line == line && found?.column == column, "\(found?.line ?? 0):\(found?.column ?? 0)")
  }

  @Test func `bytes that are no UTF-8 have a place too`() {
    #expect(throws: JSON5Reader.Fault.self) { try JSON5Reader.read([0x7B, 0x0A, 0x20, 0xFF, 0x7D]) }
    do throws(JSON5Reader.Fault) {
      _ = try JSON5Reader.read([0x7B, 0x0A, 0x20, 0xFF, 0x7D])
    } catch {
      #expect(error.line == 2 && error.column == 2 && error.message == "this byte is not valid UTF-8")
    }
  }

  @Test func `deep nesting is refused before the stack is`() {
    #expect(fault(String(repeating: "[", count: 100_000))?.message == "more than 40 nested levels")
    let forty = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(fault(forty) == nil)
    #expect(fault("[" + forty + "]") != nil)
  }

  /// Foundation's decoder as judge: what it refuses we refuse, and what both read is the same. Left out is
  /// where it departs from json5.org: it refuses "\q" and keeps the line end of a continuation.
  @Test(arguments: [
    "{}", "[]", "{a:1}", "{a:1,}", "[1,2,]", "[,]", "{,}", "{a:}", "{'a':\"b\"}", "[1 2]", "{a:.5,b:5.}", "[0x10]",
    "[5.e3,.5E1]", "[.]", "[1e]", "[0b1]", "[-0]",
    "[+1,-1]", "[1e5,1E-5]", "['\\x41\\u0041']", "[true,false,null]", "// c\n[]", "/**/[]//", "[/*]", "{\"a\" 1}",

    "{a:1}x", "[\"a\nb\"]", "[Infinity]", "nul", "[tru]", "[']", "{a_b$:1}", "{1a:1}",
  ])
  func `Foundation's decoder agrees`(text: String) throws {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let judged = try? decoder.decode(Judged.self, from: Data(text.utf8))
    #expect((try? read(text)) == judged?.setting)
  }

  @Test func `a key that stands twice is found among many`() {
    let many = (0..<50).map { "k\($0): {},\n" }.joined()
    #expect(fault("{\n\(many)}") == nil)
    for first in [0, 14, 15, 16, 17, 49] {
      let found = fault("{\n\(many) k\(first): 1")
      #expect(found?.message == "duplicate key 'k\(first)'; first on line \(first + 2)")
      #expect(found?.line == 52 && found?.column == 2)
    }
    // What looks the same is the same.
    #expect(fault("{ 'é': 1, 'e\u{301}': 2 }")?.column == 11)
  }

  @Test(arguments: [
    ("123456789012345", 123_456_789_012_345), ("-999999999999999", -999_999_999_999_999),
    ("9007199254740992", 9_007_199_254_740_992), ("1234567890123456789", 1_234_567_890_123_456_768), ("0", 0),
    ("1\t", 1), ("1/**/", 1), ("1\u{2028}", 1), ("12e2", 1200), ("0.5", 0.5),
  ])
  func `numbers of every length`(text: String, number: Double) throws {
    #expect(try read(text) == .number(number))
    #expect(try read("[\(text),\(text)]") == .array([.number(number), .number(number)]))
  }

  @Test func `a backslash takes the whole character behind it`() throws {
    #expect(try read("'a\\é\\😀\\\u{2029}b\\\u{202A}'") == .string("aé😀b\u{202A}"))
  }

  @Test func `no input brings the reader down`() {
    let seed = "{ a: 'x\\u0041', b: [1, 0x1F, -.5e3], /* c */ d: { e: null, }, // f\n g: \"h\" }"
    let bytes = Array(seed.utf8)
    for cut in bytes.indices {
      _ = try? JSON5Reader.read(Array(bytes[..<cut]))
      for byte: UInt8 in [0, 0x22, 0x27, 0x2C, 0x5C, 0x7B, 0x7D, 0xC3, 0xFF] {
        var changed = bytes
        changed[cut] = byte
        _ = try? JSON5Reader.read(changed)
      }
    }
  }
}

@Suite struct JSONTextTests {
  @Test func `what is written is read back the same`() throws {
    let tree = JSONValue.object([
      .init("plain", .string("a")), .init("needs quotes", .number(1)), .init("empty", .object([])),
      .init("list", .array([.string("a\"\\\n\u{1}\u{2028}é😀"), .number(-0.5), .null])),
      .init("routes", .array([.object([.init("name", .string("x")), .init("flag", .boolean(true))])])),
    ])
    #expect(try read(JSONText.file(tree)) == tree)
    #expect(try read(JSONText.json(tree)) == tree)
    #expect(try read(JSONText.line(tree)) == tree)
  }

  @Test func `a file is laid out for people`() {
    let tree = JSONValue.object([
      .init("scan", .object([.init("resolution", .number(300))])), .init("dns", .array([.string("192.0.2.1")])),
    ])
    #expect(
      JSONText.file(tree) == """
        {
          scan: {
            resolution: 300,
          },
          dns: ["192.0.2.1"],
        }

        """)
    #expect(JSONText.bare(.string("a b")) == "a b" && JSONText.bare(.number(5)) == "5")
  }

  @Test func `numbers that JSON has no words for are written as JSON5 has them`() throws {
    let tree = JSONValue.array([.number(.infinity), .number(-.infinity), .number(.nan)])
    #expect(JSONText.line(tree) == "[Infinity, -Infinity, NaN]")
    #expect(JSONText.file(try read(JSONText.file(tree))) == JSONText.file(tree))
  }

  @Test func `python reads the JSON`() throws {
    let tree = JSONValue.object([
      .init("a", .array([.string("é\u{7F}\u{1}\"\\"), .number(1), .object([.init("b", .null)])]))
    ])
    let script = "import json,sys; print(json.dumps(json.load(sys.stdin), sort_keys=True))"
    let judged = try run(["/usr/bin/python3", "-c", script], input: Array(JSONText.json(tree).utf8))
    #expect(judged.exitCode == 0)
    #expect(judged.text == "{\"a\": [\"\\u00e9\\u007f\\u0001\\\"\\\\\", 1, {\"b\": null}]}\n")
  }
}

/// A value as Foundation decodes it.
private struct Judged: Decodable {
  let setting: JSONValue

  struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      let members = try object.allKeys.map {
        JSONValue.Member($0.stringValue, try object.decode(Judged.self, forKey: $0).setting)
      }
      setting = .object(members.sorted { $0.name < $1.name })
    } else if var list = try? decoder.unkeyedContainer() {
      var elements: [JSONValue] = []
      while !list.isAtEnd { elements.append(try list.decode(Judged.self).setting) }
      setting = .array(elements)
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        setting = .null
      } else if let flag = try? value.decode(Bool.self) {
        setting = .boolean(flag)
      } else if let number = try? value.decode(Double.self) {
        setting = .number(number)
      } else {
        setting = .string(try value.decode(String.self))
      }
    }
  }
}
