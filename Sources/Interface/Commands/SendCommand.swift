import Base
import Paper

package enum SendCommand {
  package static let files = Slot.arguments("FILE", .file, "The files.")

  package static let command = Command(
    "send", in: .pages, "Send finished files, or put images into a PDF.",
    """
    \(ImageFormat.names.most) and \(ImageFormat.names.last) files become the pages of one document, in the order given; each PDF is attached as it is. \
    What a file is, its content says, not its name.
    """,
    examples: [
      "send contract.pdf --to ann@example.com --wait",
      "send page1.jpg page2.png --output both.pdf",
    ],
    takes: [files] + SendingOptions.all, rules: SendingOptions.rules)
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(SendCommand.command) }
