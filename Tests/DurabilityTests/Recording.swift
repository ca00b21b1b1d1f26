import Base
import Glibc
import TestKit

/// Something that a program did to the recorded folder, or that the world saw of it.
struct Event: Sendable {
  enum Kind: Sendable {
    case makeFolder(String, inode: Int)
    case create(String, inode: Int)
    /// A second name of a file.
    case link(String, inode: Int)
    case write(inode: Int, offset: Int, bytes: [UInt8])
    case resize(inode: Int, to: Int)
    /// The file is changed as memory from here on, past the recorder.
    case map(inode: Int)
    /// The calls that led here, innermost first, as "FILE+0xOFFSET".
    case sync(String, inode: Int, call: String, callers: [String])
    case rename(String, to: String)
    case remove(String)
    /// On standard output.
    case say([UInt8])
    /// To the server, about to go out.
    case send([UInt8])
    /// From the server.
    case receive([UInt8])
  }

  let process: Int
  let kind: Kind
}

/// What the processes of a program did to a folder that was empty, in order (Tools/storage-recorder). Paths are
/// relative to the folder; "" is the folder itself.
struct Recording: Sendable {
  let events: [Event]

  /// Runs a program to its end, recording what it does to `folder`.
  static func of(
    _ command: [String], environment: [String: String], folder: String
  ) throws -> (recording: Recording, result: RunResult) {
    let scratch = try TemporaryFolder()
    let build = try run([tool + "/build", scratch.path])
    guard build.exitCode == 0 else { throw KitError("the recorder cannot be built: \(build.errors)") }
    let variables = [
      "LD_PRELOAD": scratch.file("storage-recorder.so"), "STORAGE_RECORDER_LOG": scratch.file("log"),
      "STORAGE_RECORDER_FOLDER": folder,
    ]
    let result = try run(command, environment: environment.merging(variables) { $1 })
    let log = try Folder.contents(of: scratch.file("log"), limit: 1 << 30)
    return (try Recording(log: log, root: folder), result)
  }

  private static var tool: String {
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Tools/storage-recorder"
  }

  init(log: [UInt8], root: String) throws {
    var reader = LogReader(log, root: root)
    var events: [Event] = []
    while let event = try reader.next() { events.append(event) }
    self.events = events
  }
}

/// Reads "KIND PROCESS INODE NUMBER PATHBYTES BYTES \n path bytes \n".
private struct LogReader {
  private let log: [UInt8]
  private let root: String
  private var position = 0

  init(_ log: [UInt8], root: String) {
    self.log = log
    self.root = root
  }

  mutating func next() throws -> Event? {
    guard position < log.count else { return nil }
    guard let end = log[position...].firstIndex(of: 10) else { throw KitError("the log is cut off") }
    let words = String(decoding: log[position..<end], as: UTF8.self).split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    guard numbers.count == 5 else { throw KitError("the log has a line \(words)") }
    position = end + 1
    let path = String(decoding: take(numbers[3]), as: UTF8.self)
    let bytes = take(numbers[4])
    position += 1
    return Event(
      process: numbers[0],
      kind: try kind(words[0], inode: numbers[1], number: numbers[2], path: path, bytes: bytes))
  }

  private mutating func take(_ count: Int) -> [UInt8] {
    defer { position += count }
    return Array(log[position..<(position + count)])
  }

  private func kind(
    _ word: Substring, inode: Int, number: Int, path: String, bytes: [UInt8]
  ) throws -> Event.Kind {
    switch word {
    case "mkdir": .makeFolder(try relative(path), inode: inode)
    case "create": .create(try relative(path), inode: inode)
    case "link": .link(try relative(path), inode: inode)
    case "write": .write(inode: inode, offset: number, bytes: bytes)
    case "truncate": .resize(inode: inode, to: number)
    case "map": .map(inode: inode)
    case "fsync", "fdatasync":
      .sync(try relative(path), inode: inode, call: String(word), callers: lines(bytes))
    case "rename": .rename(try relative(path), to: try relative(String(decoding: bytes, as: UTF8.self)))
    case "remove": .remove(try relative(path))
    case "say": .say(bytes)
    case "send": .send(bytes)
    case "receive": .receive(bytes)
    default: throw KitError("the program did what cannot be replayed: \(word) \(path) \(lines(bytes))")
    }
  }

  private func lines(_ bytes: [UInt8]) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func relative(_ path: String) throws -> String {
    guard path.hasPrefix(root) else { throw KitError("\(path) is outside \(root)") }
    return String(path.dropFirst(root.count).drop { $0 == "/" })
  }
}
