extension Folder {
  /// Makes the folder and its missing parents, readable by their owner only, and waits until each is on the storage.
  ///
  /// The folder that it is in is waited for even where it was there: a start that was killed may have made it, and
  /// nobody has waited for it since.
  package static func makeLasting(_ path: String) throws(SystemError) {
    var above: [String] = []
    var child = path
    while let parent = parent(of: child) {
      above.append(parent)
      if exists(parent) { break }
      child = parent
    }
    try make(path)
    for folder in above { try sync(folder) }
  }
}
