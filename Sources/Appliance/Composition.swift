import Base
import Crypto
import Diagnosis
import Jobs
import Mail
import Spool

/// A dispatch's message: the same bytes at every attempt, made from the job and what its first attempt fixed.
struct Composition: ~Copyable {
  /// Which form of message this build makes. To be raised by every change that makes other bytes: a dispatch
  /// begun by another composer is not continued.
  static let version = 1

  private var stream: MessageStream
  private let files: [Attachment]
  private let job: JobID
  private let spool: Spool
  private var open: (index: Int, file: OpenFile)?

  /// Bytes of the message.
  var size: Int { stream.size }

  init(_ job: Job, _ identity: DispatchIdentity, spool: Spool) throws(Failure) {
    files = job.files
    self.job = job.id
    self.spool = spool
    do throws(MessageError) {
      stream = try MessageStream(try Self.message(job, identity))
    } catch {
      throw .unfit("message", error.description)
    }
  }

  /// Appends the next piece, false when there was none.
  mutating func next(into buffer: inout [UInt8]) throws(DeliveryFault) -> Bool {
    var opened = open
    defer { open = opened }
    return try stream.next(into: &buffer) { (index, offset, count) throws(DeliveryFault) in
      if opened?.index != index { opened = (index, try openFile(index)) }
      do throws(SystemError) {
        return try opened?.file.descriptor.read(upTo: count, at: offset) ?? []
      } catch {
        throw .document(detail: "\(files[index].name): \(error.description)")
      }
    }
  }

  /// A descriptor that can be kept in an optional.
  private final class OpenFile {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  private func openFile(_ index: Int) throws(DeliveryFault) -> OpenFile {
    do throws(SpoolError) {
      return OpenFile(try spool.open(files[index], of: job))
    } catch {
      throw .document(detail: error.description)
    }
  }

  // MARK: The message as a value

  private static func message(_ job: Job, _ identity: DispatchIdentity) throws(Failure) -> Message {
    let submission = job.submission
    let device = Mailbox(name: identity.fromName, address: try address(identity.fromAddress))
    let person = submission.fromUser.flatMap { try? Mailbox(parsing: $0) }
    let (from, replyTo) = Message.sender(device: device, person: person)
    return Message(
      from: from, replyTo: replyTo, to: try submission.to.map(mailbox), cc: try submission.cc.map(mailbox),
      subject: submission.subject, body: submission.body, messageID: "<\(identity.messageID)>",
      date: identity.date.seconds, offsetMinutes: identity.zoneOffsetSeconds / 60, boundary: identity.boundary,
      attachments: job.files.map { .init(fileName: $0.name, mediaType: "application/pdf", size: $0.bytes) },
      mailer: Version.product)
  }

  private static func mailbox(_ text: String) throws(Failure) -> Mailbox { Mailbox(address: try address(text)) }

  private static func address(_ text: String) throws(Failure) -> EmailAddress {
    do throws(AddressError) { return try EmailAddress(text) } catch { throw .unfit("address", error.description) }
  }
}

extension Site {
  /// What the first attempt of a dispatch fixes.
  func identity(of sender: Mailbox, at now: WallTime) -> DispatchIdentity {
    let address = sender.address
    let id = MessageID.make(random: randomBytes(MessageID.randomBytes), domain: address.domain)
    return DispatchIdentity(
      messageID: String(id.dropFirst().dropLast()), date: now, zoneOffsetSeconds: civil(now).offsetMinutes * 60,
      boundary: Boundary.make(random: randomBytes(Boundary.randomBytes)), reversePath: address.text,
      fromName: sender.name ?? "", fromAddress: address.text, composer: Composition.version)
  }
}
