import FoundationEssentials
import Glibc
import Synchronization

/// What is known of an accepted message beside its bytes; the `.json` next to the `.eml`.
struct MessageRecord: Encodable {
  let number: Int
  let endpoint: String
  let host: String
  let port: UInt16
  let peer: String
  let time: String
  let connection: Int
  let helo: String
  let tls: String?
  let cipher: String?
  let resumed: Bool
  let clientCertificate: String?
  let clientCertificateVerified: Bool
  let connector: String?
  let mechanism: String?
  let identity: String?
  let app: String?
  let from: String
  let recipients: [String]
  let parameters: [String]
  let transfer: String
  let chunks: Int
  let body: String
  let size: Int
  /// TCP payload of the transaction, from MAIL to the final reply, TLS records included.
  let bytesReceived: Int
  let bytesSent: Int
  let reply: String
}

/// The folder where accepted messages and the record of every conversation are kept.
final class Keeper: Sendable {
  let folder: String
  private let numbers = Mutex(0)
  private let events: Int32

  init(folder: String) throws(Fault) {
    self.folder = folder
    try makeFolder(folder)
    events = unsafe Glibc.open(folder + "/events.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if events < 0 { throw .system("cannot write \(folder)/events.jsonl") }
  }

  /// Adds a line to `events.jsonl`.
  func note(_ event: some Encodable) {
    var line = json(event)
    line.append(UInt8(ascii: "\n"))
    // One write, so that lines of several threads never mix.
    _ = unsafe line.withUnsafeBytes { unsafe write(events, $0.baseAddress, $0.count) }
  }

  /// A file for a message that is still coming.
  func open(_ endpoint: String, connection: Int) throws(Fault) -> IncomingFile {
    try IncomingFile(path: "\(folder)/.incoming-\(endpoint)-\(connection)")
  }

  /// Gives a complete message its place; the `.json` comes last, so who sees it sees all.
  func keep(_ file: borrowing IncomingFile, endpoint: String, record: (Int) -> MessageRecord) {
    let number = numbers.withLock { number in
      number += 1
      return number
    }
    let digits = String(number)
    let stem = "\(folder)/\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)-\(endpoint)"
    unsafe rename(file.path, stem + ".eml")
    try? writeFile(String(decoding: json(record(number)), as: UTF8.self), to: stem + ".json.new")
    unsafe rename(stem + ".json.new", stem + ".json")
  }
}

/// A message on its way in; what nobody kept is gone with this value.
struct IncomingFile: ~Copyable {
  let path: String
  private let number: Int32
  private(set) var size = 0
  /// The beginning, with the header.
  private(set) var head: [UInt8] = []

  /// Headers longer than that are cut, as Exchange does.
  private static let headLimit = 262_144

  init(path: String) throws(Fault) {
    self.path = path
    number = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if number < 0 { throw .system("cannot write \(path)") }
  }

  deinit {
    close(number)
    unsafe unlink(path)
  }

  mutating func append(_ bytes: some Collection<UInt8>) throws(Ended) {
    size += bytes.count
    if head.count < Self.headLimit { head.append(contentsOf: bytes.prefix(Self.headLimit - head.count)) }
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { throw Ended(reason: "cannot write to the folder") }
      rest = rest.dropFirst(max(0, count))
    }
  }
}

/// One line of JSON with its keys in order.
///
/// - Parameter isSnakeCase: writes `errorCodes` as `error_codes`, as OAuth does.
func json(_ value: some Encodable, isSnakeCase: Bool = false) -> [UInt8] {
  let encoder = JSONEncoder()
  if isSnakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return ((try? encoder.encode(value)).map { Array($0) }) ?? []
}
