import Appliance
import Base
import Diagnosis
import Host
import Interface
import ScanSane

/// What a verb does, or a sub-verb. What it takes is declared in `Interface/Commands`.
protocol Verb: SendableMetatype {
  static var command: Command { get }

  var said: Said { get }
  init(said: Said)

  func run(_ output: CommandOutput) throws(Failure) -> ExitCode
}

extension Verb {
  /// The program's time is the system's.
  var clock: Clock { .system }

  /// The desk that the options name.
  var desk: LocalDesk { desk(nil) }

  /// - Parameter worker: of a scan, where one was started ahead.
  func desk(_ worker: WaitingWorker?) -> LocalDesk { LocalDesk(said, worker: worker) }
}

extension LocalDesk {
  convenience init(_ said: Said, worker: WaitingWorker? = nil) {
    // Secrets first: nothing that starts later may find them in the environment.
    let given = EnvironmentSecrets.takeFromEnvironment()
    self.init(
      configFile: said[CommonOptions.config], stateFolder: said[CommonOptions.state],
      program: ProcessEnvironment.program, environment: ProcessEnvironment.variables(), givenSecrets: given,
      worker: worker)
  }
}

/// What there is to do, by the names of commands. Each file of a verb enters its own.
enum Verbs {
  private static let entered = Locked<[(names: [String], verb: any Verb.Type)]>([])

  static func enter(_ verbs: any Verb.Type..., below command: Command? = nil) {
    for verb in verbs {
      let names = [command?.name, verb.command.name].compactMap { $0 }
      entered.withLock { $0.append((names, verb)) }
    }
  }

  static var count: Int {
    Entries.run()
    return entered.withLock { $0.count }
  }

  static func named(_ names: [String]) -> (any Verb.Type)? {
    Entries.run()
    return entered.withLock { $0.first { $0.names == names }?.verb }
  }
}
