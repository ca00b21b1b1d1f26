import Diagnosis
import Interface
import TestKit
import Testing

@Suite struct ManualTests {
  private let page = ManualPage.text(version: "Platen 0.1.0", date: "2026-11-01")

  @Test func `the page has every verb, option and exit code`() {
    for listed in Listed.all.dropFirst() where !listed.path.contains(where: \.isHidden) {
      let name = listed.path.dropFirst().map(\.name).joined(separator: " ")
      #expect(page.contains(".SS \"\(name)\"\n"), "\(name)")
      for option in listed.command.options {
        #expect(page.contains(option.spelling.replacing("-", with: "\\-")))
      }
    }
    for (code, _) in Program.exitCodes { #expect(page.contains("\\fB\(code.rawValue)\\fR\n")) }
  }

  @Test func `hidden verbs are not in it`() {
    #expect(!page.contains(".SS \"manual\"") && !page.contains(".SS \"complete\""))
  }

  /// troff takes a line that begins so as a request.
  @Test func `no text becomes a request`() {
    let known = [".TH", ".SH", ".SS", ".PP", ".TP", ".RS", ".RE", ".nf", ".fi", ".BR"]
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(known.contains(String(line.prefix(3))), "\(line)")
    }
  }

  @Test func `troff has nothing to say against it`() throws {
    let result = try run(["groff", "-man", "-Tutf8", "-ww", "-z"], input: Array(page.utf8))
    #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
  }

  @Test func `mandoc has nothing to say against it`() throws {
    let result = try run(["mandoc", "-man", "-Tlint", "-Wwarning"], input: Array(page.utf8))
    #expect(result.exitCode == 0 && result.text.isEmpty, "\(result.text)\(result.errors)")
  }

  @Test func `what a reader sees`() throws {
    let result = try run(["mandoc", "-man", "-Tascii", "-Owidth=78"], input: Array(page.utf8))
    // A letter, a backspace and the letter again are a bold one.
    let plain = result.text.replacing(#/.\u{8}/#, with: "")
    #expect(plain.contains("platen jobs export ID --output FILE [OPTION]..."))
    #expect(plain.contains("platen config set routes.office.server smtp.example.com"))
    #expect(plain.contains("The value, such as 300, lineart or '[\"10.0.0.1:53\"]'."))
  }
}
