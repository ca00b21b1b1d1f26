/// MAIL, every RCPT and, where there is one, DATA of one transaction: what was sent, the replies, and each recipient's outcome.
///
/// With PIPELINING (RFC 2920) the commands run ahead of their replies, by a bounded number of bytes; without, one
/// at a time. Commands are made when they are sent: only the addresses are held.
struct EnvelopeProgress: Sendable {
  /// What a reply leads to.
  enum Advance: Equatable {
    case goOn, sendMessage, leave, reset
    /// DATA was taken, though no recipient was: a dot alone ends it.
    case endEmptyMessage
    /// A dot would send an empty message to the recipients taken.
    case close
    case violation
  }

  private enum Fate: Equatable {
    case open
    /// RCPT was positive; what the final reply says is to come.
    case taken
    case settled(RecipientOutcome)
  }

  /// One for each RCPT.
  private var fates: [Fate]
  private let addresses: [String]
  /// For each of the message's recipients the index of its RCPT.
  private let places: [Int]
  /// The addresses that get a RCPT, in order.
  private var open: [Int] = []
  private var mail = ""
  private var pipelining = false
  private var announcesData = true
  private var isMailRefused = false
  /// A RCPT was positive after MAIL was not.
  private var isAnyTakenWithoutMail = false
  private var sent = 0
  private var answered = 0
  /// Of each command sent.
  private var lengths: [Int] = []
  private var unansweredBytes = 0

  /// Fails at once recipients whose address cannot be sent. A recipient named twice gets one RCPT.
  init(_ message: SMTPMessage) {
    var addresses: [String] = []
    var places: [String: Int] = [:]
    var order: [Int] = []
    for recipient in message.recipients {
      let key = recipient.lowercased()
      if places[key] == nil {
        places[key] = addresses.count
        addresses.append(recipient)
      }
      order.append(places[key] ?? 0)
    }
    self.addresses = addresses
    self.places = order
    let senderFault = message.reversePath.isEmpty ? nil : SMTPPath.fault(in: message.reversePath)
    fates = addresses.map { address in
      (senderFault ?? SMTPPath.fault(in: address)).map { .settled(.failed($0)) } ?? .open
    }
  }

  var isSettled: Bool { fates.allSatisfy { if case .settled = $0 { true } else { false } } }

  /// One for each of the message's recipients, in their order.
  var outcomes: [RecipientOutcome] {
    places.map { place in
      if case .settled(let outcome) = fates[place] { return outcome }
      return .failed(.protocolViolation(stage: .quit, detail: "the session ended without an outcome"))
    }
  }

  /// Gives `fault` to every recipient without an outcome.
  mutating func settle(_ fault: DeliveryFault) {
    for place in fates.indices {
      if case .settled = fates[place] { continue }
      fates[place] = .settled(.failed(fault))
    }
  }

  mutating func accept(_ reply: SMTPReply) {
    for place in fates.indices where fates[place] == .taken { fates[place] = .settled(.accepted(reply)) }
  }

  // MARK: Commands

  /// The index of DATA; MAIL is 0, the RCPTs are between.
  private var dataIndex: Int { open.count + 1 }

  /// - Parameter announcesData: with DATA; false where the message follows the last recipient at once, as BDAT.
  mutating func begin(mail: String, pipelining: Bool, announcesData: Bool) {
    self.mail = mail
    self.pipelining = pipelining
    self.announcesData = announcesData
    open = fates.indices.filter { fates[$0] == .open }
  }

  /// Replies of commands sent are due.
  var awaitsReplies: Bool { answered < sent }

  /// Where the next reply belongs.
  var stage: SMTPStage {
    switch answered {
    case 0: .mail
    case dataIndex: .data
    default: .rcpt
    }
  }

  /// The commands that may go out now.
  mutating func takeCommands() -> [UInt8] {
    var commands: [UInt8] = []
    // Refilled when half of what may be on its way is answered: one write for many.
    if unansweredBytes > SMTPLimit.unansweredBytes / 2 { return commands }
    while maySend(sent) {
      let command = Array((self.command(sent) + "\r\n").utf8)
      if sent > answered && (!pipelining || unansweredBytes + command.count > SMTPLimit.unansweredBytes) { break }
      commands += command
      lengths.append(command.count)
      unansweredBytes += command.count
      sent += 1
    }
    return commands
  }

  private func command(_ index: Int) -> String {
    switch index {
    case 0: mail
    case dataIndex: "DATA"
    default: "RCPT TO:<\(addresses[open[index - 1]])>"
    }
  }

  private func maySend(_ index: Int) -> Bool { (announcesData ? index <= dataIndex : index < dataIndex) && !isHopeless }

  /// Nothing that is still to be sent can help.
  private var isHopeless: Bool { isMailRefused || answered >= dataIndex && !isAnyTaken }

  private var isAnyTaken: Bool { fates.contains(.taken) }

  // MARK: Replies

  /// Takes the reply to the oldest command without one.
  mutating func take(_ reply: SMTPReply) -> Advance {
    let index = answered
    unansweredBytes -= lengths[index]
    answered += 1
    switch index {
    case 0: return takeMail(reply)
    case dataIndex: return takeData(reply)
    default: return takeRecipient(open[index - 1], reply)
    }
  }

  private mutating func takeMail(_ reply: SMTPReply) -> Advance {
    if reply.isPositive { return .goOn }
    guard reply.isTransient || reply.isPermanent else { return .violation }
    isMailRefused = true
    settle(.reply(stage: .mail, reply))
    return whenHopeless()
  }

  private mutating func takeRecipient(_ place: Int, _ reply: SMTPReply) -> Advance {
    switch reply.code {
    // After a refused MAIL this is a server that lost count, and no recipient.
    case 250...252: fates[place] = isMailRefused ? fates[place] : .taken
    case 400...599: if !isMailRefused { fates[place] = .settled(.failed(.reply(stage: .rcpt, reply))) }
    default: return .violation
    }
    if isMailRefused && reply.isPositive { isAnyTakenWithoutMail = true }
    return whenHopeless()
  }

  private func whenHopeless() -> Advance {
    if !announcesData, answered == dataIndex, !isHopeless { return .sendMessage }
    guard isHopeless, answered == sent else { return .goOn }
    return isMailRefused ? .leave : .reset
  }

  private mutating func takeData(_ reply: SMTPReply) -> Advance {
    if reply.code == 354 {
      if isAnyTakenWithoutMail { return .close }
      return isAnyTaken ? .sendMessage : .endEmptyMessage
    }
    guard reply.isTransient || reply.isPermanent else { return .violation }
    // Without a recipient it is the recipients' replies that tell the story, not "503 RCPT required".
    let hadRecipients = isAnyTaken
    settle(.reply(stage: .data, reply))
    return hadRecipients || isMailRefused ? .leave : .reset
  }
}
