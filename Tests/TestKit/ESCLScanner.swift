import Base
import Glibc

/// A network scanner that speaks eSCL ("AirScan", Mopria eSCL 2.63), with a glass and a feeder of JPEG pages.
///
/// A job draws sheets until the feeder is empty. A sheet whose page a fault spoilt is gone, as it is on a real one.
package final class ESCLScanner: Sendable {
  /// What goes wrong at one request, in place of the good answer.
  package enum Fault: Sendable {
    /// An HTTP status, and how many seconds it asks to wait before another try.
    case status(Int, retryAfter: Int? = nil)
    /// Paper is stuck: 409, and the feeder says so until it is loaded again.
    case jam
    /// The feeder's cover was opened.
    case doorOpen
    /// The connection ends after so many bytes of the page.
    case cut(after: Int)
    /// The page comes whole, but its announced length is off by so many bytes.
    case wrongLength(by: Int)
    /// The page's file itself ends after so many bytes; lengths agree.
    case truncated(to: Int)
    /// Bytes that are no picture.
    case garbage
    /// No answer, ever.
    case silence
  }

  package enum Moment: Hashable, Sendable {
    case capabilities, status, job
    /// The nth page that is asked for, counted from 1 over all jobs since the feeder was loaded.
    case page(Int)
  }

  private struct State {
    var sheets: ArraySlice<[UInt8]>
    var drawn = 0
    var adf: String
    var faults: [Moment: [Fault]]
    /// Open jobs by number: whether they draw from the feeder, and pages given.
    var jobs: [Int: (isFeeder: Bool, given: Int)] = [:]
    var lastJob = 0
    var log: [String] = []
  }

  private let state: Locked<State>
  private let server: WebServer
  private let pages: [[UInt8]]

  /// - Parameter faults: for each moment, one fault a request, in order; then all is well.
  package init(pages: [[UInt8]], faults: [Moment: [Fault]] = [:]) throws {
    self.pages = pages
    let state = Locked(Self.loaded(pages, faults))
    self.state = state
    let glass = pages.first ?? []
    server = try WebServer { request in
      if request.path.hasSuffix("NextDocument") { poll(nil, 0, Self.millisecondsASheet) }
      return state.withLock { Self.answer(request, &$0, glass: glass) }
    }
  }

  /// Drivers that ask ahead forget pages when a fault comes before they were asked for the first; paper takes time.
  private static let millisecondsASheet: Int32 = 25

  /// For sane-airscan's configuration.
  package var url: String { "http://127.0.0.1:\(server.port)/eSCL/" }

  /// Takes stuck paper out, closes covers and fills the feeder.
  package func load(faults: [Moment: [Fault]] = [:]) {
    let pages = pages
    state.withLock { $0 = Self.loaded(pages, faults) }
  }

  /// From now on no one can connect.
  package func switchOff() { server.close() }

  /// The requests so far: "GET /eSCL/ScannerStatus".
  package var requests: [String] { state.withLock { $0.log } }

  private static func loaded(_ pages: [[UInt8]], _ faults: [Moment: [Fault]]) -> State {
    State(sheets: pages[...], adf: pages.isEmpty ? "Empty" : "Loaded", faults: faults)
  }

  // MARK: Requests

  private static func answer(
    _ request: WebServer.Request, _ state: inout State, glass: [UInt8]
  ) -> WebServer.Answer {
    state.log.append("\(request.method) \(request.path)")
    let path = request.path.split(separator: "/").map(String.init)
    switch (request.method, path.dropFirst().first, path.last) {
    case ("GET", "ScannerCapabilities", _):
      return spoilt(.capabilities, &state, page: nil) ?? document(ESCLDocuments.capabilities)
    case ("GET", "ScannerStatus", _):
      return spoilt(.status, &state, page: nil) ?? document(ESCLDocuments.status(adf: state.adf))
    case ("POST", "ScanJobs", _): return newJob(request, &state)
    case ("GET", "ScanJobs", "NextDocument"): return nextPage(job: Int(path.dropLast().last ?? ""), &state, glass)
    case ("DELETE", "ScanJobs", let job):
      state.jobs[Int(job ?? "") ?? 0] = nil
      return WebServer.Answer(200)
    default: return WebServer.Answer(404)
    }
  }

  private static func document(_ text: String) -> WebServer.Answer {
    WebServer.Answer(200, ["Content-Type: text/xml"], body: Array(text.utf8))
  }

  private static func newJob(_ request: WebServer.Request, _ state: inout State) -> WebServer.Answer {
    if let fault = spoilt(.job, &state, page: nil) { return fault }
    let isFeeder = request.body.contains(">Feeder<")
    if isFeeder, state.adf != "Loaded" { return WebServer.Answer(409) }
    state.lastJob += 1
    state.jobs[state.lastJob] = (isFeeder, 0)
    return WebServer.Answer(201, ["Location: /eSCL/ScanJobs/\(state.lastJob)"])
  }

  /// 404 says that there are no more.
  private static func nextPage(job number: Int?, _ state: inout State, _ glass: [UInt8]) -> WebServer.Answer {
    guard let number, let job = state.jobs[number] else { return WebServer.Answer(404) }
    guard let page = job.isFeeder ? state.sheets.first : job.given == 0 ? glass : nil else {
      return WebServer.Answer(404)
    }
    if let fault = spoilt(.page(state.drawn + 1), &state, page: page) { return fault }
    state.jobs[number]?.given += 1
    draw(&state)
    return picture(page)
  }

  private static func draw(_ state: inout State) {
    state.drawn += 1
    state.sheets = state.sheets.dropFirst()
    if state.sheets.isEmpty { state.adf = "Empty" }
  }

  private static func picture(_ bytes: [UInt8]) -> WebServer.Answer {
    WebServer.Answer(200, ["Content-Type: image/jpeg"], body: bytes)
  }

  // MARK: Faults

  private static func spoilt(_ moment: Moment, _ state: inout State, page: [UInt8]?) -> WebServer.Answer? {
    guard let fault = state.faults[moment]?.first else { return nil }
    state.faults[moment]?.removeFirst()
    switch fault {
    case .status(let code, let seconds): return WebServer.Answer(code, seconds.map { ["Retry-After: \($0)"] } ?? [])
    case .jam: return stop(&state, "Jam")
    case .doorOpen: return stop(&state, "DoorOpen")
    case .silence:
      return WebServer.Answer.silence
    default: return spoilt(fault, page ?? [], &state)
    }
  }

  private static func stop(_ state: inout State, _ adf: String) -> WebServer.Answer {
    state.adf = adf
    return WebServer.Answer(409)
  }

  /// The sheet was drawn in before its page went wrong.
  private static func spoilt(_ fault: Fault, _ page: [UInt8], _ state: inout State) -> WebServer.Answer {
    draw(&state)
    var answer = picture(page)
    switch fault {
    case .cut(let count): answer.body = Array(page.prefix(count))
    case .wrongLength(let off): answer.head[answer.head.count - 1] = "Content-Length: \(page.count + off)"
    case .truncated(let count): answer = picture(Array(page.prefix(count)))
    default: answer = picture(Array("this is no picture".utf8))
    }
    return answer
  }
}

/// The XML of an eSCL scanner.
private enum ESCLDocuments {
  private static let names =
    "xmlns:scan=\"http://schemas.hp.com/imaging/escl/2011/05/03\" "
    + "xmlns:pwg=\"http://www.pwg.org/schemas/2010/12/sm\""

  static func status(adf: String) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <scan:ScannerStatus \(names)><pwg:Version>2.63</pwg:Version><pwg:State>Idle</pwg:State>\
    <scan:AdfState>ScannerAdf\(adf)</scan:AdfState></scan:ScannerStatus>
    """
  }

  static let capabilities = """
    <?xml version="1.0" encoding="UTF-8"?>
    <scan:ScannerCapabilities \(names)><pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Kit eSCL</pwg:MakeAndModel>
    <scan:Platen><scan:PlatenInputCaps>\(input)</scan:PlatenInputCaps></scan:Platen>
    <scan:Adf><scan:AdfSimplexInputCaps>\(input)</scan:AdfSimplexInputCaps><scan:AdfOptions>\
    <scan:AdfOption>DetectPaperLoaded</scan:AdfOption></scan:AdfOptions></scan:Adf></scan:ScannerCapabilities>
    """

  /// Sizes in 300ths of an inch: A4.
  private static let input = """
    <scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2480</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight>\
    <scan:MaxHeight>3508</scan:MaxHeight><scan:SettingProfiles><scan:SettingProfile><scan:ColorModes>\
    <scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>\
    <scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat></scan:DocumentFormats>\
    <scan:SupportedResolutions><scan:DiscreteResolutions>\(resolutions)</scan:DiscreteResolutions>\
    </scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>
    """

  private static let resolutions = [75, 150, 300].map {
    "<scan:DiscreteResolution><scan:XResolution>\($0)</scan:XResolution><scan:YResolution>\($0)</scan:YResolution>"
      + "</scan:DiscreteResolution>"
  }.joined()
}
