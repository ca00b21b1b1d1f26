import Base
import Glibc
import TestKit
import Testing

/// Tries what a failure tells people to do: in a copy of the place, so that the test goes on in its own.
struct StepTrial {
  let desk: Desk

  /// What people put in the place of the words in capitals.
  private static let fillings = [
    "ADDRESS": "ann@example.com", "DOMAIN": "example.com", "HOST": "mail.example.com", "NAME": "scanner@example.com",
    "SELECTOR": "scanner7", "TENANT": "example.onmicrosoft.com", "ROUTE": "office", "DURATION": "10m", "VALUE": "x",
  ]

  /// The commands among the steps of a failure as it was printed: "  → Enter it: platen secret set NAME, platen …".
  static func commands(in errors: String) -> [[String]] {
    // A command stands behind the words: ": platen …", or behind another one: ", platen …".
    errors.split(separator: "\n").filter { $0.hasPrefix("  → ") }.flatMap { line in
      line.components(separatedBy: ": platen ").dropFirst().flatMap { $0.components(separatedBy: ", platen ") }.map(
        words)
    }
  }

  /// As a shell splits them, up to a comma or the line's end.
  private static func words(_ command: Substring) -> [String] {
    var words = [""]
    var isQuoted = false
    for character in command {
      switch character {
      case "'": isQuoted.toggle()
      case " " where !isQuoted: words.append("")
      default: words[words.count - 1].append(character)
      }
    }
    if let end = words.firstIndex(where: { $0.hasSuffix(",") }) {
      words[end].removeLast()
      words = Array(words[...end])
    }
    return words.filter { !$0.isEmpty }
  }

  /// - Parameter failure: as it was printed; what only repeats it is no other refusal: its first step comes first.
  func run(_ failure: String, at location: SourceLocation) throws {
    let commands = Self.commands(in: failure)
    if commands.isEmpty { return }
    let copy = try TemporaryFolder()
    _ = try TestKit.run(["cp", "-a", desk.folder.path + "/.", copy.path])
    try copy.write("-----BEGIN CERTIFICATE-----\n", to: "given.pem")
    try copy.write("{}", to: "given.json5")
    let cause = (failure.split(separator: "\n").first { $0.hasPrefix("platen: ") } ?? "").replacing(
      desk.folder.path, with: copy.path)
    for command in commands { try tryOut(command, after: cause, in: copy, at: location) }
  }

  private func tryOut(
    _ command: [String], after cause: Substring, in copy: TemporaryFolder, at location: SourceLocation
  ) throws {
    let given = command.contains("import") ? "given.json5" : "given.pem"
    let filled = command.map { word in
      ["FILE", "PATH", "DIR"].contains(word) ? copy.file(given) : Self.fillings[word] ?? word
    }
    guard let words = harmless(filled) else { return }
    let options = ["--config", copy.file("platen.json5"), "--state", copy.file("state")]
    let result = try TestKit.run(
      [SaneWorld.platen] + words + options, input: Array("value\n".utf8), environment: desk.environment)
    print("step tried: \(words.joined(separator: " "))")
    if result.errors.hasPrefix(cause + "\n") { return }
    #expect(
      result.exitCode == 0, "platen \(words.joined(separator: " ")): \(result.errors)", sourceLocation: location)
  }

  /// The command, or one that tells whether it would be refused, where it would send, scan or ask somebody.
  private func harmless(_ words: [String]) -> [String]? {
    switch words.first {
    case "config", "secret", "version": return words
    case "jobs" where words.count > 2 && ["retry", "resend"].contains(words[1]): return ["jobs", "show", words[2]]
    case "jobs": return words.map { $0.hasSuffix("given.pem") ? $0 + ".pdf" : $0 }
    default: return nil
    }
  }
}

/// No sentence lies in the spool: one that does could be told in no other language, and not be corrected.
func expectNoSentence(in state: String, at location: SourceLocation) {
  for name in ["spool.sqlite3", "spool.sqlite3-wal"] {
    guard let bytes = try? Folder.contents(of: state + "/" + name, limit: 1 << 30) else { continue }
    for sentence in Sentences.pieces where contains(bytes, sentence) {
      Issue.record("\(name) holds \"\(sentence)\"", sourceLocation: location)
    }
  }
}

/// By the C library, which is fast in a debug build too.
private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
  let wanted = Array(text.utf8)
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress, let first = wanted.first else { return false }
    var place = 0
    while place + wanted.count <= bytes.count {
      guard let found = unsafe memchr(base + place, Int32(first), bytes.count - place) else { return false }
      place = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if place + wanted.count <= bytes.count, unsafe memcmp(base + place, wanted, wanted.count) == 0 { return true }
      place += 1
    }
    return false
  }
}

extension Substring {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }
}
