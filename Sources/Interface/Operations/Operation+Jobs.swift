package import JSON

extension Operation {
  /// Jobs, newest first.
  package struct Jobs: Request {
    package static let method = "Jobs"
    /// Else those only for which something is still to be done.
    package var all: Bool?
    package init(all: Bool? = nil) { self.all = all }

    package struct Answer: Sendable, Equatable {
      package var jobs: [JobReport]
      /// How many there are beyond these.
      package var rest: Int

      package init(jobs: [JobReport], rest: Int = 0) {
        self.jobs = jobs
        self.rest = rest
      }
    }
  }

  /// One job, by its id or the beginning of one.
  package struct ShowJob: Request {
    package static let method = "ShowJob"
    package var id: String
    package init(id: String) { self.id = id }

    package struct Answer: Sendable, Equatable {
      package var job: JobReport
      package init(job: JobReport) { self.job = job }
    }
  }

  /// Queues again what is not accepted.
  package struct Retry: Request {
    package static let method = "Retry"
    /// nil for all.
    package var id: String?
    package var finish = Finish()

    package init(id: String?, finish: Finish = Finish()) {
      self.id = id
      self.finish = finish
    }

    package struct Answer: Sendable, Equatable {
      package var outcomes: [JobOutcome]
      package init(outcomes: [JobOutcome]) { self.outcomes = outcomes }
    }
  }

  /// No more attempts; the document stays.
  package struct Cancel: Request {
    package typealias Answer = ShowJob.Answer

    package static let method = "Cancel"
    package var id: String
    package init(id: String) { self.id = id }
  }

  /// Removes jobs with their documents: one, or all of a kind. Only what is not on its way goes.
  package struct Delete: Request {
    package static let method = "Delete"

    package enum Kind: String, Sendable, CaseIterable { case accepted, all }

    /// nil: those of ``which``.
    package var id: String?
    package var which: Kind?

    package init(id: String? = nil, which: Kind? = nil) {
      self.id = id
      self.which = which
    }

    package struct Answer: Sendable, Equatable {
      package var deleted: Int
      /// How many of the jobs asked for are unfinished and stay.
      package var kept: Int

      package init(deleted: Int, kept: Int = 0) {
        self.deleted = deleted
        self.kept = kept
      }
    }
  }

  /// A job's document into a file, whole or not at all.
  package struct Export: Request {
    package static let method = "Export"
    package var id: String
    /// Which descriptor of the message it is to be written to.
    package var fd = 0
    /// The same in the caller's process: a path, and no part of the JSON. Replaced where it exists.
    package var output: String

    package init(id: String, output: String) {
      self.id = id
      self.output = output
    }

    package struct Answer: Sendable, Equatable {
      package var bytes: Int
      package init(bytes: Int) { self.bytes = bytes }
    }
  }

  /// Another job with the files of an existing one.
  package struct Resend: Request {
    package typealias Answer = JobOutcome

    package static let method = "Resend"
    package var id: String
    package var message: MessageDraft
    package var finish = Finish()

    package init(id: String, message: MessageDraft, finish: Finish = Finish()) {
      self.id = id
      self.message = message
      self.finish = finish
    }
  }
}

// MARK: JSON

extension Operation.Jobs {
  package var json: JSONValue { .fields(["all": all]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(all: try json.optional("all")) }
}

extension Operation.Jobs.Answer: JSONStorable {
  package var json: JSONValue { .fields(["jobs": jobs, "rest": rest]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(jobs: try json.field("jobs"), rest: try json.field("rest"))
  }
}

extension Operation.ShowJob {
  package var json: JSONValue { .fields(["id": id]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(id: try json.field("id")) }
}

extension Operation.ShowJob.Answer: JSONStorable {
  package var json: JSONValue { .fields(["job": job]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(job: try json.field("job")) }
}

extension Operation.Retry {
  package var json: JSONValue { .fields(["id": id]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(id: try json.optional("id")) }
}

extension Operation.Retry.Answer: JSONStorable {
  package var json: JSONValue { .fields(["jobs": outcomes.map(\.job)]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(outcomes: try json.field("jobs", as: [JobReport].self).map { JobOutcome($0) })
  }
}

extension Operation.Cancel {
  package var json: JSONValue { .fields(["id": id]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(id: try json.field("id")) }
}

extension Operation.Delete {
  package var json: JSONValue { .fields(["id": id, "which": which]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(id: try json.optional("id"), which: try json.optional("which"))
  }
}

extension Operation.Delete.Kind: JSONStorable {}

extension Operation.Delete.Answer: JSONStorable {
  package var json: JSONValue { .fields(["deleted": deleted, "kept": kept]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(deleted: try json.field("deleted"), kept: try json.field("kept"))
  }
}

extension Operation.Export {
  package var json: JSONValue { .fields(["id": id, "fd": fd]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(id: try json.field("id"), output: "")
    fd = try json.field("fd")
  }
}

extension Operation.Export.Answer: JSONStorable {
  package var json: JSONValue { .fields(["bytes": bytes]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(bytes: try json.field("bytes")) }
}

extension Operation.Resend {
  package var json: JSONValue { .fields(["id": id, "message": message]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(id: try json.field("id"), message: try json.field("message"))
  }
}
