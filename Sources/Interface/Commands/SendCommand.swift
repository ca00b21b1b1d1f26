import Base
import Paper

package enum SendCommand {
  package static let files = Slot.arguments("FILE", .file, "The files to send.")

  package static let command = Command(
    "send", in: .pages, "Send files, or combine images into a PDF.",
    """
    \(ImageFormat.names.most) and \(ImageFormat.names.last) files become the pages of one document, in the given \
    order; each PDF is attached as is. The type of a file is taken from its content, not its name.
    """,
    examples: [
      "send contract.pdf --to ann@example.com --wait",
      "send page1.jpg page2.png --output both.pdf",
    ],
    takes: [files] + SendingOptions.all, rules: SendingOptions.rules)
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(SendCommand.command) }
