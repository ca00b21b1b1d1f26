import Base
import Interface

// What several verbs read alike.
extension Verb {
  /// Recipients and words of the message.
  var message: MessageDraft {
    var message = MessageDraft()
    message.to = said[SendingOptions.to]
    message.cc = said[SendingOptions.cc]
    message.bcc = said[SendingOptions.bcc]
    message.subject = said[SendingOptions.subject]
    message.body = said[SendingOptions.body]
    message.fromUser = said[SendingOptions.fromUser]
    return message
  }

  var finish: Finish { Finish(output: said[SendingOptions.output], deadline: deadline) }

  /// When waiting ends; nil without `--wait`.
  var deadline: Deadline? { said[WaitOptions.wait] ? said[WaitOptions.timeout].map(clock.after) : nil }
}
