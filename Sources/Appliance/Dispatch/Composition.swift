import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Paper
import Spool

/// A dispatch's message: the same bytes at every attempt, made from the job and what its first attempt fixed.
struct Composition {
  private var stream: MessageStream
  private let files: OpenFiles

  /// Bytes of the message.
  var size: Int { stream.size }
  var encoding: MessageEncoding { stream.encoding }

  init(_ job: Job, _ dispatch: Dispatch, spool: Spool) throws(Failure) {
    let enclosures = try job.enclosures(of: dispatch, in: spool)
    files = OpenFiles(enclosures, of: job.id, in: spool)
    stream = try Self.stream(Message(job, dispatch.identity, dispatch.slice, enclosures))
  }

  private static func stream(_ message: Message) throws(Failure) -> MessageStream {
    do throws(MessageError) {
      return try MessageStream(message)
    } catch {
      throw Failure(error)
    }
  }

  /// What a message with files has in its header and around its text beside one without: the multipart's fields,
  /// "(1 of 30)" in its subject, two signatures.
  private static let furtherBytes = 3072

  /// Bytes of a job's message without its files, at most.
  static func envelope(of job: Job, _ identity: DispatchIdentity) throws(Failure) -> Int {
    try stream(Message(job, identity, nil, [])).size + furtherBytes
  }

  /// Puts DKIM signatures before the header; to be called before the first piece.
  mutating func sign(with signings: [DKIMSigning], date: WallTime) throws(DeliveryFault) {
    let files = files
    try stream.sign(with: signings, date: date.seconds) { (index, offset, count) throws(DeliveryFault) in
      try files.read(index, at: offset, count)
    }
  }

  /// Appends the next piece, false when there was none.
  mutating func next(into buffer: inout [UInt8]) throws(DeliveryFault) -> Bool {
    let files = files
    return try stream.next(into: &buffer) { (index, offset, count) throws(DeliveryFault) in
      try files.read(index, at: offset, count)
    }
  }
}

/// A file of a message, and where its bytes are.
private struct Enclosure {
  let name: String
  let size: Int
  /// In the job's folder.
  let file: AttachedFile
  /// The pages of it that go; nil: all of it as it is.
  var excerpt: DocumentExcerpt?

  init(_ file: AttachedFile, named name: String? = nil) {
    (self.name, size, self.file) = (name ?? file.name, file.bytes, file)
  }

  init(_ excerpt: DocumentExcerpt, of file: AttachedFile, named name: String) {
    (self.name, size, self.file, self.excerpt) = (name, excerpt.size, file, excerpt)
  }
}

extension Descriptor {
  /// Bytes of an enclosure whose file this is.
  fileprivate func read(_ count: Int, at offset: Int, of enclosure: Enclosure) throws(SystemError) -> [UInt8] {
    guard let excerpt = enclosure.excerpt else { return try read(upTo: count, at: offset) }
    return try excerpt.read(upTo: count, at: offset) { (offset, count) throws(SystemError) in
      try read(upTo: count, at: offset)
    }
  }
}

extension Job {
  fileprivate func enclosures(of dispatch: Dispatch, in spool: Spool) throws(Failure) -> [Enclosure] {
    guard let split = dispatch.identity.split, let part = dispatch.slice else { return files.map { Enclosure($0) } }
    let others = part.files.map { Enclosure(message.attachments[$0]) }
    if part.pages.isEmpty { return others }
    let name = part.fileName(message.fileName)
    // Only files were put into other parts.
    if part.pages == 0..<pages { return [Enclosure(files[0], named: name)] + others }
    let entries = try spool.pageEntries(of: self)
    var information = split.information
    information.title = part.fileName(information.title)
    return [Enclosure(DocumentExcerpt(of: entries[part.pages], information) { SHA256() }, of: files[0], named: name)]
      + others
  }
}

/// A message's files while they are being sent: one open at a time.
private final class OpenFiles {
  private let enclosures: [Enclosure]
  private let job: JobID
  private let spool: Spool
  private var index = -1
  private var descriptor: Descriptor?

  init(_ enclosures: [Enclosure], of job: JobID, in spool: Spool) {
    self.enclosures = enclosures
    self.job = job
    self.spool = spool
  }

  func read(_ index: Int, at offset: Int, _ count: Int) throws(DeliveryFault) -> [UInt8] {
    if index != self.index { try open(index) }
    do throws(SystemError) {
      return try descriptor?.read(count, at: offset, of: enclosures[index]) ?? []
    } catch {
      throw .document(detail: "\(enclosures[index].name): \(error.description)")
    }
  }

  private func open(_ index: Int) throws(DeliveryFault) {
    do throws(Failure) {
      descriptor = try spool.open(enclosures[index].file, of: job)
      self.index = index
    } catch {
      throw .document(detail: error.detail)
    }
  }
}

extension Message {
  fileprivate init(_ job: Job, _ identity: DispatchIdentity, _ part: Part?, _ enclosures: [Enclosure]) {
    self.init(
      from: identity.from, replyTo: identity.replyTo, to: job.message.to, cc: job.message.cc,
      subject: part?.subject(job.message.subject) ?? job.message.subject, body: job.message.body,
      messageID: identity.messageID, date: identity.date.seconds, offsetMinutes: identity.offsetMinutes,
      boundary: identity.boundary,
      attachments: enclosures.map { .init(fileName: $0.name, mediaType: "application/pdf", size: $0.size) },
      mailer: identity.mailer, encoding: identity.encoding ?? .base64)
  }
}

extension Appliance {
  /// What the first attempt of a dispatch of a job fixes, but for its signatures.
  func identity(_ sender: Mailbox, _ job: Job) -> DispatchIdentity {
    site.identity(of: sender, for: job.message.fromUser, at: clock.date)
  }
}

extension Site {
  /// What the first attempt of a dispatch fixes.
  func identity(of device: Mailbox, for person: Mailbox?, at now: WallTime) -> DispatchIdentity {
    let (from, replyTo) = Message.sender(device: device, person: person)
    return DispatchIdentity(
      messageID: MessageID.make(random: randomBytes(MessageID.randomBytes), domain: device.address.domain), date: now,
      offsetMinutes: civil(now).offsetMinutes, boundary: Boundary.make(random: randomBytes(Boundary.randomBytes)),
      reversePath: device.address.text, from: from, replyTo: replyTo, mailer: Version.product)
  }
}
