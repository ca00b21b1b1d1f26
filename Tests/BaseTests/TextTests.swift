import Base
import TestKit
import Testing

@Suite struct TextTests {
  private static let samples: [[UInt8]] = [[], [0], [255], [0, 1], [1, 2, 3], Array(0...255), Array("Zoë".utf8)]

  @Test func `hexadecimal and base64 are what python makes of them`() throws {
    let lengths = (0..<64).map { length in (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) } }
    let samples = Self.samples + lengths
    let script = """
      import sys, ast, base64
      for line in sys.stdin:
          b = bytes(ast.literal_eval(line))
          print(b.hex() + " " + base64.b64encode(b).decode())
      """
    let input = samples.map { "\($0)\n" }.joined()
    let judged = try run(["/usr/bin/python3", "-c", script], input: Array(input.utf8))
    let ours = samples.map { hexadecimal($0) + " " + base64($0) + "\n" }.joined()
    #expect(judged.text == ours)
  }

  @Test func `base64 comes back`() {
    for sample in Self.samples { #expect(decodedBase64(base64(sample)) == sample) }
  }

  @Test(arguments: ["a", "ab", "abc", "ab=c", "a===", "abcd=", "ab==ab==", "a b=", "ab\n=", "AB==", "ABC="])
  func `what is no base64, or has bits that nobody wrote, is none`(text: String) {
    #expect(decodedBase64(text) == nil)
  }

  @Test(arguments: [
    ("plain Zoë 日本", "plain Zoë 日本"), ("", ""), ("a\r\nb", "a\\x0d\\x0ab"), ("\u{1b}[31m", "\\x1b[31m"),
    ("tab\there", "tab\\x09here"), ("nul\0", "nul\\x00"), ("\u{7f}", "\\x7f"), ("\u{9b}x", "\\xc29bx"),
    ("\u{2028}", "\\xe280a8"), ("abc\u{202e}cba", "abc\\xe280aecba"), ("\u{2066}", "\\xe281a6"),
  ])
  func `a peer's text does nothing to a terminal`(text: String, expected: String) {
    #expect(text.onOneLine() == expected)
  }

  @Test func `a long text is cut and says so`() {
    #expect("abcdef".onOneLine(limit: 6) == "abcdef")
    #expect("abcdefg".onOneLine(limit: 6) == "abcde…")
    #expect(String(repeating: "x", count: 1000).onOneLine().count == 500)
    // One character to Swift, a thousand to whoever stores it.
    let piled = "a" + String(repeating: "\u{301}", count: 1000)
    #expect(piled.onOneLine(limit: 50).unicodeScalars.count == 50)
  }
}
