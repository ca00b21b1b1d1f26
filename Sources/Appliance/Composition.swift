import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Spool

/// A dispatch's message: the same bytes at every attempt, made from the job and what its first attempt fixed.
struct Composition {
  private var stream: MessageStream
  private let files: OpenFiles

  /// Bytes of the message.
  var size: Int { stream.size }
  var encoding: MessageEncoding { stream.encoding }

  init(_ job: Job, _ identity: DispatchIdentity, spool: Spool) throws(Failure) {
    files = OpenFiles(of: job, in: spool)
    do throws(MessageError) {
      stream = try MessageStream(Message(job, identity))
    } catch {
      throw .unfit("message", error.description)
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

/// A job's files while they are being sent: one open at a time.
private final class OpenFiles {
  private let files: [Attachment]
  private let job: JobID
  private let spool: Spool
  private var index = -1
  private var descriptor: Descriptor?

  init(of job: Job, in spool: Spool) {
    files = job.files
    self.job = job.id
    self.spool = spool
  }

  func read(_ index: Int, at offset: Int, _ count: Int) throws(DeliveryFault) -> [UInt8] {
    if index != self.index { try open(index) }
    do throws(SystemError) {
      return try descriptor?.read(upTo: count, at: offset) ?? []
    } catch {
      throw .document(detail: "\(files[index].name): \(error.description)")
    }
  }

  private func open(_ index: Int) throws(DeliveryFault) {
    do throws(SpoolError) {
      descriptor = try spool.open(files[index], of: job)
      self.index = index
    } catch {
      throw .document(detail: error.description)
    }
  }
}

extension Message {
  fileprivate init(_ job: Job, _ identity: DispatchIdentity) {
    self.init(
      from: identity.from, replyTo: identity.replyTo, to: job.submission.to, cc: job.submission.cc,
      subject: job.submission.subject, body: job.submission.body, messageID: identity.messageID,
      date: identity.date.seconds, offsetMinutes: identity.offsetMinutes, boundary: identity.boundary,
      attachments: job.files.map { .init(fileName: $0.name, mediaType: "application/pdf", size: $0.bytes) },
      mailer: identity.mailer, encoding: identity.encoding ?? .base64)
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
