import Appliance
import ArgumentParser
import Base
import Diagnosis
import Glibc
import Host
import JSON
import Jobs
import Mail

/// What `scan`, `send` and `jobs retry` have in common: the appliance, the interrupt, the live line, and what
/// is done with a sealed job.
struct JobTask: ~Copyable {
  let appliance: Appliance
  let interrupt: Interrupt
  let line: LiveLine
  let began = Deadline.now
  let face: Face
  private let output: String?
  private let isSent: Bool
  private let deadline: Deadline?

  init(_ common: CommonOptions, _ options: WishOptions, _ face: Face) throws {
    let appliance = try Appliance(common)
    let isSent = options.wish.isSent
    // Before a page moves: what would stop the job later stops it now.
    let refusals = isSent ? try appliance.checkCanSend(options.wish) : []
    try self.init(
      appliance, face, output: options.output, isSent: isSent, deadline: options.waiting.deadline)
    tell(of: refusals)
  }

  /// For a job that is there.
  init(_ common: CommonOptions, _ face: Face, deadline: Deadline?) throws {
    let appliance = try Appliance(common)
    try appliance.checkCanSend()
    try self.init(appliance, face, output: nil, isSent: true, deadline: deadline)
  }

  /// For another job with the files of one that is there.
  init(_ common: CommonOptions, _ face: Face, repeating wish: Wish, deadline: Deadline?) throws {
    let appliance = try Appliance(common)
    let refusals = try appliance.checkCanSend(wish)
    try self.init(appliance, face, output: nil, isSent: true, deadline: deadline)
    tell(of: refusals)
  }

  private init(_ appliance: Appliance, _ face: Face, output: String?, isSent: Bool, deadline: Deadline?) throws {
    if let output { try appliance.checkCanWrite(output) }
    let interrupt = try Interrupt()
    self.interrupt = interrupt
    self.appliance = appliance
    line = LiveLine(quiet: face.json)
    self.face = face
    self.output = output
    self.isSent = isSent
    self.deadline = deadline
  }

  /// The file that a document goes to which is not to be sent.
  var finalFile: String? { isSent ? nil : output }

  /// Writes and sends a sealed job as was asked, says what became of it, and ends with its exit code.
  ///
  /// - Parameters:
  ///   - isHandedOver: its document is where ``finalFile`` says, and the job is gone.
  ///   - headStart: what was prepared for it.
  func finish(_ job: Job, isHandedOver: Bool = false, with headStart: HeadStart? = nil) throws {
    var refusal: Failure?
    if let output {
      do throws(Failure) {
        if !isHandedOver { try appliance.export(job.id, to: output) }
        face.say("\(output): \(count(job.pages, "page")), \(readableSize(job.bytes))")
      } catch {
        // No file, and for that no mail, would be two failures.
        if !isSent { throw error }
        refusal = error
        try face.report(error, job: job.id.text)
      }
    }
    if isSent {
      try deliver(job.id, with: headStart)
      if let refusal { throw face.exit(refusal) }
      return
    }
    try face.emit(JobReport(job))
    if !isHandedOver { try appliance.forget(job.id) }
  }

  /// Attempts to send, says what became of it, and ends with its exit code.
  func deliver(_ id: JobID, with headStart: HeadStart? = nil) throws {
    let job: Job
    do throws(Failure) {
      job = try appliance.deliver(id, with: headStart, until: deadline, interrupt: interrupt.descriptor) { show($0) }
    } catch {
      line.clear()
      try face.report(error, job: id.text)
      if interrupt.isRaised { throw ArgumentParser.ExitCode(ExitCode.interrupted.rawValue) }
      throw face.exit(error)
    }
    line.clear()
    try face.emit(JobReport(job))
    say(job)
    let code = interrupt.isRaised && job.state != .accepted ? .interrupted : JobVerdict(job).exitCode
    if code != .done { throw ArgumentParser.ExitCode(code.rawValue) }
  }

  private func say(_ job: Job) {
    if face.json { return }
    for recipient in job.recipients {
      let words = recipient.reply ?? recipient.failure?.cause ?? ""
      face.say("\(recipient.state.rawValue)  \(recipient.address)  \(words.onOneLine(limit: 200))")
    }
    guard let failure = job.failure, job.state != .accepted else { return face.say("job \(job.id): accepted") }
    Face.complain("platen: " + failure.cause)
    for step in failure.steps { Face.complain("  → " + step) }
    Face.complain("  job \(job.id) is \(job.state.rawValue): platen jobs show \(job.id)")
  }
}

/// One object about one job.
struct JobReport: JSONWritable {
  let job: Job

  init(_ job: Job) { self.job = job }

  var json: JSONValue { .fields(["job": job]) }
}

extension Appliance {
  init(_ common: CommonOptions) throws(Failure) {
    // Secrets first: nothing that starts later may find them in the environment.
    let given = EnvironmentSecrets.takeFromEnvironment()
    try self.init(
      try Site(common), program: ProcessEnvironment.program, environment: ProcessEnvironment.variables(),
      givenSecrets: given)
  }
}

extension Site {
  /// The site that the options of a verb name.
  init(_ common: CommonOptions) throws(Failure) {
    try self.init(configFile: common.config, stateFolder: common.state, environment: ProcessEnvironment.variables())
  }
}

func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
