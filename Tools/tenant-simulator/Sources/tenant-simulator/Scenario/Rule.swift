/// Where in a conversation a scripted failure strikes.
enum Stage: String, Codable, Sendable {
  case handshake, greeting, ehlo, starttls, mechanism, auth, mail, rcpt, data, body, final, quit
  case authorize, devicecode, token
  case name
}

/// A scripted failure: at this stage say that, or do that.
struct Rule: Codable, Sendable {
  let at: Stage
  /// Nil for every endpoint that has the stage.
  let endpoint: String?
  /// How many matching moments pass unharmed before it strikes.
  let after: Int
  /// How often it strikes; nil for ever.
  let first: Int?
  /// Only over TLS, or only in clear.
  let secured: Bool?
  /// Only for this recipient, user, grant type, or queried name.
  let only: String?
  /// At `body`: after so many bytes of the message.
  let bytes: Int?
  /// At `rcpt`: only once the transaction has so many recipients.
  let recipients: Int?
  let reply: String

  enum CodingKeys: CodingKey, CaseIterable { case at, endpoint, after, first, secured, only, bytes, recipients, reply }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    at = try fields.decode(Stage.self, forKey: .at)
    endpoint = try fields.decodeIfPresent(String.self, forKey: .endpoint)
    after = try fields.value(.after, or: 0)
    first = try fields.decodeIfPresent(Int.self, forKey: .first)
    secured = try fields.decodeIfPresent(Bool.self, forKey: .secured)
    only = try fields.decodeIfPresent(String.self, forKey: .only)
    bytes = try fields.decodeIfPresent(Int.self, forKey: .bytes)
    recipients = try fields.decodeIfPresent(Int.self, forKey: .recipients)
    reply = try fields.decode(String.self, forKey: .reply)
  }

  init(_ failure: Failure, as name: FailureName) {
    at = failure.at
    endpoint = name.endpoint ?? failure.endpoint
    after = name.after ?? 0
    first = name.first
    secured = failure.secured
    only = name.only
    bytes = failure.bytes
    recipients = failure.recipients
    reply = failure.reply
  }
}

/// A row of `failures.json5`.
struct Failure: Decodable, Sendable {
  let name: String
  let endpoint: String?
  let at: Stage
  let secured: Bool?
  let bytes: Int?
  let recipients: Int?
  let reply: String
  /// The words of the reply are not documented anywhere: only its code is, or not even that.
  let invented: Bool

  enum CodingKeys: CodingKey, CaseIterable { case name, endpoint, at, secured, bytes, recipients, reply, invented }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.fields(CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    endpoint = try fields.decodeIfPresent(String.self, forKey: .endpoint)
    at = try fields.decode(Stage.self, forKey: .at)
    secured = try fields.decodeIfPresent(Bool.self, forKey: .secured)
    bytes = try fields.decodeIfPresent(Int.self, forKey: .bytes)
    recipients = try fields.decodeIfPresent(Int.self, forKey: .recipients)
    reply = try fields.decode(String.self, forKey: .reply)
    invented = try fields.value(.invented, or: false)
  }
}

/// A failure called by its name: `"b-14"`, or with more to say `{ name: "b-14", endpoint: "hve", first: 1 }`.
struct FailureName: Decodable, Sendable {
  let name: String
  let endpoint: String?
  let after: Int?
  let first: Int?
  let only: String?

  enum CodingKeys: CodingKey, CaseIterable { case name, endpoint, after, first, only }

  init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.name = name
      endpoint = nil
      after = nil
      first = nil
      only = nil
      return
    }
    let fields = try decoder.fields(CodingKeys.self)
    name = try fields.decode(String.self, forKey: .name)
    endpoint = try fields.decodeIfPresent(String.self, forKey: .endpoint)
    after = try fields.decodeIfPresent(Int.self, forKey: .after)
    first = try fields.decodeIfPresent(Int.self, forKey: .first)
    only = try fields.decodeIfPresent(String.self, forKey: .only)
  }
}

/// The scripted failures, with how often each has had its moment.
struct Script {
  private var rules: [(rule: Rule, moments: Int)]

  init(_ rules: [Rule]) { self.rules = rules.map { ($0, 0) } }

  /// What the first rule says whose turn it is. Rules behind it do not notice the moment, so that several
  /// with `first: 1` strike one after the other.
  mutating func strike(_ moment: Moment) -> Rule? {
    for index in rules.indices where rules[index].rule.fits(moment) {
      let (rule, moments) = rules[index]
      if let first = rule.first, moments >= rule.after + first { continue }
      rules[index].moments += 1
      if moments >= rule.after { return rule }
    }
    return nil
  }
}

/// A point of a conversation where a rule may strike; nil fits every rule.
struct Moment {
  let stage: Stage
  let endpoint: String
  var isSecured: Bool?
  /// The recipient, user, grant type or queried name.
  var subject: String?
  /// How many recipients the transaction has.
  var recipients: Int?
  /// How many bytes of the message have come.
  var bytes: Int?
}

extension Rule {
  fileprivate func fits(_ moment: Moment) -> Bool {
    guard at == moment.stage, endpoint ?? moment.endpoint == moment.endpoint else { return false }
    if let secured, let isSecured = moment.isSecured, secured != isSecured { return false }
    if let only, let subject = moment.subject, !isSame(only, subject) { return false }
    return (recipients ?? 0) <= moment.recipients ?? .max && (bytes ?? 0) <= moment.bytes ?? .max
  }
}
