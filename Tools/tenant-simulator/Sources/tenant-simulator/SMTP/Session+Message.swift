/// A message that comes in chunks.
struct ChunkedMessage: ~Copyable {
  var file: IncomingFile
  var count = 0
}

extension Session {
  // MARK: Envelope

  func mail(_ argument: String) throws(Ended) -> Bool {
    guard helo != nil else { return try say(service.words.needHello) }
    if envelope != nil { return try say(service.words.secondSender) }
    guard let path = PathArgument(argument, keyword: "FROM"), path.value("SIZE").map({ Int($0) != nil }) ?? true else {
      return try say(service.words.badArguments)
    }
    mark = (wire.bytesIn, wire.bytesOut)
    let new = Envelope(
      from: path.address, parameters: path.parameters, declaredSize: path.value("SIZE").flatMap { Int($0) },
      body: path.value("BODY")?.uppercased() ?? "7BIT")
    let verdict = senderVerdict(new) ?? service.words.sender
    if try settle(.mail, verdict, subject: path.address).isPositive { envelope = new }
    return true
  }

  private func senderVerdict(_ new: Envelope) -> Reply? {
    let known = ["7BIT", "8BITMIME"] + (endpoint.settings.binary ? ["BINARYMIME"] : [])
    if !known.contains(new.body) { return service.words.badArguments }
    if service.needsTLS && !wire.isSecured { return service.words.needTLS }
    if identity == nil && !service.admitsAnonymous(visitor) { return service.words.needSignIn }
    if let size = new.declaredSize, size > service.advertisedSize { return service.words.tooBig }
    return identity?.refusal ?? service.sender(new, visitor)
  }

  func recipient(_ argument: String) throws(Ended) -> Bool {
    guard let envelope else { return try say(service.words.needSender) }
    guard let path = PathArgument(argument, keyword: "TO"), !path.address.isEmpty else {
      return try say(service.words.badArguments)
    }
    let verdict = service.recipient(path.address, envelope, visitor) ?? service.words.recipient
    if try settle(.rcpt, verdict, subject: path.address).isPositive { self.envelope?.recipients.append(path.address) }
    return true
  }

  /// Why a message cannot begin now.
  private func notReady(_ envelope: Envelope?) -> Reply? {
    guard let envelope else { return service.words.needSender }
    return envelope.recipients.isEmpty ? service.words.needRecipient : nil
  }

  // MARK: DATA

  func data() throws(Ended) -> Bool {
    if let reply = notReady(envelope) { return try say(reply) }
    // RFC 3030 section 3: a BINARYMIME message goes by BDAT only, and the two never mix.
    if envelope?.body == "BINARYMIME" || chunks != nil {
      return try say("503 5.5.1 DATA is not possible here, use BDAT")
    }
    guard try settle(.data, service.words.data).isPositive else { return true }
    var file = try newFile()
    let hasBareLineFeed = try receiveLines(into: &file)
    return try finish(file, transfer: "DATA", chunkCount: 0, hasBareLineFeed: hasBareLineFeed)
  }

  /// Takes lines up to the one that is a dot, and tells whether one ended without a CR.
  private func receiveLines(into file: inout IncomingFile) throws(Ended) -> Bool {
    var isLineStart = true
    var hasBareLineFeed = false
    while true {
      let line = try wire.readRawLine(limit: Self.lineLimit)
      if isLineStart && line == Array(".\r\n".utf8) { return hasBareLineFeed }
      try file.append(line.dropFirst(isLineStart && line.first == UInt8(ascii: ".") ? 1 : 0))
      try strikeBody(at: file.size)
      isLineStart = line.last == UInt8(ascii: "\n")
      if isLineStart && !line.dropLast().hasSuffix(UInt8(ascii: "\r")) { hasBareLineFeed = true }
    }
  }

  // MARK: BDAT

  func chunk(_ command: Command) throws(Ended) -> Bool {
    let words = command.words
    guard endpoint.settings.chunking, let count = words.first.flatMap({ Int($0) }), count >= 0,
      words.count == 1 || words.count == 2 && isSame(words[1], "LAST")
    else { return try say(endpoint.settings.chunking ? service.words.badArguments : service.words.unknownCommand) }
    if let reply = notReady(envelope) {
      try skip(count)
      return try say(reply)
    }
    if chunks == nil {
      // A scripted refusal of DATA meets the first chunk; the chunk has been sent all the same.
      if let reply = try scripted(.data), !reply.isPositive {
        try skip(count)
        envelope = nil
        return try say(reply)
      }
      chunks = ChunkedMessage(file: try newFile())
    }
    try receive(count)
    if words.count == 1 { return try say(service.words.chunk.filled(["bytes": String(count)])) }
    guard let complete = chunks.take() else { return true }
    return try finish(complete.file, transfer: "BDAT", chunkCount: complete.count, hasBareLineFeed: false)
  }

  private func receive(_ count: Int) throws(Ended) {
    var left = count
    while left > 0 {
      let bytes = try wire.read(atMost: left)
      left -= bytes.count
      try chunks?.file.append(bytes)
      try strikeBody(at: chunks?.file.size ?? 0)
    }
    chunks?.count += 1
  }

  private func skip(_ count: Int) throws(Ended) {
    var left = count
    while left > 0 { left -= try wire.read(atMost: left).count }
  }

  // MARK: The end

  private func strikeBody(at size: Int) throws(Ended) {
    let moment = Moment(stage: .body, endpoint: endpoint.name, isSecured: wire.isSecured, bytes: size)
    if let rule = tenant.strike(moment) { _ = try obey(rule) }
  }

  private func newFile() throws(Ended) -> IncomingFile {
    do throws(Fault) {
      return try tenant.keeper.open(endpoint.name, connection: number)
    } catch {
      throw Ended(reason: error.description)
    }
  }

  private func finish(
    _ file: consuming IncomingFile, transfer: String, chunkCount: Int, hasBareLineFeed: Bool
  ) throws(Ended) -> Bool {
    guard let envelope else { return true }
    defer { self.envelope = nil }
    let content = Content(head: file.head, size: file.size, hasBareLineFeed: hasBareLineFeed)
    let rule = tenant.strike(
      Moment(stage: .final, endpoint: endpoint.name, isSecured: wire.isSecured, subject: envelope.from))
    let isSilent = rule?.reply == "keep-close"
    let scripted = try isSilent ? nil : rule.map { rule throws(Ended) in try obey(rule) }
    let reply = fill(
      scripted ?? service.message(content, envelope, visitor)
        ?? service.words.accepted.filled(["messageID": content.messageID]))
    if reply.isPositive {
      let sent = wire.bytesOut
      let entry = record(envelope, content, transfer, chunkCount, reply, sent: sent)
      tenant.keeper.keep(file, endpoint: endpoint.name, record: entry)
    }
    if isSilent { throw Ended(reason: "kept, and closed by the scenario") }
    return try say(reply)
  }

  private func record(
    _ envelope: Envelope, _ content: Content, _ transfer: String, _ chunkCount: Int, _ reply: Reply, sent: Int
  ) -> (Int) -> MessageRecord {
    { [self] number in
      let tls = wire.session
      return MessageRecord(
        number: number, endpoint: endpoint.name, host: endpoint.settings.host, port: endpoint.listener.port,
        peer: wire.connection.peer, time: rfc3339(), connection: self.number, helo: helo ?? "", tls: tls?.version,
        cipher: tls?.cipher, resumed: tls?.isResumed ?? false, clientCertificate: tls?.clientSubject,
        clientCertificateVerified: tls?.isClientVerified ?? false,
        connector: service.connector(of: visitor, sender: envelope.from),
        mechanism: identity == nil ? nil : mechanism, identity: identity?.name, app: identity?.app,
        from: envelope.from, recipients: envelope.recipients, parameters: envelope.parameters, transfer: transfer,
        chunks: chunkCount, body: envelope.body, size: content.size, bytesReceived: wire.bytesIn - mark.received,
        bytesSent: sent - mark.sent, reply: reply.text)
    }
  }
}

extension ArraySlice where Element: Equatable {
  fileprivate func hasSuffix(_ element: Element) -> Bool { last == element }
}
