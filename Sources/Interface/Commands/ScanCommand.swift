import Base
package import Jobs

package enum ScanCommand {
  package static let name = "scan"

  package static let device = Slot.option(
    "device", "d", "NAME", .device, "The scanner: a SANE name, or usb:VID:PID:serial (see platen devices).")
  package static let source = Slot.option("source", nil, "WORD", .word(ScanSource.self), "The paper source.")
  package static let mode = Slot.option("mode", nil, "WORD", .word(ScanMode.self), "The colour mode.")
  package static let resolution = Slot.option("resolution", nil, "N", .count, "Dots per inch.")
  package static let paper = Slot.option("paper", nil, "WORD", .word(PaperSize.self), "The paper size.")
  package static let pages = Slot.option("pages", nil, "N", .count, "Scan at most this many pages.")

  package static let command = Command(
    name, in: .pages, "Scan pages to a PDF file, by e-mail, or both.",
    """
    Scans from the feeder until it is empty, or one page from the flatbed. Every page is on disk before the next: if \
    paper jams on page 7, six pages are kept and can be sent or exported as they are.
    """,
    examples: [
      "scan --output letter.pdf",
      "scan --to ann@example.com --source adf --mode lineart",
    ],
    takes: SendingOptions.all + [device, source, mode, resolution, paper, pages] as [any Taken],
    rules: SendingOptions.rules)
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(ScanCommand.command) }
