import Base

/// A change of a file's bytes.
enum Change: Sendable {
  case write(offset: Int, [UInt8])
  case resize(Int)
}

/// A change of a folder's entries. Numbers are those of ``Disk``'s files and folders.
enum NameChange: Sendable {
  case add(String, Int)
  case remove(String)
  case rename(String, String)
}

/// A storage with a cache that a crash empties.
///
/// What is certain: a file's bytes and size at its last sync, a folder's entries at the folder's last sync. What
/// came after is pending. It is as weak as POSIX lets it be: a file's sync says nothing of its name, one
/// folder's sync nothing of another's. The entries of one folder change in order; bytes of files change in any.
struct Disk: Sendable {
  struct File: Sendable {
    /// As of the last sync.
    var certain: [UInt8] = []
    var current: [UInt8] = []
    var pending: [Change] = []
    /// Changed as memory: not on the storage in any order that is known.
    var isMapped = false
    /// Another one after each change of any file of the disk.
    var version: Int
  }

  struct Names: Sendable {
    var certain: [String: Int] = [:]
    var pending: [NameChange] = []

    /// With the first `count` pending changes done.
    func after(_ count: Int) -> [String: Int] {
      var names = certain
      for change in pending.prefix(count) {
        switch change {
        case .add(let name, let number): names[name] = number
        case .remove(let name): names[name] = nil
        case .rename(let old, let new): names[new] = names.removeValue(forKey: old)
        }
      }
      return names
    }

    var current: [String: Int] { after(pending.count) }
  }

  private(set) var files: [Int: File] = [:]
  private(set) var folders: [Int: Names] = [0: Names()]
  /// The file or folder that has an inode now: the system gives them out again.
  private var numbers: [Int: Int] = [:]
  private var count = 1
  private var version = 0

  /// The recorded folder.
  static let root = 0

  mutating func apply(_ event: Event) {
    switch event.kind {
    case .makeFolder(let path, let inode):
      folders[count] = Names()
      add(path, inode)
    case .create(let path, let inode):
      files[count] = File(version: nextVersion())
      add(path, inode)
    case .link(let path, let inode):
      guard let number = numbers[inode] else { preconditionFailure("nobody made the file \(inode)") }
      append(.add(last(path), number), to: above(path))
    case .write(let inode, let offset, let bytes): change(inode, .write(offset: offset, bytes))
    case .resize(let inode, let size): change(inode, .resize(size))
    case .map(let inode): numbers[inode].map { files[$0]?.isMapped = true }
    case .sync(let path, let inode, _, _): sync(path, inode)
    case .rename(let old, let new): rename(old, new)
    case .remove(let path): append(.remove(last(path)), to: above(path))
    case .say, .send, .receive: break
    }
  }

  private mutating func add(_ path: String, _ inode: Int) {
    numbers[inode] = count
    append(.add(last(path), count), to: above(path))
    count += 1
  }

  private mutating func rename(_ old: String, _ new: String) {
    precondition(above(old) == above(new), "\(old) was renamed into another folder, which is not replayed")
    append(.rename(last(old), last(new)), to: above(old))
  }

  private mutating func append(_ change: NameChange, to path: String) {
    guard let number = number(of: path) else { preconditionFailure("nobody made the folder \(path)") }
    folders[number]?.pending.append(change)
  }

  private mutating func change(_ inode: Int, _ change: Change) {
    guard let number = numbers[inode] else { preconditionFailure("nobody made the file \(inode)") }
    files[number]?.pending.append(change)
    files[number]?.current.apply(change)
    let version = nextVersion()
    files[number]?.version = version
  }

  private mutating func nextVersion() -> Int {
    version += 1
    return version
  }

  private mutating func sync(_ path: String, _ inode: Int) {
    guard let number = numbers[inode] ?? number(of: path) else { return }
    if let folder = folders[number] { folders[number] = Names(certain: folder.current) }
    if let file = files[number] {
      files[number] = File(certain: file.current, current: file.current, version: nextVersion())
    }
  }

  // MARK: Names as they are while nothing crashes

  private func number(of path: String) -> Int? {
    path.split(separator: "/").reduce(Self.root) { folder, name in
      folder.flatMap { folders[$0]?.current[String(name)] }
    }
  }

  private func above(_ path: String) -> String { Folder.parent(of: path) ?? "" }

  private func last(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

  func contents(of path: String) -> [UInt8]? { number(of: path).flatMap { files[$0]?.current } }
}

extension [UInt8] {
  mutating func apply(_ change: Change) {
    switch change {
    case .resize(let size): resize(to: size)
    case .write(let offset, let bytes):
      if offset + bytes.count > count { resize(to: offset + bytes.count) }
      replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    }
  }

  /// As ftruncate(2): what is new is zero.
  mutating func resize(to size: Int) {
    if size < count { removeLast(count - size) } else { append(contentsOf: [UInt8](repeating: 0, count: size - count)) }
  }
}
