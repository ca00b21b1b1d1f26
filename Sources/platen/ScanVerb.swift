import Appliance
import ArgumentParser
import Diagnosis
import Interface
import Jobs
import ScanSane

// The words are told here, as the library would find them out by looking at the types while the program runs.
extension ScanSource: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension PaperSize: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension ScanMode: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

struct ScanVerb: ParsableCommand {
  static let name = "scan"

  static let configuration = CommandConfiguration(
    commandName: name, _superCommandName: Platen.name, abstract: "Scan pages into a PDF file, an e-mail, or both.",
    discussion: """
      Takes the feeder until it is empty, or one page from the glass.
      Every page is on disk before the next begins: when the scanner jams
      on page 7, six are kept, to be sent or exported as they are.

        platen scan --output letter.pdf
        platen scan --to ann@example.com --source adf --mode lineart
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: WishOptions

  @Option(
    help: ArgumentHelp("The scanner: a SANE name, or usb:VID:PID:serial (see platen devices).", valueName: "name"))
  var device: String?

  @Option(help: "Where the paper lies.")
  var source: ScanSource?

  @Option(help: "Colour of the pages.")
  var mode: ScanMode?

  @Option(help: ArgumentHelp("Pixels an inch.", valueName: "n"))
  var resolution: Int?

  @Option(help: "Size of the paper.")
  var paper: PaperSize?

  @Option(help: ArgumentHelp("At most so many pages.", valueName: "n"))
  var pages: Int?

  func validate() throws {
    if let resolution, resolution < 1 { throw ValidationError("--resolution \(resolution) must be 1 or more") }
    if let pages, pages < 1 { throw ValidationError("--pages \(pages) must be 1 or more") }
  }

  func run() throws { try run(by: nil) }

  /// - Parameter worker: one that was started ahead.
  func run(by worker: WaitingWorker?) throws {
    let face = Face(json: common.json)
    try face.run { () throws(Failure) in
      let request = Operation.Scan(message: options.wish, scan: settings, finish: options.finish)
      return try Stop.watching { (stop) throws(Failure) in
        try face.scan(request, LocalDesk(common, worker: worker), stop)
      }
    }
  }

  private var settings: ScanSettings {
    var settings = ScanSettings()
    settings.device = device
    settings.source = source
    settings.mode = mode
    settings.resolution = resolution.map { Double($0) }
    settings.paper = paper
    settings.pages = pages
    return settings
  }
}
