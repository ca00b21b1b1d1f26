import Paper
import Testing

@Suite struct NameTests {
  @Test(arguments: [
    ("Scan 2024-03-01 12.30.pdf", "Scan 2024-03-01 12.30.pdf"), ("a/b\\c:d", "a-b-c-d.pdf"), ("", "Scan.pdf"),
    ("...", "Scan.pdf"), ("../../etc/passwd", "-..-etc-passwd.pdf"), (".hidden", "hidden.pdf"),
    ("x\r\nBcc: y", "x  Bcc- y.pdf"), ("a\u{202E}fdp.exe", "afdp.exe.pdf"), ("Rechnung.PDF", "Rechnung.pdf"),
    ("ünï 漢字 👩‍👧", "ünï 漢字 👩‍👧.pdf"), (" . a . ", "a.pdf"),
  ])
  func `a name is safe`(_ text: String, _ name: String) { #expect(DocumentName.safe(text) == name) }

  @Test(arguments: ["x", "ü", "漢", "👩‍👧", "e\u{301}\u{301}\u{301}"])
  func `a long name is cut between characters`(_ character: String) {
    let name = DocumentName.safe(String(repeating: character, count: 500))
    #expect(name.utf8.count <= DocumentName.longest && name.utf8.count > 150 && name.hasSuffix(".pdf"))
    #expect(name.dropLast(4).allSatisfy { String($0) == character })
  }
}
