import Base
import Mail
import Testing

@Suite struct MessageTemplateTests {
  private let time = CivilTime(seconds: 1_770_642_309, offsetMinutes: 60)

  @Test func `subject, body and file name as configured by default`() throws {
    let name = try Template.expand(
      "Scan {date} {time}.pdf", Template.fileNameValues(name: "Ann", pages: 3, at: time))
    #expect(name == "Scan 2026-02-09 14.05.09.pdf" && FileName.safe(name) == name)
    let values = Template.values(file: name, name: "Front desk", pages: 3, at: time)
    #expect(try Template.expand("{file} from {name}", values) == "Scan 2026-02-09 14.05.09.pdf from Front desk")
    #expect(try Template.expand("{pages} pages scanned at {time}.", values) == "3 pages scanned at 14:05.")
  }

  @Test(arguments: [
    ("", ""), ("{{", "{"), ("{{a}", "{a}"), ("}", "}"), ("{a}{a}", "{b}{b}"), ("é{a}\n", "é{b}\n"), ("{{{a}", "{{b}"),
  ])
  func `braces`(text: String, result: String) throws {
    #expect(try Template.expand(text, ["a": "{b}"]) == result)
  }

  @Test func `an unknown placeholder is named with those there are`() {
    #expect(throws: TemplateError.unknown(name: "fiel", valid: ["date", "name", "pages", "time"])) {
      try Template.expand("{fiel}", Template.fileNameValues(name: "", pages: 1, at: time))
    }
    let error = TemplateError.unknown(name: "fiel", valid: ["date", "file"])
    #expect(error.description == "{fiel} is no placeholder: use {date}, {file}")
    #expect(throws: TemplateError.open(text: "a {b")) { try Template.expand("a {b", [:]) }
  }
}
