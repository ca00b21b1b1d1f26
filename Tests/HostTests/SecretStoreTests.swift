import Base
import Crypto
import Diagnosis
import Glibc
import Host
import TestKit
import Testing

@Suite struct SecretStoreTests {
  private let folder: TemporaryFolder
  private let keyFile: String
  private let store: SecretStore

  init() throws {
    folder = try TemporaryFolder()
    keyFile = folder.file("keys/device.key")
    store = SecretStore(folder: folder.file("state/secrets"), keyFile: keyFile, clock: .system)
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func file(_ name: SecretName) -> String { folder.file("state/secrets/\(name).secret") }

  @Test func `a secret that is set can be had again, also by another process`() throws {
    let name = try SecretName("routes.office.password")
    #expect(try store.value(of: name) == nil)
    try store.set(name, to: Array("pass wörd".utf8))
    let again = SecretStore(folder: folder.file("state/secrets"), keyFile: keyFile, clock: .system)
    #expect(try again.value(of: name) == Array("pass wörd".utf8))
    try store.set(name, to: [0, 255, 10])
    #expect(try again.value(of: name) == [0, 255, 10])
  }

  @Test func `what is on the storage is sealed and closed to others`() throws {
    let name = try SecretName("console.password")
    try store.set(name, to: Array("open sesame".utf8))
    #expect(mode(folder.file("state/secrets")) == 0o700)
    #expect(mode(file(name)) == 0o600)
    #expect(mode(keyFile) == 0o600)
    #expect(try Folder.names(in: folder.file("keys")) == ["device.key"])
    let stored = String(decoding: try Folder.contents(of: file(name)), as: UTF8.self)
    #expect(!stored.contains("sesame"))
    #expect(try Folder.contents(of: keyFile).count == 20 + 32)
  }

  @Test func `the list names what is set and when`() throws {
    #expect(try store.list().isEmpty)
    let before = WallTime.now
    for name in ["routes.office.password", "dkim.privateKey"] { try store.set(SecretName(name), to: [1]) }
    try folder.write("", to: "state/secrets/notes.txt")
    try folder.write("", to: "state/secrets/routes.X.password.secret")
    let list = try store.list()
    #expect(list.map(\.name.text) == ["dkim.privateKey", "routes.office.password"])
    #expect(list.allSatisfy { $0.modified >= before && $0.modified <= .now })
  }

  @Test func `a secret that is unset is gone`() throws {
    let name = try SecretName("routes.office.clientSecret")
    try store.set(name, to: [1])
    #expect(try store.unset(name))
    #expect(try !store.unset(name))
    #expect(try store.value(of: name) == nil)
    #expect(try store.list().isEmpty)
  }

  @Test func `a box under another name does not open`() throws {
    let name = try SecretName("routes.office.password")
    let other = try SecretName("routes.isp.password")
    try store.set(name, to: Array("secret".utf8))
    try Folder.rename(file(name), to: file(other))
    let fault = Failure.sealedOtherwise(other.text, file: file(other), keyFile: keyFile)
    #expect(throws: fault) { try store.value(of: other) }
    #expect(!fault.cause.contains("\"secret\""))
  }

  @Test func `a box of another device does not open, and can be set anew`() throws {
    let name = try SecretName("routes.office.password")
    try store.set(name, to: [1, 2])
    let moved = SecretStore(folder: folder.file("state/secrets"), keyFile: folder.file("other.key"), clock: .system)
    #expect(throws: Failure.keyMissing(folder.file("other.key"))) { try moved.value(of: name) }
    try moved.set(SecretName("console.password"), to: [3])
    #expect(throws: Failure.self) { try moved.value(of: name) }
    try moved.set(name, to: [4])
    #expect(try moved.value(of: name) == [4])
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o666] as [UInt32])
  func `a key that others may touch is refused`(mode: UInt32) throws {
    let name = try SecretName("routes.office.password")
    try store.set(name, to: [1])
    unsafe chmod(keyFile, mode)
    #expect(throws: Failure.keyExposed(keyFile, mode: mode)) { try store.value(of: name) }
    #expect(throws: Failure.keyExposed(keyFile, mode: mode)) { try store.set(name, to: [2]) }
  }

  @Test func `a key of another user is refused`() throws {
    let name = try SecretName("routes.office.password")
    try store.set(name, to: [1])
    // Only root can give a file away; others point at one that is root's and open to everybody.
    let isRoot = geteuid() == 0
    let foreign = isRoot ? keyFile : "/usr/lib/os-release"
    let owner: UInt32 = isRoot ? 12345 : 0
    if isRoot { #expect(unsafe chown(foreign, owner, 0) == 0) }
    let store = SecretStore(folder: folder.file("state/secrets"), keyFile: foreign, clock: .system)
    #expect(throws: Failure.keyOfOtherUser(foreign, owner: owner, user: geteuid())) {
      try store.value(of: name)
    }
  }

  @Test(arguments: ["", "platen device key 1\n", "platen device key 2\n12345678901234567890123456789012"])
  func `a key file that is none is refused, and kept`(text: String) throws {
    try Folder.make(folder.file("keys"))
    try Folder.replace(keyFile, with: Array(text.utf8), mode: 0o600)
    #expect(throws: Failure.keyDamaged(keyFile)) {
      try store.set(SecretName("routes.office.password"), to: [1])
    }
    #expect(try Folder.contents(of: keyFile) == Array(text.utf8))
  }

  @Test func `many that set the first secret at once agree on one key`() async throws {
    let names = try (0..<16).map { try SecretName("routes.r\($0).password") }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for name in names {
        group.addTask { try store.set(name, to: Array(name.text.utf8)) }
      }
      try await group.waitForAll()
    }
    for name in names { #expect(try store.value(of: name) == Array(name.text.utf8)) }
    #expect(try Folder.names(in: folder.file("keys")) == ["device.key"])
  }

  @Test func `an empty or endless value is refused`() throws {
    let name = try SecretName("routes.office.password")
    #expect(throws: Failure.emptySecret(name.text)) { try store.set(name, to: []) }
    let limit = SecretStore.valueLimit
    #expect(throws: Failure.longSecret(name.text, limit: limit)) {
      try store.set(name, to: [UInt8](repeating: 1, count: limit + 1))
    }
    try store.set(name, to: [UInt8](repeating: 1, count: limit))
    #expect(try store.value(of: name)?.count == limit)
  }

  @Test func `a folder that cannot be made is said`() throws {
    try folder.write("", to: "state")
    do {
      try store.set(SecretName("routes.office.password"), to: [1])
      Issue.record("a secret was set below a file")
    } catch {
      #expect(error.code == "errno \(ENOTDIR)", "\(error)")
    }
  }
}
