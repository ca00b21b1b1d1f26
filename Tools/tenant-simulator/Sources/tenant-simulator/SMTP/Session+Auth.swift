import Glibc

extension Session {
  func authenticate(_ command: Command) throws(Ended) -> Bool {
    guard helo != nil else { return try say(service.words.needHello) }
    if identity != nil || envelope != nil { return try say("503 5.5.2 Already authenticated") }
    let name = command.words.first ?? ""
    let known: Reply = offeredMechanisms.contains(name.uppercased()) ? "334 " : service.words.unknownMechanism
    let answer = try scripted(.mechanism, subject: name) ?? known
    guard answer.isPositive else { return try say(answer) }
    mechanism = name.uppercased()
    guard let credentials = try ask(name.uppercased(), initial: command.words.dropFirst().first) else {
      return try say(service.words.cancelled)
    }
    return try judge(credentials)
  }

  /// Nil when the client gave up, or answered what is no Base64.
  private func ask(_ mechanism: String, initial: String?) throws(Ended) -> Credentials? {
    if mechanism == "LOGIN" {
      guard let name = try response(initial, to: "VXNlcm5hbWU6"), let secret = try response(nil, to: "UGFzc3dvcmQ6")
      else { return nil }
      return .password(name: String(decoding: name, as: UTF8.self), secret: String(decoding: secret, as: UTF8.self))
    }
    guard let payload = try response(initial, to: "") else {
      return mechanism.hasSuffix("2") ? .malformedBearer(code: 121) : nil
    }
    switch mechanism {
    case "PLAIN": return .plain(payload)
    case "OAUTHBEARER": return .oauthBearer(payload)
    default: return .xoauth2(payload)
    }
  }

  private func response(_ initial: String?, to challenge: String) throws(Ended) -> [UInt8]? {
    if let initial { return initial == "=" ? [] : Base64.decode(initial) }
    try say(Reply("334 " + challenge))
    let line = String(decoding: try wire.readLine(limit: Self.lineLimit), as: UTF8.self)
    note("C", line == "*" ? "*" : "***")
    return line == "*" ? nil : Base64.decode(line)
  }

  private func judge(_ credentials: Credentials) throws(Ended) -> Bool {
    let name = credentials.name
    let scripted = try scripted(.auth, subject: name)
    if let scripted, !scripted.isPositive { return try refuse(scripted, credentials) }
    switch scripted == nil
      ? service.signIn(credentials, from: wire.connection.peer) : .accepted(Identity(name: name, app: nil))
    {
    case .refused(let reply):
      note("auth", "refused \(name)")
      return try refuse(reply, credentials)
    case .accepted(let new):
      if let full = admit(new) { return try refuse(full, credentials) }
      identity = new
      note("auth", "accepted \(new.name)")
      return try say(scripted ?? service.words.signedIn)
    }
  }

  /// Google says first what a bearer lacks, and refuses after one more line (RFC 7628 section 3.2.3).
  private func refuse(_ reply: Reply, _ credentials: Credentials) throws(Ended) -> Bool {
    if service is GmailService, credentials.isBearer, reply.code == 535 {
      let status = #"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#
      try say(Reply("334 " + Base64.encode(status)))
      let line = try wire.readLine(limit: Self.lineLimit)
      note("C", String(decoding: line, as: UTF8.self))
    }
    if service is SubmissionService { sleep(UInt32(tenant.scenario.submission.tarpitSeconds)) }
    return try say(reply)
  }
}

extension Credentials {
  var name: String {
    switch self {
    case .password(let name, _): name
    case .bearer(let user, _): user
    case .malformedBearer: ""
    }
  }

  var isBearer: Bool { if case .password = self { false } else { true } }
}
