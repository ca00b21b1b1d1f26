import Base

/// All commands. Each file of `Commands` enters its own.
package enum CommandTable {
  /// The program, with the verbs below it, by headings and names.
  package static let program: Command = {
    Entries.run()
    return Program.command(with: entered.withLock { $0 })
  }()

  package static func enter(_ command: Command) { entered.withLock { $0.append(command) } }

  private static let entered = Locked<[Command]>([])
}
