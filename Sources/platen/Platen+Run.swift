import ArgumentParser
import Glibc
import ScanSane

extension Platen {
  /// Does what the command line says, as `main()` would, and ends the program where that fails.
  ///
  /// A scan's worker starts before the command line is read: it has loaded libsane by then.
  static func run(_ words: [String]) {
    // Where it cannot be started, the scan tries again, and says why.
    let worker = words.first == ScanVerb.name ? try? WaitingWorker.fork(life: runWorker) : nil
    do {
      var command = try command(words)
      if let scan = command as? ScanVerb { try scan.run(by: worker) } else { try command.run() }
    } catch {
      exit(withError: error)
    }
  }

  /// A verb that is spelt right is read by itself: to build the whole tree costs more than the rest of a start.
  /// Whatever else there is, a wrong word or a wish for help, is the tree's to answer.
  private static func command(_ words: [String]) throws -> any ParsableCommand {
    let verb = configuration.subcommands.first { $0.configuration.commandName == words.first }
    if let verb, let command = try? verb.parseAsRoot(Array(words.dropFirst())), type(of: command) == verb {
      return command
    }
    return try parseAsRoot(words)
  }
}

/// The rest of the process is the worker's.
func runWorker() -> Never { exit(ScanWorker.run()) }
