import Glibc

/// The user that this process acts for.
package enum UserName {
  /// By its number where it has no name.
  package static let current: String = {
    let user = geteuid()
    guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else { return String(user) }
    return unsafe String(cString: name)
  }()
}
