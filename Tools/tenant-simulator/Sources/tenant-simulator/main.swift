import FoundationEssentials
import Glibc

/// tenant-simulator --data DIR [--scenario FILE] [--folder DIR] [--authority DIR]
///
/// Ends when standard input does, or by SIGTERM or SIGINT.
func simulate(_ arguments: Arguments) throws(Fault) -> Never {
  signal(SIGPIPE, SIG_IGN)
  let scratch = try Scratch()
  try onSignal {
    scratch.remove()
    exit(0)
  }
  do throws(Fault) {
    let folder = arguments.folder ?? scratch.path + "/messages"
    let authority = arguments.authority ?? scratch.path + "/authority"
    try makeFolder(authority)
    let data = try arguments.needed(\.data, "--data")
    let scenario = try Scenario.read(defaults: data + "/contoso.json5", file: arguments.scenario)
    let failures = try Value(file: data + "/failures.json5")
      .decoded(as: [Failure].self, of: data + "/failures.json5")
    let world = try World(scenario, failures: failures, folder: folder, authority: Authority(folder: authority))
    try world.start()
    try say(world.announcement + "\n", to: STDOUT_FILENO)
    waitForEnd()
    scratch.remove()
  } catch {
    scratch.remove()
    throw error
  }
  exit(0)
}

/// A folder for what nobody asked to keep.
struct Scratch: Sendable {
  let path: String

  init() throws(Fault) {
    path = (ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp") + "/tenant-simulator-" + randomHex(12)
    try makeFolder(path)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}

func say(_ text: String, to number: Int32) throws(Fault) {
  let bytes = Array(text.utf8)
  let count = unsafe bytes.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
  if count != bytes.count { throw .system("cannot write to standard output") }
}

/// Runs `body` on a thread of its own when SIGTERM or SIGINT comes. To be called before any other thread begins,
/// so that none of them takes the signals.
func onSignal(_ body: @escaping @Sendable () -> Void) throws(Fault) {
  var wanted = sigset_t()
  unsafe sigemptyset(&wanted)
  unsafe sigaddset(&wanted, SIGTERM)
  unsafe sigaddset(&wanted, SIGINT)
  unsafe pthread_sigmask(SIG_BLOCK, &wanted, nil)
  try startThread { [wanted] in
    var set = wanted
    var number: Int32 = 0
    unsafe sigwait(&set, &number)
    body()
  }
}

/// Returns when standard input has ended.
func waitForEnd() {
  var buffer = [UInt8](repeating: 0, count: 512)
  while true {
    let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
    if count == 0 || count < 0 && errno != EINTR { return }
  }
}

do throws(Fault) {
  try simulate(Arguments(CommandLine.arguments.dropFirst()))
} catch {
  try? say("tenant-simulator: \(error)\n", to: STDERR_FILENO)
  exit(error.isUsage ? 64 : 78)
}
