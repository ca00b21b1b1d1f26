import Appliance
import ArgumentParser
import Base
import Diagnosis
import JSON
import Jobs
import Settings

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
      try face.run {
        let jobs = try Appliance(common).jobs()
        try face.emit(JobListing(jobs: jobs))
        if jobs.isEmpty { face.say("no jobs") }
        face.say(Columns.text(jobs.map(row)).trimmingLastLineEnd)
      }
    }

    private func row(_ job: Job) -> [String] {
      [
        job.id.text, job.state.rawValue, job.created.inJSON, count(job.pages, "page"), readableSize(job.bytes),
        job.recipients.map(\.address).joined(separator: ", "), job.failure?.cause ?? "",
      ]
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "One job: recipients, outcomes, what to do.")

    @OptionGroup var identified: Identified

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run {
        let job = try Appliance(identified.common).job(identified.id)
        try face.emit(JobReport(job))
        face.say(text(of: job))
      }
    }

    private func text(of job: Job) -> String {
      var rows = [
        ["job", job.id.text], ["state", job.state.rawValue], ["created", job.created.inJSON],
        ["file", job.file], ["pages", String(job.pages)], ["size", readableSize(job.bytes)],
      ]
      if let id = job.messageID { rows.append(["message", id]) }
      for recipient in job.recipients {
        rows.append(["recipient", "\(recipient.address)  \(recipient.state.rawValue)"])
        rows += [recipient.route.map { ["  route", $0] }, recipient.reply.map { ["  reply", $0] }].compactMap { $0 }
        if let next = recipient.next { rows.append(["  next", next.inJSON]) }
        if recipient.attempts > 0 { rows.append(["  attempts", String(recipient.attempts)]) }
      }
      if let failure = job.failure {
        rows.append(["cause", failure.cause])
        rows += failure.steps.map { ["  →", $0] }
      }
      return Columns.text(rows).trimmingLastLineEnd
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
      try face.run {
        let task = try JobTask(identified.common, face, deadline: waiting.deadline)
        try task.deliver(try task.appliance.retry(identified.id))
      }
    }
  }

  struct Cancel: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cancel", abstract: "No more attempts; the document stays.")

    @OptionGroup var identified: Identified

    func run() throws {
      let face = Face(json: identified.common.json)
      try face.run {
        let job = try Appliance(identified.common).cancel(identified.id)
        try face.emit(JobReport(job))
        face.say("job \(job.id) is cancelled; its document can still be exported")
      }
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
      try face.run {
        let appliance = try Appliance(identified.common)
        let job = try appliance.job(identified.id)
        try appliance.export(job.id, to: output)
        try face.emit(JobReport(job))
        face.say("\(output): \(count(job.pages, "page")), \(readableSize(job.bytes))")
      }
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
      try face.run {
        var wish = Wish()
        wish.to = to
        let task = try JobTask(identified.common, face, repeating: wish, deadline: waiting.deadline)
        try task.deliver(try task.appliance.resend(identified.id, wish).id)
      }
    }
  }
}

private struct JobListing: JSONWritable {
  let jobs: [Job]

  var json: JSONValue { .fields(["jobs": jobs]) }
}

extension String {
  var trimmingLastLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
