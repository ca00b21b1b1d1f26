import Base
import Glibc
import TestKit
import Testing

@Suite struct FolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func `a folder is made with its parents, for its owner only`() throws {
    try Folder.make(folder.file("a/b/c"))
    #expect(Folder.isFolder(folder.file("a/b/c")))
    for path in ["a", "a/b", "a/b/c"] { #expect(mode(folder.file(path)) == 0o700) }
    try Folder.make(folder.file("a/b/c"))
    try Folder.make(folder.file("a/d/"))
    #expect(try Folder.names(in: folder.file("a")) == ["b", "d"])
  }

  @Test func `a file in a folder's place is an error`() throws {
    let file = try folder.write("", to: "file")
    #expect(throws: SystemError("make folder", file, code: ENOTDIR)) { try Folder.make(file) }
    #expect(throws: SystemError("make folder", file + "/below", code: ENOTDIR)) { try Folder.make(file + "/below") }
  }

  @Test func `a link to a folder will do for one`() throws {
    try Folder.make(folder.file("real"))
    unsafe symlink(folder.file("real"), folder.file("link"))
    try Folder.make(folder.file("link"))
    try Folder.make(folder.file("link/below"))
    #expect(Folder.isFolder(folder.file("real/below")))
    #expect(!Folder.isFolder(folder.file("link")))
  }

  @Test func `names are sorted, and none where there is no folder`() throws {
    for name in ["b", ".hidden", "a", "ü"] { try folder.write("", to: name) }
    #expect(try Folder.names(in: folder.path) == [".hidden", "a", "b", "ü"])
    #expect(try Folder.names(in: folder.file("missing")).isEmpty)
    #expect(throws: SystemError("list", folder.file("a"), code: ENOTDIR)) { try Folder.names(in: folder.file("a")) }
  }

  @Test func `a tree is removed, and nothing that its links lead to`() throws {
    let outside = try TemporaryFolder()
    try outside.write("kept", to: "kept")
    try Folder.make(folder.file("tree/a/b"))
    try folder.write("", to: "tree/a/file")
    unsafe symlink(outside.path, folder.file("tree/link"))
    try Folder.removeTree(folder.file("tree"))
    #expect(!Folder.exists(folder.file("tree")))
    #expect(try Folder.names(in: outside.path) == ["kept"])
    try Folder.removeTree(folder.file("tree"))
    unsafe symlink(outside.path, folder.file("link"))
    #expect(throws: SystemError("remove", folder.file("link"), code: ENOTDIR)) {
      try Folder.removeTree(folder.file("link"))
    }
    #expect(try Folder.names(in: outside.path) == ["kept"])
  }

  @Test func `files are renamed and removed`() throws {
    let old = try folder.write("x", to: "old")
    try Folder.rename(old, to: folder.file("new"))
    #expect(try Folder.names(in: folder.path) == ["new"])
    #expect(throws: SystemError("rename", old, code: ENOENT)) { try Folder.rename(old, to: folder.file("new")) }
    try Folder.removeFile(folder.file("new"))
    try Folder.removeFile(folder.file("new"))
    #expect(try Folder.names(in: folder.path).isEmpty)
    try Folder.sync(folder.path)
  }

  @Test func `a file is replaced whole`() throws {
    let path = folder.file("x")
    try Folder.replace(path, with: Array("first, longer".utf8))
    #expect(mode(path) == 0o600)
    try Folder.replace(path, with: Array("second".utf8), mode: 0o640)
    #expect(mode(path) == 0o640)
    #expect(try Folder.contents(of: path) == Array("second".utf8))
    #expect(try Folder.names(in: folder.path) == ["x"])
  }

  @Test func `a leftover of a power cut lends its mode to nothing`() throws {
    try folder.write("torn", to: "x.new")
    #expect(mode(folder.file("x.new")) == 0o644)
    try Folder.replace(folder.file("x"), with: [1], mode: 0o600)
    #expect(mode(folder.file("x")) == 0o600)
    #expect(try Folder.names(in: folder.path) == ["x"])
  }

  @Test func `a failed replacement leaves the old file`() throws {
    try Folder.make(folder.file("x"))
    try folder.write("", to: "x/in the way")
    #expect(throws: SystemError.self) { try Folder.replace(folder.file("x"), with: [1]) }
    #expect(try Folder.names(in: folder.path) == ["x"])
    let missing = folder.file("missing/x")
    #expect(throws: SystemError("open", missing, code: ENOENT)) { try Folder.replace(missing, with: [1]) }
  }

  @Test(arguments: [("/a/b", "/a"), ("a/b", "a"), ("/a", nil), ("a", nil), ("a/b/", "a/b")] as [(String, String?)])
  func `what comes before the last slash`(path: String, parent: String?) {
    #expect(Folder.parent(of: path) == parent)
  }

  @Test func `errors of reading name the file`() throws {
    let missing = folder.file("missing")
    #expect(throws: SystemError("open", missing, code: ENOENT)) { try Folder.contents(of: missing) }
    let long = try folder.write([1, 2, 3], to: "long")
    #expect(throws: SystemError("read", long, code: EFBIG)) { try Folder.contents(of: long, limit: 2) }
  }
}
