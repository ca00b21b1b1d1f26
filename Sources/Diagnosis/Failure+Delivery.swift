import Base
package import Mail

extension Failure {
  /// Explains why a message could not be handed over.
  ///
  /// - Parameter recipient: the address that a reply was about, where it was about one.
  package init(_ fault: DeliveryFault, route: RouteFacts, recipient: String? = nil) {
    var words = route.words
    words["recipient"] = recipient ?? "the recipient"
    let found = DeliveryKnowledge.explain(fault, route: route)
    words.merge(found.words) { _, new in new }
    words["stage"] = DeliveryKnowledge.phrase(found.stage)
    self = found.explanation.failure(stage: found.stage.rawValue, code: found.code, words: words)
    if case .hosts(let tried, _) = fault {
      cause += "; tried in vain: " + tried.map { $0.line(of: route) }.joined(separator: "; ")
    }
  }
}

/// An explanation, where it belongs, and the values that only this case has.
struct DeliveryCase {
  var stage: SMTPStage
  var code: String?
  var words: [String: String] = [:]
  var explanation: Explanation
}

/// What is known of faults that are no replies.
enum DeliveryKnowledge {
  static func explain(_ fault: DeliveryFault, route: RouteFacts) -> DeliveryCase {
    switch fault {
    case .nameNotFound(let host):
      DeliveryCase(
        stage: .lookup, words: ["host": host],
        explanation: !route.isExchanger ? nameNotFound : host == route.server ? domainNotFound : exchangerNotFound)
    case .nameServerFailure(let host, let detail):
      DeliveryCase(stage: .lookup, words: ["host": host, "detail": detail], explanation: nameServerFailure)
    case .nullExchanger(let domain):
      DeliveryCase(stage: .lookup, words: ["host": domain], explanation: nullExchanger)
    case .connect(let host, let port, let detail):
      DeliveryCase(
        stage: .connect, words: ["host": host, "port": String(port), "detail": detail],
        explanation: route.isExchanger ? connectToExchanger : port == 25 ? connectOnExchangePort : connect)
    case .tls(let fault): TLSKnowledge.explain(fault, route: route)
    case .notSMTP(let received):
      DeliveryCase(
        stage: .greeting, words: ["received": received], explanation: notSMTP(received: received, route: route))
    case .protocolViolation(let stage, let detail):
      DeliveryCase(stage: stage, words: ["detail": detail], explanation: protocolViolation)
    case .startTLSNotOffered: DeliveryCase(stage: .starttls, explanation: startTLSNotOffered(route))
    case .smtpInspection(let sign):
      DeliveryCase(stage: .hello, words: ["sign": sign], explanation: smtpInspection)
    case .startTLSInjection: DeliveryCase(stage: .starttls, explanation: startTLSInjection)
    case .authNotOffered(let offered, let wanted):
      DeliveryCase(
        stage: .auth, words: ["offered": offered.joined(separator: ", "), "wanted": wanted],
        explanation: offered.isEmpty ? authNotOffered : authMethodNotOffered)
    case .authForbidden(let reason):
      DeliveryCase(stage: .auth, words: ["reason": reason], explanation: authForbidden)
    case .reply(let stage, let reply): explain(reply, at: stage, toToken: route.showsToken)
    case .hosts(let tried, let telling): explain(tried[telling], of: route)
    case .tooBig, .extensionMissing, .connectionLost, .timedOut, .finalReplyLost, .document, .interrupted,
      .notRecorded:
      explainRest(fault, route)
    }
  }

  /// Of a host that was reached its own name is said; of one that was not, whose host it is.
  private static func explain(_ tried: TriedHost, of route: RouteFacts) -> DeliveryCase {
    var found = explain(tried.fault, route: route)
    if route.isExchanger && tried.address != nil { found.words["server"] = tried.host }
    return found
  }

  private static func explain(_ reply: SMTPReply, at stage: SMTPStage, toToken: Bool) -> DeliveryCase {
    DeliveryCase(
      stage: stage, code: ([String(reply.code), reply.enhanced].compactMap { $0 }).joined(separator: " "),
      words: ["reply": reply.text], explanation: ReplyKnowledge.explanation(of: reply, at: stage, toToken: toToken))
  }

  /// What happens once the message is on its way.
  private static func explainRest(_ fault: DeliveryFault, _ route: RouteFacts) -> DeliveryCase {
    switch fault {
    case .tooBig(let limit, let size):
      DeliveryCase(stage: .mail, words: ["limit": megabytes(limit), "size": megabytes(size)], explanation: tooBig)
    case .extensionMissing(let name):
      DeliveryCase(
        stage: .mail, words: ["extension": name],
        explanation: name.uppercased() == "SMTPUTF8" ? unicodeMissing : extensionMissing)
    case .connectionLost(let stage, let detail):
      DeliveryCase(stage: stage, words: ["detail": detail], explanation: connectionLost)
    case .timedOut(let stage, let seconds):
      DeliveryCase(
        stage: stage, words: ["seconds": String(seconds)], explanation: silence(at: stage, route))
    case .finalReplyLost(let detail):
      DeliveryCase(stage: .final, words: ["detail": detail], explanation: finalReplyLost)
    case .document(let detail): DeliveryCase(stage: .body, words: ["detail": detail], explanation: document)
    case .interrupted(let stage): DeliveryCase(stage: stage, explanation: interrupted)
    case .notRecorded(let detail): DeliveryCase(stage: .body, words: ["detail": detail], explanation: notRecorded)
    default: DeliveryCase(stage: .connect, explanation: ReplyKnowledge.notUnderstood)
    }
  }

  /// Millions of bytes, rounded up to a tenth: a message of 100 bytes has 0.1 MB.
  private static func megabytes(_ bytes: Int) -> String {
    let tenths = (bytes + 99_999) / 100_000
    return "\(tenths / 10).\(tenths % 10) MB"
  }

  /// What was being done, as it stands in "the connection was lost {stage}".
  static func phrase(_ stage: SMTPStage) -> String {
    switch stage {
    case .lookup: "during the name look-up"
    case .connect: "while connecting"
    case .tls: "during the TLS handshake"
    case .greeting: "before the greeting"
    case .hello: "after EHLO"
    case .starttls: "after STARTTLS"
    case .auth: "during sign-in"
    case .mail: "after the sender's address"
    case .rcpt: "after a recipient's address"
    case .data: "before the message"
    case .body: "during the message"
    case .final: "after the message"
    case .quit: "at the end"
    }
  }
}

extension TriedHost {
  /// Characters of a server's words in a list of several.
  private static let longestReply = 120

  /// "mx.example.test (192.0.2.1): 421 busy".
  package func line(of route: RouteFacts) -> String {
    (address.map { "\(host) (\($0))" } ?? host) + ": " + words(of: route)
  }

  private func words(of route: RouteFacts) -> String {
    switch fault {
    case .nameNotFound: return "has no address"
    case .nameServerFailure(_, let detail): return "the name servers gave no answer (\(detail))"
    case .connect(_, _, let detail): return detail
    case .reply(_, let reply): return reply.text.onOneLine(limit: Self.longestReply)
    case .startTLSNotOffered: return "offers no STARTTLS"
    case .connectionLost(let stage, let detail): return "\(detail) \(DeliveryKnowledge.phrase(stage))"
    case .timedOut(let stage, let seconds): return "nothing for \(seconds) s \(DeliveryKnowledge.phrase(stage))"
    default:
      var own = route
      own.server = host
      return Failure(fault, route: own).cause
    }
  }
}
