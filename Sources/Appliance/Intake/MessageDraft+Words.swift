import Base
import Diagnosis
import Interface
import Jobs
import Mail
import Settings

extension MessageDraft {
  /// The message, with the words filled in.
  ///
  /// Made twice: as a draft before the first page, so that bad input costs nobody a scan, and again when the
  /// pages are counted.
  func filledIn(at site: Site, pages: Int, created: WallTime) throws(Failure) -> JobMessage {
    let time = site.civil(created)
    let words = ["name": site.configuration.identity.name, "pages": String(pages), "date": time.isoDate]
    let name = documentName(site, words.merging(["time": time.clock(separator: ".")]) { $1 })
    let values = words.merging(["file": name, "time": String(time.clock().prefix(5))]) { $1 }
    return JobMessage(
      to: try mailboxes(to), cc: try mailboxes(cc), bcc: try mailboxes(bcc),
      subject: try line(subject ?? TextTemplate(site.configuration.message.subject).filled(with: values)),
      body: body ?? TextTemplate(site.configuration.message.body).filled(with: values),
      fromUser: try fromUser.map { (text) throws(Failure) in try mailbox(text) }, fileName: name)
  }

  /// What the configuration's template makes, as any computer can store it, with the ending that mail programs
  /// go by.
  private func documentName(_ site: Site, _ words: [String: String]) -> String {
    let name = TextTemplate(site.configuration.document.fileName).filled(with: words)
    return FileName.safe(name.lowercased().hasSuffix(".pdf") ? name : name + ".pdf")
  }

  /// An earlier message, to the recipients of this draft; its words stay where the draft has none.
  func filledIn(repeating earlier: JobMessage) throws(Failure) -> JobMessage {
    JobMessage(
      to: try mailboxes(to), cc: try mailboxes(cc), bcc: try mailboxes(bcc),
      subject: try line(subject ?? earlier.subject), body: body ?? earlier.body,
      fromUser: try fromUser.map { (text) throws(Failure) in try mailbox(text) } ?? earlier.fromUser,
      fileName: earlier.fileName)
  }

  private func mailboxes(_ texts: [String]) throws(Failure) -> [Mailbox] {
    try texts.map { (text) throws(Failure) in try mailbox(text) }
  }

  private func mailbox(_ text: String) throws(Failure) -> Mailbox {
    do throws(AddressError) { return try Mailbox(parsing: text) } catch { throw Failure(error) }
  }

  /// A subject holds no line end: it would forge another header.
  private func line(_ subject: String) throws(Failure) -> String {
    if subject.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\t" || $0.value == 127 }) {
      throw Failure(.inputSubjectControlCharacter, values: ["subject": subject])
    }
    return subject
  }
}
