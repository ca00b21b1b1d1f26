package import Base

extension Failure {
  /// A system call that failed on storage: full, no permission, cannot be made, or broken.
  package init(storage error: SystemError) {
    let id = error.isStorageFull ? FailureID.storageFull : ErrorNumbers.ofStorage[error.code] ?? .storageFailed
    self.init(id, code: "errno \(error.code)", values: ["detail": error.description])
  }

  /// Runs what may fail on storage of ours.
  package static func storing<Value: ~Copyable>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
    do throws(SystemError) { return try body() } catch { throw Failure(storage: error) }
  }

  /// An input file that could not be read.
  package init(input error: SystemError) {
    let id = ErrorNumbers.ofInput[error.code] ?? .storageFailed
    self.init(id, stage: "input", code: "errno \(error.code)", values: ["detail": error.description])
  }
}

/// What numbers of errno mean. They stand here by themselves, for this room knows no C library.
private enum ErrorNumbers {
  static let ofStorage: [Int32: FailureID] = [
    1: .storageForbidden,  // EPERM
    2: .storageNotMade,  // ENOENT: a folder that is not there
    13: .storageForbidden,  // EACCES
    17: .storageNotMade,  // EEXIST
    20: .storageNotMade,  // ENOTDIR
    21: .storageNotMade,  // EISDIR
    30: .storageNotMade,  // EROFS
    36: .storageNotMade,  // ENAMETOOLONG
    40: .storageNotMade,  // ELOOP
  ]

  static let ofInput: [Int32: FailureID] = [
    1: .inputUnreadable,  // EPERM
    2: .inputNotThere,  // ENOENT
    13: .inputUnreadable,  // EACCES
  ]
}
