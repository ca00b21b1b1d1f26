import Appliance
import ArgumentParser
import Diagnosis
import Interface

struct SendVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send", abstract: "Send finished files, or put images into a PDF.",
    discussion: """
      JPEG, PNG, TIFF and PNM files become the pages of one document, in
      the order given; each PDF is attached as it is. What a file is, its
      content says, not its name.

        platen send contract.pdf --to ann@example.com --wait
        platen send page1.jpg page2.png --output both.pdf
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: WishOptions

  @Argument(help: ArgumentHelp("The files.", valueName: "file"))
  var files: [String]

  func run() throws {
    let face = Face(json: common.json)
    try face.run { () throws(Failure) in
      let request = Operation.Send(message: options.wish, files: files, finish: options.finish)
      return try Stop.watching { (stop) throws(Failure) in try face.send(request, LocalDesk(common), stop) }
    }
  }
}
