import Glibc

/// Runs a program of the system to its end; its words go to /dev/null but for a failure.
///
/// - Throws: ``Fault`` when it cannot start or does not exit with 0.
func runProgram(_ arguments: [String]) throws(Fault) {
  var actions = unsafe posix_spawn_file_actions_t()
  unsafe posix_spawn_file_actions_init(&actions)
  defer { unsafe posix_spawn_file_actions_destroy(&actions) }
  for number: Int32 in 0...2 {
    unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
  }
  let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
  defer { unsafe words.forEach { unsafe free($0) } }
  var child = pid_t()
  let code = unsafe posix_spawnp(&child, arguments[0], &actions, nil, words, environ)
  guard code == 0 else { throw Fault("cannot start \(arguments[0]): error \(code)") }
  var status: Int32 = 0
  while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
  guard status == 0 else { throw Fault("failed with status \(status): \(arguments.joined(separator: " "))") }
}
