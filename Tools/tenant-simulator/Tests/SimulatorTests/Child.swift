import FoundationEssentials
import Glibc
import Synchronization

/// A program that runs beside the test, with a pipe to its standard input and one from its standard output.
final class Child: Sendable {
  private let identity: pid_t
  private let input: Mutex<Int32>
  private let output: Int32
  private let status = Mutex<Int32?>(nil)

  /// - Parameter errors: the file for its standard error.
  init(_ arguments: [String], errors: String = "/dev/null") throws {
    let started = try starting.withLock { _ in try start(arguments, errors: errors) }
    identity = started.identity
    input = Mutex(started.input)
    output = started.output
  }

  deinit {
    _ = end()
    close(output)
  }

  /// The next line of its output, "" at the end.
  func readLine() -> String {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while unsafe read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
    return String(decoding: line, as: UTF8.self)
  }

  func readAll() -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe read(output, &buffer, buffer.count)
      if count <= 0 { return String(decoding: all, as: UTF8.self) }
      all += buffer[..<count]
    }
  }

  /// Closes its standard input and waits; its status as `waitpid` tells it.
  func end() -> Int32 {
    input.withLock { number in
      if number >= 0 { close(number) }
      number = -1
    }
    return wait()
  }

  func terminate() -> Int32 {
    kill(identity, SIGTERM)
    return wait()
  }

  private func wait() -> Int32 {
    status.withLock { known in
      if let known { return known }
      var status: Int32 = 0
      while unsafe waitpid(identity, &status, 0) < 0 && errno == EINTR {}
      known = status
      return status
    }
  }
}

struct Broken: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Runs a program to its end; its exit code, and what it wrote to both its outputs.
func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
  let errors = Scratch.shared.file("errors-\(UInt64.random(in: 0 ... .max))")
  let child = try Child(arguments, errors: errors)
  let output = child.readAll()
  let status = child.end()
  return (status >> 8, output + (try String(contentsOfFile: errors, encoding: .utf8)))
}

private func pipe() throws -> (reader: Int32, writer: Int32) {
  var ends: [Int32] = [0, 0]
  guard unsafe Glibc.pipe(&ends) == 0 else { throw Broken("no pipe") }
  // Only what a child is given by name may reach it, or the end of an input would never come.
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// Held while a child starts: between the making of a pipe and its marking no other child may.
private let starting = Mutex(())

private struct Started: Sendable {
  let identity: pid_t
  let input: Int32
  let output: Int32
}

private func start(_ arguments: [String], errors: String) throws -> Started {
  let input = try pipe()
  let output = try pipe()
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  unsafe posix_spawn_file_actions_adddup2(&actions, input.reader, 0)
  unsafe posix_spawn_file_actions_adddup2(&actions, output.writer, 1)
  unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
  defer { unsafe words.forEach { unsafe free($0) } }
  var child = pid_t()
  let code = unsafe posix_spawnp(&child, arguments[0], &actions, nil, words, environ)
  close(input.reader)
  close(output.writer)
  guard code == 0 else { throw Broken("\(arguments[0]) cannot be started: \(code)") }
  return Started(identity: child, input: input.writer, output: output.reader)
}
