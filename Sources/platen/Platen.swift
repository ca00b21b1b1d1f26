import Appliance
import Diagnosis
import Glibc
import Interface
import ScanSane

/// The program: one file a verb.
enum Platen {
  /// Does what the command line says, and ends the program.
  ///
  /// A scan's worker starts before the command line is read: it has loaded libsane by then.
  static func run(_ words: [String]) -> Never {
    // Where it cannot be started, the scan tries again, and says why.
    let worker = words.first == ScanCommand.name ? try? WaitingWorker.fork(life: runWorker) : nil
    exit(answer(words, worker).rawValue)
  }

  private static func answer(_ words: [String], _ worker: WaitingWorker?) -> ExitCode {
    do throws(UsageError) {
      switch try CommandParser.read(words) {
      case .help(let path): StandardStream.output.write(HelpText.of(path))
      case .version: StandardStream.output.write(Version.product + "\n")
      case .command(let said): return carryOut(said, worker)
      }
      return .done
    } catch {
      return CommandOutput(json: CommandParser.asksForJSON(words)).report(Failure(error))
    }
  }

  private static func carryOut(_ said: Said, _ worker: WaitingWorker?) -> ExitCode {
    let output = CommandOutput(json: said[CommonOptions.json], quiet: said[CommonOptions.quiet])
    guard let type = Verbs.named(said.names) else {
      output.complain("platen: not available: \(said.names.joined(separator: " "))")
      return .bug
    }
    let verb = type.init(said: said)
    return output.run { () throws(Failure) in
      if let scan = verb as? ScanVerb { try scan.run(output, by: worker) } else { try verb.run(output) }
    }
  }
}

/// The rest of the process is the worker's.
func runWorker() -> Never { exit(ScanWorker.run()) }
