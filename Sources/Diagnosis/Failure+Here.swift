// Failures on our own side.
extension Failure {
  /// Another process sends already; the job is kept and goes with it.
  ///
  /// - Parameter process: nil where it cannot be seen.
  package static func secondSender(folder: String, process: Int32?) -> Failure {
    guard let process else { return Failure(.spoolSecondSenderUnseen, values: ["folder": folder]) }
    return Failure(.spoolSecondSender, values: ["folder": folder, "process": String(process)])
  }
}
