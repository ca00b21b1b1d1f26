package import Base
import Glibc

/// What a finished program left behind.
package struct RunResult: Sendable {
  package let ending: ChildProcess.Ending
  package let output: [UInt8]
  package let errors: String

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var exitCode: Int32? { if case .exited(let code) = ending { code } else { nil } }
}

/// Runs a program, found on PATH unless `arguments[0]` has a slash, to its end.
///
/// - Parameters:
///   - input: what it reads on standard input.
///   - environment: added to, or in place of, ours.
package func run(
  _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws(SystemError) -> RunResult {
  let scratch = try TemporaryFolder()
  let stdin = try Descriptor(opening: scratch.write(input, to: "in"), O_RDONLY)
  let stdout = try Descriptor(opening: scratch.file("out"), O_RDWR | O_CREAT)
  let stderr = try Descriptor(opening: scratch.file("err"), O_RDWR | O_CREAT)
  let child = try ChildProcess(
    [programPath(arguments[0])] + arguments.dropFirst(),
    environment: ourEnvironment().merging(environment) { _, new in new },
    descriptors: [0: stdin.number, 1: stdout.number, 2: stderr.number])
  let ending = child.wait()
  return RunResult(
    ending: ending, output: try Folder.contents(of: scratch.file("out"), limit: 1 << 30),
    errors: String(decoding: try Folder.contents(of: scratch.file("err"), limit: 1 << 30), as: UTF8.self))
}

/// The variables of this process.
package func ourEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  for line in ((try? Folder.contents(of: "/proc/self/environ")) ?? []).split(separator: 0) {
    let text = String(decoding: line, as: UTF8.self)
    guard let equals = text.firstIndex(of: "=") else { continue }
    variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
  }
  return variables
}

/// Where a program is: on PATH, among the daemons, or among what Tools/needs unpacked without installing it.
package func programPath(_ program: String) -> String {
  if program.contains("/") { return program }
  var folders = (ourEnvironment()["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
  folders += ["/usr/sbin", unpackedPackages + "/usr/bin", unpackedPackages + "/usr/sbin"]
  return folders.map { $0 + "/" + program }.first { unsafe access($0, X_OK) == 0 } ?? program
}

/// The root of the packages that Tools/needs unpacked; may not be there.
var unpackedPackages: String {
  "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.build/needs"
}
