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
