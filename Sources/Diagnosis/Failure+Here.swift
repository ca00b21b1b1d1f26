package import Base

// Failures on our own side: settings, input, storage, the state folder.
extension Failure {
  /// A configuration that cannot be used. The cause names file and key, the steps what to change.
  package static func settings(cause: String, steps: [String]) -> Failure {
    Failure(
      class: .configuration, stage: "settings", cause: cause, who: .installer, steps: steps, retry: false,
      exitCode: .configuration)
  }

  /// A needed setting that nobody made: "identity.address".
  package static func missingSetting(_ key: String, purpose: String) -> Failure {
    settings(cause: "\(key) is not set; it is needed \(purpose)", steps: ["Set it: platen config set \(key) VALUE"])
  }

  /// A route signs in, but its password is not there.
  package static func missingSecret(_ name: String, purpose: String) -> Failure {
    settings(
      cause: "the secret \(name) is not set; it is needed \(purpose)", steps: ["Enter it: platen secret set \(name)"])
  }

  /// Something a person gave us that we refuse: an address, a header text, a file that is not what it says.
  package static func badInput(cause: String, steps: [String], source: String? = nil) -> Failure {
    Failure(
      class: .message, stage: "input", cause: cause, who: .person, steps: steps, retry: false, source: source,
      exitCode: .badInput)
  }

  /// A named input file that is not there or is empty.
  package static func noInput(cause: String) -> Failure {
    Failure(
      class: .message, stage: "input", cause: cause, who: .person, steps: ["Name a file that is there"], retry: false,
      exitCode: .noInput)
  }

  /// A system call that failed on storage: full, no permission, cannot be made, or broken.
  package init(storage error: SystemError) {
    self = StorageKnowledge.explanation(of: error).failure(
      stage: "storage", code: "errno \(error.code)",
      words: ["detail": error.description, "subject": error.subject ?? "the storage"])
  }

  /// An input file that could not be read.
  package init(input error: SystemError) {
    let words = ["detail": error.description, "subject": error.subject ?? "the file"]
    self = StorageKnowledge.explanation(ofInput: error).failure(
      stage: "input", code: "errno \(error.code)", words: words)
  }

  /// The state folder belongs to another user.
  package static func foreignState(folder: String, owner: String, user: String) -> Failure {
    Failure(
      class: .configuration, stage: "spool", cause: "the state folder \(folder) belongs to \(owner), not to \(user)",
      who: .installer,
      steps: ["Run as \(owner): sudo -u \(owner) platen …", "Or use a folder of your own: --state DIR"], retry: false,
      exitCode: .refused)
  }

  /// Another process sends already; the job is kept and goes with it.
  package static func secondSender(folder: String, process: Int32?) -> Failure {
    let which = process.map { "process \($0)" } ?? "another process"
    return Failure(
      class: .transient, stage: "spool", cause: "\(which) is already sending from \(folder)", who: .nobody,
      steps: [
        "Nothing is lost: the job is kept. See it: platen jobs list",
        "Send it once that one is done: platen jobs retry ID",
      ],
      retry: true, exitCode: .notAcceptedYet)
  }
}

/// What is known of storage. Numbers of errno stand here by themselves, for this room knows no C library.
enum StorageKnowledge {
  private static let noPermission: Set<Int32> = [1, 13]  // EPERM, EACCES
  private static let notThere: Set<Int32> = [2]  // ENOENT
  // EEXIST, ENOTDIR, EISDIR, EROFS, ENAMETOOLONG, ELOOP, and a folder that is not there.
  private static let cannotCreate: Set<Int32> = [2, 17, 20, 21, 30, 36, 40]

  static func explanation(of error: SystemError) -> Explanation {
    if error.isStorageFull { return full }
    if noPermission.contains(error.code) { return forbidden }
    return cannotCreate.contains(error.code) ? uncreatable : broken
  }

  static func explanation(ofInput error: SystemError) -> Explanation {
    if noPermission.contains(error.code) { return unreadable }
    return notThere.contains(error.code) ? missing : broken
  }

  static let full = Explanation(
    .transient, "the storage is full", who: .administrator,
    ["Make room, then try again", "See what is kept: platen jobs list"], exit: .cannotCreate)

  static let broken = Explanation(
    .transient, "the storage failed: {detail}", who: .administrator,
    ["Check the storage and the system's log (dmesg), then try again"], exit: .storage)

  private static let forbidden = Explanation(
    .configuration, "{detail}", who: .installer,
    ["Let this user write {subject}, or use another folder: --state DIR"], exit: .refused)

  private static let uncreatable = Explanation(
    .configuration, "{detail}", who: .installer,
    ["Name a folder that is there and can be written"], exit: .cannotCreate)

  private static let unreadable = Explanation(
    .message, "{detail}", who: .person, ["Let this user read {subject}"], exit: .refused)

  private static let missing = Explanation(
    .message, "{detail}", who: .person, ["Name a file that is there"], exit: .noInput)
}
