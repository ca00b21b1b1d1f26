/// What becomes of the job that a failure is about: promises and commands are made of it.
package struct JobStanding: Sendable, Equatable {
  /// As commands take it.
  package let id: String
  /// `platen jobs retry` would not be refused.
  package let canRetry: Bool
  /// It is retried without a person.
  package let triesAgain: Bool
  /// Of its document, on disk.
  package let pages: Int

  package init(id: String, canRetry: Bool, triesAgain: Bool, pages: Int) {
    self.id = id
    self.canRetry = canRetry
    self.triesAgain = triesAgain
    self.pages = pages
  }
}
