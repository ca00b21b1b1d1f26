package import Diagnosis
package import JSON

extension Operation {
  /// What the DNS says of the sender's domain, against what routes need; an answer a route.
  package struct Records: Request {
    package static let method = "Records"
    /// nil for all.
    package var route: String?
    /// The public address that receivers see.
    package var address: String?
    /// They are run by others, who learn the address.
    package var asksBlockLists = false

    package init(route: String? = nil, address: String? = nil, asksBlockLists: Bool = false) {
      self.route = route
      self.address = address
      self.asksBlockLists = asksBlockLists
    }

    package struct Answer: Sendable, Equatable {
      package var route: String
      /// The service that owns the domain.
      package var sender: String?
      package var steps: [Layer]
      /// Why mail by this route will be refused or distrusted.
      package var failure: Explanation?

      package init(route: String, sender: String? = nil, steps: [Layer], failure: Explanation? = nil) {
        self.route = route
        self.sender = sender
        self.steps = steps
        self.failure = failure
      }
    }
  }

  /// The keys that messages are signed with; or a new one, alone.
  package struct Keys: Request {
    package static let method = "Keys"
    /// The selector of a key that is to be made.
    package var new: String?
    /// "rsa" or "ed25519"; nil for the configuration's.
    package var algorithm: String?
    /// The new one is the second: of another algorithm, or the next.
    package var isSecond = false
    /// The key that is in its place may go.
    package var isReplacing = false

    package init(new: String? = nil, algorithm: String? = nil, isSecond: Bool = false, isReplacing: Bool = false) {
      self.new = new
      self.algorithm = algorithm
      self.isSecond = isSecond
      self.isReplacing = isReplacing
    }

    package struct Answer: Sendable, Equatable {
      package var keys: [KeyReport]
      package init(keys: [KeyReport]) { self.keys = keys }
    }
  }

  /// Signs a route in, or proves that it gets tokens.
  package struct Authorize: Request {
    package static let method = "Authorize"
    package var route: String
    /// By a browser elsewhere.
    package var browser: Bool?
    /// What the browser brought, in a second call over a socket.
    package var answer: String?
    /// The certificate that was made for the device's own key.
    package var certificate: String?
    /// A request for such a certificate is wanted.
    package var request: Bool?

    package init(
      route: String, browser: Bool? = nil, answer: String? = nil, certificate: String? = nil, request: Bool? = nil
    ) {
      self.route = route
      self.browser = browser
      self.answer = answer
      self.certificate = certificate
      self.request = request
    }

    /// Over a socket events come before it, each alone.
    package struct Answer: Sendable, Equatable {
      package var event: Event?
      /// For a certificate.
      package var request: String?
      package var username: String?
      package var grant: String?
      /// Of the token that proved it.
      package var seconds: Int?
      /// A refresh token is kept, which later tokens are bought with.
      package var kept: Bool?
      package var warning: String?

      package init() {}
    }
  }
}

// MARK: JSON

extension Operation.Records {
  package var json: JSONValue {
    .fields(["route": route, "address": address, "blockLists": asksBlockLists ? true : nil])
  }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      route: try json.optional("route"), address: try json.optional("address"),
      asksBlockLists: try json.optional("blockLists") ?? false)
  }
}

extension Operation.Records.Answer: JSONStorable {
  package var json: JSONValue { .fields(["route": route, "sender": sender, "steps": steps, "failure": failure]) }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      route: try json.field("route"), sender: try json.optional("sender"), steps: try json.field("steps"),
      failure: try json.optional("failure"))
  }
}

extension Operation.Keys {
  package var json: JSONValue {
    .fields([
      "new": new, "algorithm": algorithm, "second": isSecond ? true : nil, "replace": isReplacing ? true : nil,
    ])
  }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      new: try json.optional("new"), algorithm: try json.optional("algorithm"),
      isSecond: try json.optional("second") ?? false, isReplacing: try json.optional("replace") ?? false)
  }
}

extension Operation.Keys.Answer: JSONStorable {
  package var json: JSONValue { .fields(["keys": keys]) }
  package init(json: JSONValue) throws(JSONMismatch) { self.init(keys: try json.field("keys")) }
}

extension Operation.Authorize {
  package var json: JSONValue {
    .fields([
      "route": route, "browser": browser, "answer": answer, "certificate": certificate, "request": request,
    ])
  }
  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      route: try json.field("route"), browser: try json.optional("browser"), answer: try json.optional("answer"),
      certificate: try json.optional("certificate"), request: try json.optional("request"))
  }
}

extension Operation.Authorize.Answer: JSONStorable {
  package var json: JSONValue {
    .fields([
      "event": event, "request": request, "username": username, "grant": grant, "seconds": seconds, "kept": kept,
      "warning": warning,
    ])
  }
  package init(json: JSONValue) throws(JSONMismatch) {
    event = try json.optional("event")
    request = try json.optional("request")
    username = try json.optional("username")
    grant = try json.optional("grant")
    seconds = try json.optional("seconds")
    kept = try json.optional("kept")
    warning = try json.optional("warning")
  }
}
