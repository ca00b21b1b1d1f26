package import JSON

extension Operation {
  /// The versions of the program and of what it runs on, by their names: "platen", "sane".
  package struct Version: Request {
    package static let method = "Version"
    package init() {}

    package struct Answer: Sendable, Equatable {
      package var versions: [String: String]
      package init(versions: [String: String]) { self.versions = versions }
    }
  }

  /// The scanners that SANE sees.
  package struct Devices: Request {
    package static let method = "Devices"
    package init() {}

    package struct Answer: Sendable, Equatable {
      package var devices: [DeviceReport]
      package init(devices: [DeviceReport]) { self.devices = devices }
    }
  }

  /// A job from pages of the scanner.
  package struct Scan: Request {
    package typealias Answer = JobOutcome

    package static let method = "Scan"
    /// nil, or without recipients: the document is only written to a file.
    package var message: MessageDraft?
    package var scan: ScanSettings?
    package var finish = Finish()

    package init(message: MessageDraft? = nil, scan: ScanSettings? = nil, finish: Finish = Finish()) {
      self.message = message
      self.scan = scan
      self.finish = finish
    }
  }

  /// A job from finished files. It has no JSON: over a socket it is Begin, one AddFile a file, and Submit.
  package struct Send: Sendable, Equatable {
    package var message: MessageDraft
    /// Paths in the caller's process: images become the pages of one document, in this order; each PDF stays as it
    /// is.
    package var files: [String]
    package var finish: Finish

    package init(message: MessageDraft, files: [String], finish: Finish = Finish()) {
      self.message = message
      self.files = files
      self.finish = finish
    }
  }
}

// MARK: JSON

extension Operation.Version {
  package var json: JSONValue { .object([]) }
  package init(json: JSONValue) throws(JSONMismatch) {}
}

extension Operation.Version.Answer: JSONStorable {
  package var json: JSONValue { .fields(["versions": versions]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(versions: try json.field("versions")) }
}

extension Operation.Devices {
  package var json: JSONValue { .object([]) }
  package init(json: JSONValue) throws(JSONMismatch) {}
}

extension Operation.Devices.Answer: JSONStorable {
  package var json: JSONValue { .fields(["devices": devices]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(devices: try json.field("devices")) }
}

extension Operation.Scan {
  package var json: JSONValue { .fields(["message": message, "scan": scan]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(message: try json.optional("message"), scan: try json.optional("scan"))
  }
}
