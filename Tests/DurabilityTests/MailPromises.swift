import Jobs

/// What the world may rely on at a moment of a scan to e-mail: what it was told, and what it saw go out.
struct MailPromises: Promises {
  let addresses: [String]
  let allPages: Int

  /// Pages that the person was told of.
  private(set) var pages = 0
  /// The document was sealed, for the program went on to sending it.
  private(set) var isSealed = false
  /// The person was told of the attempt.
  private(set) var isAttempted = false
  private(set) var isConnected = false
  /// The server asked for the message: from here on the intent may be on record.
  private(set) var isAskedFor = false
  private(set) var messageID: String?
  /// The final dot went out: the server may have the message.
  private(set) var isDotSent = false
  private(set) var isReplied = false
  /// What the person was told of recipients.
  private(set) var outcomes: [String: String] = [:]

  private var said = Lines()
  private var sent: [UInt8] = []
  private var received = Lines()

  init(addresses: [String], allPages: Int) {
    self.addresses = addresses
    self.allPages = allPages
  }

  func isChanged(by event: Event) -> Bool {
    switch event.kind {
    case .say, .send, .receive: true
    case .create(let path, _): path.hasSuffix("/sender.lock")
    default: false
    }
  }

  mutating func note(_ event: Event) {
    switch event.kind {
    case .create(let path, _): if path.hasSuffix("/sender.lock") { isSealed = true }
    case .say(let bytes): for line in said.adding(bytes) { hear(line) }
    case .send(let bytes):
      isConnected = true
      sent = sent.suffix(4096) + bytes
      noteSent()
    case .receive(let bytes):
      for line in received.adding(bytes) {
        if line.hasPrefix("354") { isAskedFor = true }
        if isDotSent { isReplied = true }
      }
    default: break
    }
  }

  private mutating func hear(_ line: String) {
    guard let news = News(line) else { return }
    switch news.event {
    case "page": pages = max(pages, news.page ?? 0)
    case "attempt": isAttempted = true
    case "outcome": if let address = news.address { outcomes[address] = news.state }
    default: break
    }
  }

  private mutating func noteSent() {
    let text = String(decoding: sent, as: UTF8.self)
    if isAskedFor && text.hasSuffix("\r\n.\r\n") { isDotSent = true }
    for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("message-id: ") {
      messageID = String(line.dropFirst("message-id: ".count))
    }
  }
}

// MARK: What was not kept

extension MailPromises {
  func broken(by remains: Remains) -> [String] {
    var broken = remains.faults
    broken += remains.strays.map { "no job knows of \($0)" }
    if remains.jobs.count > 1 { broken.append("one job became \(remains.jobs.count)") }
    if let job = remains.jobs.first {
      broken += remains.brokenDocument(of: job, pages: isSealed ? allPages : pages)
      broken += brokenState(job)
      broken += addresses.compactMap { brokenRecipient($0, of: job) }
      broken += brokenAttempt(job)
    } else if pages > 0 || isSealed {
      broken.append("the job is gone, and \(pages) pages with it")
    }
    return broken
  }

  private func brokenState(_ job: Job) -> [String] {
    if isSealed && job.phase != .sealed { return ["the sealed job is \(job.phase)"] }
    if job.phase != .sealed && job.phase != .interrupted { return ["the job is \(job.phase)"] }
    return []
  }

  private func brokenRecipient(_ address: String, of job: Job) -> String? {
    guard let state = job.recipients.first(where: { $0.address == address })?.state else { return "\(address) is gone" }
    let possible = possibleStates(of: address, in: job)
    return possible.contains(state) ? nil : "\(address) is \(state), which is none of \(possible)"
  }

  private func possibleStates(of address: String, in job: Job) -> [RecipientState] {
    if let told = outcomes[address].flatMap(RecipientState.init) { return [told] }
    if isReplied { return [.unknown, .accepted] }
    if isDotSent { return [.unknown] }
    if isAskedFor { return [.queued, .unknown] }
    return [job.phase == .interrupted ? .held : .queued]
  }

  private func brokenAttempt(_ job: Job) -> [String] {
    var broken: [String] = []
    if isAttempted && job.attemptCount == 0 { broken.append("the attempt is not on record") }
    if let messageID, job.messageID != messageID {
      broken.append("a message went out as \(messageID), and the next would be \(job.messageID ?? "another")")
    }
    return broken
  }
}
