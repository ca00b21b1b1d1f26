extension SaneWorld {
  /// Longer than the largest page takes on a busy machine.
  private static let patience = "30"
  private static let attempts = 5

  /// Runs SANE's own program on a device of the `test` backend.
  ///
  /// That backend stops its reader thread wherever it is, now and then while it holds the loader's lock, and then
  /// hangs as it is closed. Who hangs is run again.
  package func scanimage(_ options: [String]) throws -> RunResult {
    let command = ["timeout", "--signal=KILL", Self.patience, "scanimage", "-d", "test:0"] + options
    for _ in 1..<Self.attempts {
      let result = try run(command, environment: environment)
      if result.exitCode != nil { return result }
    }
    return try run(command, environment: environment)
  }
}
