import Appliance
import ArgumentParser
import Base
import Diagnosis
import Jobs
import Raster
import ScanSane
import Settings

// The words are told here, as the library would find them out by looking at the types while the program runs.
extension ScanSource: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

extension PaperSize: ExpressibleByArgument {
  public static var allValueStrings: [String] { allCases.map(\.rawValue) }
}

/// What `--mode` takes: the pixels, or a choice that is not served yet.
enum ModeArgument: String, ExpressibleByArgument, CaseIterable {
  case auto, color, gray, lineart

  static var allValueStrings: [String] { allCases.map(\.rawValue) }
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
  var mode: ModeArgument?

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
    try face.run {
      let task = try JobTask(common, options, face)
      let request = try request(task.appliance)
      var headStart: HeadStart?
      defer { headStart?.close() }
      let job = try task.appliance.scan(
        request, options.wish, by: worker, to: task.finalFile, interrupt: task.interrupt.descriptor
      ) {
        // Paper moves, so there will be a message.
        if case .pageBegan(1) = $0, options.wish.isSent { headStart = task.appliance.headStart(for: options.wish) }
        task.show($0)
      }
      task.line.clear()
      if job.state == .interrupted, let failure = job.failure {
        try face.report(failure, job: job.id.text)
        throw ArgumentParser.ExitCode((task.interrupt.isRaised ? .interrupted : failure.exitCode).rawValue)
      }
      try task.finish(job, isHandedOver: task.finalFile != nil, with: headStart)
    }
  }

  private func request(_ appliance: Appliance) throws -> ScanRequest {
    let settings = appliance.site.configuration.scan
    if mode == .auto { throw Failure.notServed("--mode auto") }
    return ScanRequest(
      device: try appliance.scanner(named: device), source: source ?? settings.source.flatMap(ScanSource.init),
      mode: PixelFormat(rawValue: mode?.rawValue ?? settings.mode) ?? .color,
      resolution: resolution ?? settings.resolution, paper: paper ?? PaperSize(rawValue: settings.paper) ?? .a4,
      pageLimit: pages, quality: appliance.site.configuration.document.quality)
  }
}

extension Failure {
  /// Something of a later capability.
  static func notServed(_ what: String) -> Failure {
    Failure(
      class: .configuration, stage: "settings", cause: "\(what) is not served by this build", who: .person,
      steps: ["Leave it out; see what there is: platen config schema"], retry: false, exitCode: .configuration)
  }
}
