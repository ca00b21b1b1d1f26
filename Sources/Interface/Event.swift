package import Base
package import Diagnosis
package import JSON

/// What happens while something is being done: one line each of what a verb prints with `--json`.
package struct Event: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A page is on disk: `page`, `bytes`.
    case page
    /// A server is going to be asked: `number` of the attempt, `route`.
    case attempt
    /// A token is asked for: `text` is the host.
    case token
    /// What became of a recipient: `address`, `state`, `reply`.
    case outcome
    /// Something is not ready and is asked again: `text`, and in how many `seconds` where that is known.
    case waiting
    /// Something to know that stops nothing: `text`; `failure` where only a part does not go.
    case notice
    /// A job exists, or its state changed: `state`, `page` and `bytes` of its document.
    case state
    /// Passes, and is worth a line that changes in place: `bytes` so far `of` how many, of `page` or of a message.
    /// `text` is the step: of a scan "opening", of a session an `SMTPStage`'s word, "connected" to `address` or
    /// "secured" by the TLS version that `code` names.
    case progress
    /// To be typed at `address` within `seconds`: `code`.
    case code
    /// To be opened in a browser: `address`.
    case open
  }

  /// A ``Kind``'s word, or one of a later version, which is to be passed over.
  package var event: String
  /// From 1, in steps of 1.
  package var sequence = 0
  package var time = WallTime(seconds: 0)
  package var job: String?
  package var state: String?
  package var page: Int?
  /// Of the attempt.
  package var number: Int?
  package var bytes: Int?
  package var of: Int?
  package var route: String?
  package var address: String?
  package var reply: String?
  package var text: String?
  package var code: String?
  package var seconds: Int?
  /// How many events before this were dropped.
  package var lost: Int?
  package var failure: Explanation?

  package init(
    _ kind: Kind, state: String? = nil, page: Int? = nil, number: Int? = nil, bytes: Int? = nil, of: Int? = nil,
    route: String? = nil, address: String? = nil, reply: String? = nil, text: String? = nil, code: String? = nil,
    seconds: Int? = nil, failure: Explanation? = nil
  ) {
    event = kind.rawValue
    self.state = state
    self.page = page
    self.number = number
    self.bytes = bytes
    self.of = of
    self.route = route
    self.address = address
    self.reply = reply
    self.text = text
    self.code = code
    self.seconds = seconds
    self.failure = failure
  }

  /// nil of a later version's.
  package var kind: Kind? { Kind(rawValue: event) }
}

extension Event: JSONStorable {
  package var json: JSONValue {
    .fields([
      "event": event, "sequence": sequence, "time": time.inJSON, "job": job, "state": state, "page": page,
      "number": number, "bytes": bytes, "of": of, "route": route, "address": address, "reply": reply, "text": text,
      "code": code, "seconds": seconds, "lost": lost, "failure": failure,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    event = try json.field("event")
    sequence = try json.field("sequence")
    time = try json.time("time")
    job = try json.optional("job")
    state = try json.optional("state")
    page = try json.optional("page")
    number = try json.optional("number")
    bytes = try json.optional("bytes")
    of = try json.optional("of")
    route = try json.optional("route")
    address = try json.optional("address")
    reply = try json.optional("reply")
    text = try json.optional("text")
    code = try json.optional("code")
    seconds = try json.optional("seconds")
    lost = try json.optional("lost")
    failure = try json.optional("failure")
  }
}
