// Failures on our own side: what is not set, and who else is at work.
extension Failure {
  /// A route signs in, but what it would show is not there.
  ///
  /// - Parameters:
  ///   - name: "routes.office.password".
  ///   - forTokens: tokens are bought with it.
  package static func missingSecret(_ name: String, user: String, route: String, forTokens: Bool) -> Failure {
    Failure(
      forTokens ? .routeTokenSecretUnset : .routePasswordUnset,
      values: ["secret": name, "user": user, "route": route])
  }

  /// The state folder belongs to another user.
  package static func foreignState(folder: String, owner: String, user: String) -> Failure {
    Failure(.spoolForeignState, values: ["folder": folder, "owner": owner, "user": user])
  }

  /// Another process sends already; the job is kept and goes with it.
  ///
  /// - Parameter process: nil where it cannot be seen.
  package static func secondSender(folder: String, process: Int32?) -> Failure {
    guard let process else { return Failure(.spoolSecondSenderUnseen, values: ["folder": folder]) }
    return Failure(.spoolSecondSender, values: ["folder": folder, "process": String(process)])
  }
}
