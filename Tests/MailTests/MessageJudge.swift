import Base
import TestKit
import Testing

/// Repeatable chance (SplitMix64), so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  /// Words of all kinds that have broken mail programs, with spaces between most of them.
  mutating func text(pieces count: ClosedRange<Int>) -> String {
    let pieces = [
      "Scan", "of", "page", "12", "invoice,", "Example", "a@b.example", "O'Hara", "Büro", "Straße", "Ünïcödé",
      "請求書", "日本語のファイル名", "Договор", "عقد", "חוזה", "😀", "👨‍👩‍👧‍👦", "🇧🇪", "e\u{301}a\u{308}\u{323}", "\"quoted\"",
      "back\\slash", "\\", "\"", "=?", "?=", "=?utf-8?Q?x?=", "_", "=3D", "(comment)", "<angle>", "[x]", "a;b=c",
      "100%",
      "%41", "'", "''", "*0*=", ".", "..", "#!&", " ", "  ", "\u{202E}gnp", "\u{FEFF}", "\u{10FFFF}", "ﬁ",
      String(repeating: "x", count: 70), String(repeating: "y", count: 90), String(repeating: "ä", count: 50),
    ]
    return (0..<Int.random(in: count, using: &self)).map { _ in
      (pieces.randomElement(using: &self) ?? "") + (Int.random(in: 0..<4, using: &self) == 0 ? "" : " ")
    }.joined()
  }
}

/// Python's `email` package as the judge of what we write.
enum MessageJudge {
  /// Hands each case's fields to the Python function `judge(*fields)`, all in one process; the fields are bytes.
  ///
  /// - Returns: the lines that the function printed for each case; what it complains of is an issue of the test.
  @discardableResult static func judge(
    _ cases: [[[UInt8]]], by body: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [[String]] {
    let input = cases.map { $0.map { "." + base64($0) }.joined(separator: " ") + "\n" }.joined()
    let folder = try TemporaryFolder()
    let script = try folder.write(preamble + body + closing, to: "judge.py")
    let result = try run(["/usr/bin/python3", script], input: Array(input.utf8))
    #expect(result.errors == "", sourceLocation: sourceLocation)
    var answers: [[String]] = []
    var answer: [String] = []
    var complaints: [String] = []
    for line in result.text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "." {
        answers.append(answer)
        answer = []
      } else if line.hasPrefix("!") {
        complaints.append("case \(answers.count): \(line.dropFirst())")
      } else {
        answer.append(String(line))
      }
    }
    #expect(complaints.isEmpty, "\(complaints.count), such as \(complaints.prefix(5))", sourceLocation: sourceLocation)
    #expect(answers.count == cases.count, sourceLocation: sourceLocation)
    return answers
  }

  private static let preamble = #"""
    import base64, email, email.header, email.policy, email.utils, quopri, re, sys

    def check(truth, *what):
        if not truth: print("!" + " | ".join(ascii(w) for w in what))

    def parsed(raw):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        for part in message.walk():
            check(not part.defects, "defects", part.defects)
        return message

    def header_defects(part, name, allowed=()):
        for value in part.get_all(name, []):
            left = [d for d in value.defects if str(d) not in allowed]
            check(not left, name, left, str(value), part.get_all(name))

    def words(raw):
        "The encoded words of a field, each decoded alone."
        found = []
        for whole, kind, text in re.findall(rb"(=\?utf-8\?([QB])\?([^?]*)\?=)", raw):
            check(len(whole) <= 75, "long word", whole)
            data = base64.b64decode(text, validate=True) if kind == b"B" else quopri.decodestring(text, header=True)
            found.append(data.decode("utf-8"))
        return found

    def lines(raw, limit=78, but=()):
        check(raw.endswith(b"\r\n"), "end", raw[-20:])
        for line in raw[:-2].split(b"\r\n"):
            check(b"\r" not in line and b"\n" not in line, "bare line end", line)
            check(len(line) <= 998, "line", line)
            check(len(line) <= limit or len(line.strip().split(b" ")) == 1, "not folded", len(line), line)
            check(not line or line.strip(), "blank line", raw)
            if b"=?utf-8?" in line: check(len(line) <= 76, "line with encoded word", line)


    """#

  private static let closing = #"""


    for line in sys.stdin:
        judge(*[base64.b64decode(field[1:]) for field in line.split()])
        print(".")

    """#
}
