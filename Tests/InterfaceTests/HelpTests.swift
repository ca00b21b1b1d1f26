import Diagnosis
import Interface
import TestKit
import Testing

@Suite struct HelpTests {
  @Test(arguments: Listed.all)
  func `help fits a terminal of 80 columns, and names everything`(_ listed: Listed) {
    let command = listed.command
    let text = HelpText.of(listed.path)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines {
      #expect(line.count <= 80 && !line.hasSuffix(" "), "\(line)")
    }
    #expect(!text.contains("\n\n\n") && text.hasSuffix("\n"))
    #expect(text.contains("Usage: " + listed.name))
    for parameter in command.parameters + CommonOptions.parameters {
      #expect(lines.contains { $0.contains(parameter.spelling) && !$0.hasPrefix("Usage") })
    }
    for verb in command.subcommands {
      #expect(lines.contains { $0.hasPrefix("  " + verb.name + " ") } == !verb.isHidden)
    }
    for example in command.examples {
      #expect(text.contains("platen " + example.line))
    }
  }

  @Test(arguments: Listed.all)
  func `help speaks plain English`(_ listed: Listed) {
    let slips = Voice.slips(in: HelpText.of(listed.path))
    #expect(slips.isEmpty, "\(listed.name): \(slips)")
  }

  @Test func `the program's help shows the exit codes`() {
    let text = HelpText.of([CommandTable.program])
    for (code, meaning) in Program.exitCodes { #expect(text.contains("\(code.rawValue)  \(meaning)")) }
  }

  @Test func `the help of one verb, to the letter`() throws {
    guard case .help(let path) = try CommandParser.read(["jobs", "export", "--help"]) else { return }
    #expect(
      HelpText.of(path) == """
        Write a job's document to a file.

        Usage: platen jobs export ID --output FILE [OPTION]...

        Examples:
          platen jobs export 7Q2M4X --output letter.pdf

        Arguments:
          ID  The ID of the job, or its first characters.

        Options:
          -o, --output FILE  The file to write.

        Common options:
              --config FILE  Read only this configuration file, instead of all layers.
              --state DIR    The folder for spool, journal and secrets.
              --json         Print only JSON on standard output: one object, or one per
                             line.
          -q, --quiet        Show no progress on standard error.
          -h, --help         Show this help.
              --version      Show the version.

        """)
  }
}
