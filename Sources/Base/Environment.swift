// `environ` is a global of C; nothing says when other threads change it.
@unsafe @preconcurrency import Glibc

/// The names of all variables of this process. To be asked while it has one thread: the environment has no lock.
package func environmentNames() -> [String] {
  var names: [String] = []
  var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe environ
  while let entry = unsafe next?.pointee {
    names.append(String(unsafe String(cString: entry).prefix { $0 != "=" }))
    unsafe next = next?.advanced(by: 1)
  }
  return names
}

/// Takes a variable away, and its text from where the kernel shows it: unsetenv(3) forgets the variable only. For the
/// same moment as ``environmentNames()``.
package func eraseVariable(_ name: String) {
  guard let text = unsafe getenv(name) else { return }
  unsafe memset(text, 0, strlen(text))
  unsafe unsetenv(name)
}
