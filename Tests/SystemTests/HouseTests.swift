import Base
import FoundationEssentials
import JSON
import TestKit
import Testing

/// The house of Sources/README.md, held against Package.swift and against what the files really import.
@Suite struct HouseTests {
  /// Which rooms each room may use. Arrows point down only; hands do not know each other.
  static let rooms: [String: Set<String>] = {
    let bottom: Set = ["Base", "Crypto", "JSON"]
    let deciding: Set = ["Diagnosis", "Routes", "Paper", "Mail", "Settings"]
    let below = bottom.union(["Raster"])
    let core = below.union(deciding).union(["Jobs"])
    var rooms: [String: Set<String>] = [
      "Base": ["CLinux"], "JSON": [], "Crypto": ["Base", "COpenSSL"], "Raster": ["Base"],
      "Paper": below.union(["CJPEG", "CTIFF", "CPNG"]), "Mail": bottom, "Settings": ["JSON", "Base"],
      "Routes": bottom.union(["Mail", "Settings"]), "Diagnosis": bottom.union(["Mail"]),
      "Jobs": below.union(deciding), "Interface": core,
      "ScanSane": core.union(["CSANE"]), "ScanUSB": core.union(["CUSB"]),
      "Link": core.union(["CARES", "CCURL", "CUnbound"]),
      "Spool": core.union(["CSQLite"]), "Host": core,
    ]
    let hands: Set = ["ScanSane", "ScanUSB", "Link", "Spool", "Host"]
    rooms["Appliance"] = core.union(hands).union(["Interface"])
    rooms["platen"] = core.union(hands).union(["Interface", "Appliance"])
    return rooms
  }()

  /// Rooms that decide: values in, values out.
  static let pure = ["JSON", "Raster", "Mail", "Settings", "Routes", "Diagnosis", "Jobs", "Interface"]

  @Test func `every target depends only on what its row allows`() throws {
    let targets = try dumpedTargets()
    let declared = targets.filter { Self.rooms[$0.name] != nil }
    #expect(Set(declared.map(\.name)) == Set(Self.rooms.keys))
    for target in declared {
      let extra = Set(target.dependencies).subtracting(Self.rooms[target.name] ?? [])
      #expect(extra.isEmpty, "\(target.name) must not depend on \(extra.sorted())")
    }
  }

  @Test func `every C library has exactly one importer`() throws {
    var importers: [String: Set<String>] = [:]
    for (room, _, module) in try imports() where module.first == "C" && module.dropFirst().first?.isUppercase == true {
      importers[module, default: []].insert(room)
    }
    #expect(importers["CSANE"] == ["ScanSane"])
    for (module, rooms) in importers {
      #expect(rooms.count == 1, "\(module) is imported by \(rooms.sorted())")
    }
  }

  @Test func `pure rooms import no C library and no system library`() throws {
    for (room, file, module) in try imports() where Self.pure.contains(room) {
      #expect(Self.rooms[room]?.contains(module) == true, "\(file) imports \(module)")
    }
  }

  @Test func `nobody imports Foundation, or a part of it`() throws {
    for (_, file, module) in try imports() { #expect(!module.hasPrefix("Foundation"), "\(file) imports \(module)") }
  }

  @Test func `a function is at most 40 lines long`() throws {
    for (_, file, lines) in try sources() {
      for function in functions(in: lines) where function.length > 40 {
        Issue.record("\(file):\(function.line): \(function.length) lines: \(lines[function.line - 1])")
      }
    }
  }

  // MARK: Reading the house

  struct Target: Sendable {
    let name: String
    let dependencies: [String]
  }

  private func dumpedTargets() throws -> [Target] {
    struct Dump: Decodable {
      struct Target: Decodable {
        let name: String
        let dependencies: [[String: [JSONText?]]]
      }
      let targets: [Target]
    }
    let scratch = try TemporaryFolder()
    let dump = try run([
      "swift", "package", "--package-path", Self.root, "--scratch-path", scratch.path, "dump-package",
    ])
    try #require(dump.exitCode == 0, "\(dump.errors)")
    let decoded = try JSONDecoder().decode(Dump.self, from: Data(dump.output))
    return decoded.targets.map { target in
      Target(name: target.name, dependencies: target.dependencies.flatMap(\.values).compactMap { $0.first??.text })
    }
  }

  /// A string, or whatever else stands beside it in a dependency.
  struct JSONText: Decodable {
    let text: String?

    init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
  }

  private func imports() throws -> [(room: String, file: String, module: String)] {
    try sources().flatMap { room, file, lines in
      lines.compactMap { line in
        let words = line.split(separator: " ").filter { !["package", "public", "internal", "private"].contains($0) }
        guard words.first == "import", let module = words.dropFirst().first else { return nil }
        return (room, file, String(module))
      }
    }
  }

  private func sources() throws -> [(room: String, file: String, lines: [Substring])] {
    let rooms = try Folder.names(in: Self.root + "/Sources").filter { Folder.isFolder("\(Self.root)/Sources/\($0)") }
    return try rooms.flatMap { room in
      try swiftFiles(below: "\(Self.root)/Sources/\(room)").map { path in
        let text = String(decoding: try Folder.contents(of: path), as: UTF8.self)
        let file = path.dropFirst(Self.root.count + "/Sources/".count)
        return (room, String(file), text.split(separator: "\n", omittingEmptySubsequences: false))
      }
    }
  }

  /// Where functions and initialisers begin, from 1, and their lines, the declaration among them.
  ///
  /// The formatter puts the closing brace of a declaration under its first letter, and everything else further right.
  private func functions(in lines: [Substring]) -> [(line: Int, length: Int)] {
    lines.indices.compactMap { start in
      // A full stop is part of a word: `TLS.init` names an initializer and declares none.
      let words = lines[start].split { !$0.isLetter && $0 != "." }
      let names = words.prefix { !["let", "var", "case", "return", "self"].contains($0) }
      guard !Set(names).isDisjoint(with: ["func", "init", "deinit", "subscript"]), isDeclaration(lines[start]),
        !lines[start].hasSuffix("}")
      else { return nil }
      let indent = lines[start].prefix { $0 == " " }
      let end = lines[start...].firstIndex { $0 == indent + "}" }
      return end.map { (start + 1, $0 - start + 1) }
    }
  }

  private func isDeclaration(_ line: Substring) -> Bool {
    let first = line.drop { $0 == " " }
    return !first.hasPrefix("/") && !first.hasPrefix("self.") && !first.hasPrefix("super.") && !first.hasPrefix(".")
  }

  private func swiftFiles(below folder: String) throws -> [String] {
    try Folder.names(in: folder).flatMap { name in
      let path = folder + "/" + name
      return Folder.isFolder(path) ? try swiftFiles(below: path) : path.hasSuffix(".swift") ? [path] : []
    }
  }

  /// The package's folder, from where this file lies.
  static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
}
