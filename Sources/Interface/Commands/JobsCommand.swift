import Base

package enum JobsCommand {
  package static let id = Slot.argument("ID", .job, "The job, or the beginning of its id.")
  package static let output = Slot.required("output", "o", "FILE", .file, "The file to write.")
  package static let to = Slot.options(
    "to", "t", "ADDR", .address, "Send it to this address; may be repeated.", isRequired: true)

  package static let list = Command("list", "All jobs, newest first.", examples: ["jobs"])

  package static let show = Command(
    "show", "One job: recipients, outcomes, what to do.", examples: ["jobs show 7Q2M4X"], takes: [id])

  package static let retry = Command(
    "retry", "Try again what is held, refused, unknown or waiting; send an interrupted job as it is.",
    examples: ["jobs retry 7Q2M4X --wait --timeout 5m"], takes: [id] + WaitOptions.all)

  package static let cancel = Command(
    "cancel", "No more attempts; the document stays.", examples: ["jobs cancel 7Q2M4X"], takes: [id])

  package static let some = Slot.argument("ID", .job, "The job, or the beginning of its id.", isRequired: false)
  package static let accepted = Slot.flag("accepted", nil, "All jobs that every recipient's server has accepted.")
  package static let all = Slot.flag("all", nil, "All jobs that are finished or cancelled, or were never to be sent.")
  package static let force = Slot.flag("force", nil, "Delete without a question.")

  package static let delete = Command(
    "delete", "Delete jobs with their documents.",
    "A job that is not finished is not deleted: cancel it first.",
    examples: ["jobs delete 7Q2M4X", "jobs delete --accepted"], takes: [some, accepted, all, force],
    rules: [
      .oneOf([some, accepted, all], shown: [some, accepted, all]), .notTogether([some, accepted, all]),
    ])

  package static let export = Command(
    "export", "Write a job's document to a file.", examples: ["jobs export 7Q2M4X --output letter.pdf"],
    takes: [id, output])

  package static let resend = Command(
    "resend", "Send a job's document to other recipients, as a new job.",
    examples: ["jobs resend 7Q2M4X --to ann@example.com"], takes: [id, to] + WaitOptions.all)

  package static let command = Command(
    "jobs", in: .spool, "List, show, retry, cancel, delete, export and resend the jobs of the spool.",
    subcommands: [list, show, retry, cancel, delete, export, resend], standard: "list")
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(JobsCommand.command) }
