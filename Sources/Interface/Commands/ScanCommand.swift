import Base
package import Jobs

package enum ScanCommand {
  package static let name = "scan"

  package static let device = Slot.option(
    "device", "d", "NAME", .device, "The scanner: a SANE name, or usb:VID:PID:serial (see platen devices).")
  package static let source = Slot.option("source", nil, "WORD", .word(ScanSource.self), "Where the paper lies.")
  package static let mode = Slot.option("mode", nil, "WORD", .word(ScanMode.self), "Colour of the pages.")
  package static let resolution = Slot.option("resolution", nil, "N", .count, "Pixels an inch.")
  package static let paper = Slot.option("paper", nil, "WORD", .word(PaperSize.self), "Size of the paper.")
  package static let pages = Slot.option("pages", nil, "N", .count, "At most so many pages.")

  package static let command = Command(
    name, in: .pages, "Scan pages into a PDF file, an e-mail, or both.",
    """
    Takes the feeder until it is empty, or one page from the glass. Every page is on disk before the next begins: when \
    the scanner jams on page 7, six are kept, to be sent or exported as they are.
    """,
    examples: [
      "scan --output letter.pdf",
      "scan --to ann@example.com --source adf --mode lineart",
    ],
    takes: SendingOptions.all + [device, source, mode, resolution, paper, pages] as [any Taken],
    rules: SendingOptions.rules)
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(ScanCommand.command) }
