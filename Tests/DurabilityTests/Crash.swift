import Base
import Crypto
import Glibc

/// What became of a file's pending changes.
enum Survival: Hashable, Sendable {
  case nothing
  case everything
  /// The sizes, but not the bytes: a file system may write its own records first.
  case sizes
  /// All but the last, and of that the first so many bytes.
  case torn(Int)
  /// The last write overtook the others.
  case onlyLast
  case allButFirst
  /// Each sector went its own way.
  case sectors(seed: UInt64)
}

/// One way in which a crash can take place at a moment: how far each folder's pending changes came, and what
/// became of each file's. What is not named: nothing came through.
struct Crash: Sendable {
  var names: [Int: Int] = [:]
  var files: [Int: Survival] = [:]
}

/// What a storage writes whole or not at all.
let sectorBytes = 512

extension Disk {
  /// What a power cut at this moment may leave, as a selection of all there is: each extreme, each step of each
  /// folder, each file on its own against the others, torn and overtaking writes.
  func crashes(seed: UInt64) -> [Crash] {
    let ways = survivals(seed: seed)
    return namings().flatMap { names in ways.map { Crash(names: names, files: $0) } }
  }

  private func namings() -> [[Int: Int]] {
    let dirty = folders.filter { !$0.value.pending.isEmpty }.sorted { $0.key < $1.key }
    let whole = Dictionary(uniqueKeysWithValues: dirty.map { ($0.key, $0.value.pending.count) })
    var found: [[Int: Int]] = dirty.isEmpty ? [[:]] : [[:], whole]
    for (number, folder) in dirty {
      for done in 0...folder.pending.count {
        if dirty.count > 1 { found.append([number: done]) }
        found.append(whole.merging([number: done]) { $1 })
      }
    }
    return found
  }

  private func survivals(seed: UInt64) -> [[Int: Survival]] {
    let dirty = files.filter { !$0.value.pending.isEmpty && !$0.value.isMapped }.sorted { $0.key < $1.key }
    func all(_ survival: Survival) -> [Int: Survival] {
      Dictionary(uniqueKeysWithValues: dirty.map { ($0.key, survival) })
    }
    if dirty.isEmpty { return [[:]] }
    var found = [[:], all(.everything), all(.sizes), all(.sectors(seed: seed)), all(.sectors(seed: ~seed))]
    for (number, file) in dirty {
      for survival in file.partly {
        found.append([number: survival])
        if dirty.count > 1 { found.append(all(.everything).merging([number: survival]) { $1 }) }
      }
    }
    return found
  }

  /// The files and folders after a crash, by path.
  func wreck(_ crash: Crash) -> Wreck {
    var wreck = Wreck()
    collect(Self.root, "", crash, &wreck)
    return wreck
  }

  private func collect(_ number: Int, _ path: String, _ crash: Crash, _ wreck: inout Wreck) {
    guard let names = folders[number]?.after(crash.names[number] ?? 0) else { return }
    for (name, child) in names.sorted(by: { $0.key < $1.key }) {
      let whole = path.isEmpty ? name : path + "/" + name
      if let file = files[child] {
        wreck.files.append(
          Wreck.File(path: whole, number: child, file: file, survival: crash.files[child] ?? .nothing))
      } else {
        wreck.folders.append(whole)
        collect(child, whole, crash, &wreck)
      }
    }
  }
}

extension Disk.File {
  /// Ways between nothing and everything.
  fileprivate var partly: [Survival] {
    var ways: [Survival] = [.everything]
    if pending.count > 1 { ways += [.nothing, .onlyLast, .allButFirst] }
    if case .write(_, let bytes) = pending.last {
      // Whole sectors, but for one cut that no sector explains: whatever checks what it reads finds it too.
      let cuts = [0, sectorBytes, bytes.count / 2 / sectorBytes * sectorBytes, bytes.count - 1]
      ways += Set(cuts).filter { $0 >= 0 && $0 < bytes.count }.sorted().map { .torn($0) }
    }
    return ways
  }

  func after(_ survival: Survival) -> [UInt8] {
    // A file that is changed as memory has what the program makes of an empty one.
    if isMapped { return [] }
    var bytes = certain
    switch survival {
    case .nothing: break
    case .everything: return current
    case .sizes: bytes.resize(to: current.count)
    case .torn(let count):
      pending.dropLast().forEach { bytes.apply($0) }
      if case .write(let offset, let written) = pending.last {
        bytes.apply(.write(offset: offset, Array(written.prefix(count))))
      }
    case .onlyLast: pending.suffix(1).forEach { bytes.apply($0) }
    case .allButFirst: pending.dropFirst().forEach { bytes.apply($0) }
    case .sectors(let seed): shuffle(&bytes, seed)
    }
    return bytes
  }

  private func shuffle(_ bytes: inout [UInt8], _ seed: UInt64) {
    var coin = Coin(seed: seed)
    for change in pending {
      guard case .write(let offset, let written) = change else {
        if coin.flip() { bytes.apply(change) }
        continue
      }
      var start = 0
      while start < written.count {
        let end = min(written.count, start + sectorBytes - (offset + start) % sectorBytes)
        if coin.flip() { bytes.apply(.write(offset: offset + start, Array(written[start..<end]))) }
        start = end
      }
    }
  }
}

/// Chance that is the same each time (splitmix64).
struct Coin {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func flip() -> Bool {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return (mixed ^ mixed >> 31) & 1 == 1
  }
}

/// What a crash left, by path.
struct Wreck {
  struct File {
    let path: String
    /// The same for each name of one file.
    let number: Int
    let file: Disk.File
    let survival: Survival

    var bytes: [UInt8] { file.after(survival) }
  }

  var folders: [String] = []
  var files: [File] = []

  /// The same for the same wreck, and for no other.
  func identity(_ digests: Digests) -> [UInt8] {
    let parts = files.map { file in
      let first = files.first { $0.number == file.number }?.path ?? file.path
      return Array("\(file.path)\n\(first)\n".utf8) + digests.digest(of: file)
    }
    return SHA256.hash(Array(folders.joined(separator: "\n").utf8) + parts.joined())
  }

  func rebuild(in folder: String) throws(SystemError) {
    for path in folders { try Folder.make(folder + "/" + path) }
    var first: [Int: String] = [:]
    for file in files {
      if let other = first[file.number] {
        try Folder.link(folder + "/" + other, to: folder + "/" + file.path)
        continue
      }
      first[file.number] = file.path
      try Descriptor(opening: folder + "/" + file.path, O_WRONLY | O_CREAT | O_EXCL).write(file.bytes)
    }
  }
}

/// Digests of what became of files, each made once.
final class Digests {
  private struct Key: Hashable {
    let version: Int
    let survival: Survival
  }

  private var known: [Key: [UInt8]] = [:]

  func digest(of file: Wreck.File) -> [UInt8] {
    let key = Key(version: file.file.version, survival: file.file.pending.isEmpty ? .nothing : file.survival)
    if let digest = known[key] { return digest }
    let digest = SHA256.hash(file.bytes)
    known[key] = digest
    return digest
  }
}
