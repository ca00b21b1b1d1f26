package import Mail

extension Failure {
  /// Why a message could not be handed over.
  ///
  /// - Parameter recipient: the address that a reply was about, where it was about one.
  package init(_ fault: DeliveryFault, route: RouteFacts, recipient: String? = nil) {
    let found = NamedFault(delivery: fault, route)
    var values = route.words
    values["recipient"] = recipient
    values.merge(found.values) { _, own in own }
    self.init(
      found.id, stage: found.stage?.rawValue, code: found.code, values: values, confidence: found.confidence,
      because: found.because)
  }

  /// What one of several hosts did.
  package init(_ tried: TriedHost, of route: RouteFacts) {
    self.init(tried.fault, route: route)
    values["host"] = tried.host
    values["address"] = tried.address
    if tried.fault.isOfServer { values["server"] = tried.host }
  }
}

extension NamedFault {
  init(delivery fault: DeliveryFault, _ route: RouteFacts) {
    switch fault {
    case .nameNotFound(let host): self.init(Self.missingName(host, route), ["host": host])
    case .nameServerFailure(let host, let detail): self.init(.namesDead, ["host": host, "detail": detail])
    case .nullExchanger(let domain): self.init(.namesNullExchanger, ["host": domain])
    case .connect(let host, let port, let detail):
      self.init(Self.closedPort(port, route), ["host": host, "port": String(port), "detail": detail])
    case .tls(let fault): self.init(tls: fault, route)
    case .notSMTP(let received): self.init(Self.otherProtocol(received), ["received": received])
    case .protocolViolation(let stage, let detail): self.init(.smtpRulesBroken, at: stage, ["detail": detail])
    case .startTLSNotOffered:
      self.init(route.port == SMTPPlan.portOfImplicitTLS ? .starttlsNotOfferedOn465 : .starttlsNotOffered)
    case .smtpInspection(let sign): self.init(.ehloRewritten, ["sign": sign])
    case .startTLSInjection: self.init(.starttlsInjected)
    case .authNotOffered(let offered, let wanted):
      self.init(
        offered.isEmpty ? .authNotOffered : .authMethodNotOffered,
        ["offered": offered.joined(separator: ", "), "wanted": wanted])
    case .authForbidden(let reason): self.init(.authForbidden, ["reason": reason])
    case .reply(let stage, let reply): self.init(reply, at: stage, toToken: route.showsToken)
    case .tooBig(let limit, let size):
      self.init(.messageOverLimit, ["limit": Self.megabytes(limit), "size": Self.megabytes(size)])
    case .extensionMissing(let name):
      self.init(
        name.uppercased() == "SMTPUTF8" ? .sessionUnicodeMissing : .sessionExtensionMissing, ["extension": name])
    case .connectionLost(let stage, let detail): self.init(.sessionLost, at: stage, ["detail": detail])
    case .timedOut(let stage, let seconds):
      self.init(Self.silence(at: stage, route), at: stage, ["seconds": String(seconds)])
    case .finalReplyLost(let detail): self.init(.sessionReplyLost, ["detail": detail])
    case .document(let detail): self.init(.sessionDocumentUnreadable, ["detail": detail])
    case .interrupted(let stage): self.init(.sessionInterrupted, at: stage)
    case .notRecorded(let detail): self.init(.sessionNotRecorded, ["detail": detail])
    case .hosts(let tried, let telling): self.init(tried, telling: tried[telling], route)
    }
  }

  private init(_ reply: SMTPReply, at stage: SMTPStage, toToken: Bool) {
    let match = ReplyMatching.match(reply, at: stage, toToken: toToken)
    let code = [String(reply.code), reply.enhanced].compactMap(\.self).joined(separator: " ")
    self.init(match.id, at: stage, code: code, ["reply": reply.text])
    confidence = match.confidence
  }

  private init(_ tried: [TriedHost], telling: TriedHost, _ route: RouteFacts) {
    self.init(delivery: telling.fault, route)
    // A host that was reached is named; of one that was not, the route's server is.
    if route.isExchanger && telling.address != nil { values["server"] = telling.host }
    because = tried.map { Failure($0, of: route) }
  }

  // MARK: Names and ports

  private static func missingName(_ host: String, _ route: RouteFacts) -> FailureID {
    if !route.isExchanger { return .namesNotFound }
    return host == route.server ? .namesNoDomain : .namesExchangerNotFound
  }

  private static let relayPort = 25

  private static func closedPort(_ port: Int, _ route: RouteFacts) -> FailureID {
    if route.isExchanger { return .port25BlockedToExchanger }
    return port == relayPort ? .port25Blocked : .portUnreachable
  }

  /// A port that gives no greeting may wait for us as we wait for it.
  private static func silence(at stage: SMTPStage, _ route: RouteFacts) -> FailureID {
    if stage != .greeting || route.tlsMode == "implicit" { return .sessionTimedOut }
    if route.port == SMTPPlan.portOfImplicitTLS { return .portWaitsForTls }
    return route.port == relayPort ? .port25Silent : .portSilent
  }

  /// What the first bytes tell of the other side.
  private static func otherProtocol(_ received: String) -> FailureID {
    let beginnings: [(String, FailureID)] = [
      ("HTTP/", .smtpHttp), ("<", .smtpHttp), ("+OK", .smtpPop3), ("* OK", .smtpImap), ("SSH-", .smtpSsh),
      // An alert or a handshake; the first as it is shown on one line, too.
      ("\u{15}\u{3}", .smtpTls), ("\u{16}\u{3}", .smtpTls), ("\\X15\\X03", .smtpTls),
    ]
    let start = received.uppercased()
    return beginnings.first { start.hasPrefix($0.0) }?.1 ?? .smtpOther
  }

  // MARK: Values

  /// Millions of bytes, rounded up to a tenth: a message of 100 bytes has 0.1 MB.
  private static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 99_999) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}

extension DeliveryFault {
  /// A server did it, not a name or an address.
  fileprivate var isOfServer: Bool {
    if case .nameNotFound = self { return false }
    if case .connect = self { return false }
    return true
  }
}
