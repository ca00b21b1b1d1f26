import Appliance
import ArgumentParser
import Diagnosis
import Interface

struct JobsVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs", abstract: "List, show, retry, cancel, export and resend the jobs of the spool.",
    subcommands: [List.self, Show.self, Retry.self, Cancel.self, Export.self, Resend.self], defaultSubcommand: List.self
  )

  /// The id of a job, as every subcommand takes it.
  struct Identified: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Argument(help: ArgumentHelp("The job, or the beginning of its id.", valueName: "id"))
    var id: String
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "All jobs, newest first.")

    @OptionGroup var common: CommonOptions

    func run() throws {
      let face = Face(json: common.json)
      try face.run { () throws(Failure) in try face.jobs(LocalDesk(common)) }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One job: recipients, outcomes, what to do.")

    @OptionGroup var identified: Identified

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run { () throws(Failure) in try face.job(identified.id, LocalDesk(identified.common)) }
    }
  }

  struct Retry: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Try again what is held, refused, unknown or waiting; send an interrupted job as it is.")

    @OptionGroup var identified: Identified

    @OptionGroup var waiting: WaitOptions

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run { () throws(Failure) in
        let request = Operation.Retry(id: identified.id, finish: Finish(deadline: waiting.deadline))
        return try Stop.watching { (stop) throws(Failure) in
          try face.retry(request, LocalDesk(identified.common), stop)
        }
      }
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cancel", abstract: "No more attempts; the document stays.")

    @OptionGroup var identified: Identified

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run { () throws(Failure) in try face.cancel(identified.id, LocalDesk(identified.common)) }
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write a job's document to a file.")

    @OptionGroup var identified: Identified

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run { () throws(Failure) in try face.export(identified.id, to: output, LocalDesk(identified.common)) }
    }
  }
}

extension JobsVerb {
  struct Resend: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "resend", abstract: "Send a job's document to other recipients, as a new job.")

    @OptionGroup var identified: Identified

    @Option(help: ArgumentHelp("Send it to this address; may be repeated.", valueName: "addr"))
    var to: [String]

    @OptionGroup var waiting: WaitOptions

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run { () throws(Failure) in
        var wish = Wish()
        wish.to = to
        let request = Operation.Resend(
          id: identified.id, message: wish, finish: Finish(deadline: waiting.deadline))
        return try Stop.watching { (stop) throws(Failure) in
          try face.resend(request, LocalDesk(identified.common), stop)
        }
      }
    }
  }
}
