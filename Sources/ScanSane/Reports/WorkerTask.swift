import Base
import Jobs
import Raster

/// What a worker has to do, as it is told over its socket. No secret is ever among it.
enum WorkerTask: Equatable {
  /// Scan into the folder; ask a busy scanner again for `patience`.
  case scan(ScanRequest, patience: Duration, quirks: Quirks = Quirks())
  case list
  case probe(device: String)
  case version

  /// The socket in the worker over which its task comes, and then, for a scan, the job's folder.
  static let orderDescriptor: Int32 = 3
  /// The pipe of reports in the worker.
  static let reportDescriptor: Int32 = 4

  /// One packet: the words, each ended by a zero byte.
  var message: [UInt8] { words.flatMap { $0.utf8 + [0] } }

  /// Far more than any task needs.
  static let longestMessage = 1 << 16

  /// nil for a packet of another format.
  init?(message: [UInt8]) {
    self.init(
      words: message.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
        String(decoding: $0, as: UTF8.self)
      })
  }

  private var words: [String] {
    switch self {
    case .scan(let request, let patience, let quirks):
      [
        "scan", "device=" + request.device, "source=" + (request.source?.rawValue ?? ""),
        "mode=" + request.mode.rawValue, "resolution=\(request.resolution)", "paper=" + request.paper.rawValue,
        "pages=" + (request.pageLimit.map(String.init) ?? ""), "quality=\(request.quality)",
        "patience=\(patience.inNanoseconds / 1_000_000)",
      ] + Self.words(of: quirks)
    case .list: ["list"]
    case .probe(let device): ["probe", "device=" + device]
    case .version: ["version"]
    }
  }

  private init?(words: [String]) {
    guard let verb = words.first else { return nil }
    let values = Self.values(words.dropFirst())
    switch verb {
    case "scan":
      guard let request = Self.request(values), let patience = values["patience"].flatMap(Int64.init) else {
        return nil
      }
      self = .scan(request, patience: .milliseconds(patience), quirks: Self.quirks(values))
    case "list": self = .list
    case "probe":
      guard let device = values["device"] else { return nil }
      self = .probe(device: device)
    case "version": self = .version
    default: return nil
    }
  }

  private static func values(_ words: some Sequence<String>) -> [String: String] {
    var values: [String: String] = [:]
    for word in words {
      guard let equals = word.firstIndex(of: "=") else { continue }
      values[String(word[..<equals])] = String(word[word.index(after: equals)...])
    }
    return values
  }

  /// Those that are the worker's affair.
  private static func words(of quirks: Quirks) -> [String] {
    quirks.flags.map { flagPrefix + $0.rawValue + "=yes" }.sorted()
      + quirks.options.sorted { $0.key < $1.key }.map { optionPrefix + $0.key + "=" + $0.value }
  }

  private static let flagPrefix = "quirk."
  private static let optionPrefix = "option."

  private static func quirks(_ values: [String: String]) -> Quirks {
    var quirks = Quirks()
    quirks.flags = Set(Quirks.Flag.allCases.filter { values[flagPrefix + $0.rawValue] != nil })
    for (name, value) in values where name.hasPrefix(optionPrefix) {
      quirks.options[String(name.dropFirst(optionPrefix.count))] = value
    }
    return quirks
  }

  private static func request(_ values: [String: String]) -> ScanRequest? {
    guard let device = values["device"], let mode = values["mode"].flatMap(PixelFormat.init),
      let resolution = values["resolution"].flatMap({ Int($0) }), let paper = values["paper"].flatMap(PaperSize.init),
      let quality = values["quality"].flatMap({ Int($0) })
    else { return nil }
    return ScanRequest(
      device: device, source: values["source"].flatMap(ScanSource.init), mode: mode, resolution: resolution,
      paper: paper, pageLimit: values["pages"].flatMap { Int($0) }, quality: quality)
  }
}
