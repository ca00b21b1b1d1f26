import Base

package enum JobsCommand {
  package static let id = Slot.argument("ID", .job, "The ID of the job, or its first characters.")
  package static let output = Slot.required("output", "o", "FILE", .file, "The file to write.")
  package static let to = Slot.options(
    "to", "t", "ADDR", .address, "Send it to this address; may be repeated.", isRequired: true)

  package static let list = Command("list", "List all jobs, newest first.", examples: ["jobs"])

  package static let show = Command(
    "show", "Show a job: recipients, results, and what to do.", examples: ["jobs show 7Q2M4X"], takes: [id])

  package static let retry = Command(
    "retry", "Retry held, refused, unknown or queued recipients; send an interrupted job as it is.",
    examples: ["jobs retry 7Q2M4X --wait --timeout 5m"], takes: [id] + WaitOptions.all)

  package static let cancel = Command(
    "cancel", "Stop sending a job; its document is kept.", examples: ["jobs cancel 7Q2M4X"], takes: [id])

  package static let some = Slot.argument("ID", .job, "The job, or the beginning of its id.", isRequired: false)
  package static let accepted = Slot.flag("accepted", nil, "All jobs that every recipient's server accepted.")
  package static let all = Slot.flag("all", nil, "All jobs that are finished, cancelled or not for sending.")
  package static let force = Slot.flag("force", nil, "Delete without asking.")

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
    "jobs", in: .spool, "List, show, retry, cancel, delete, export and resend jobs in the spool.",
    subcommands: [list, show, retry, cancel, delete, export, resend], standard: "list")
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(JobsCommand.command) }
