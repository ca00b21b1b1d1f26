import Base
import Interface

// What several verbs read alike.
extension Verb {
  /// Whom it goes to and the words around it.
  var wish: Wish {
    var wish = Wish()
    wish.to = said[SendingOptions.to]
    wish.cc = said[SendingOptions.cc]
    wish.bcc = said[SendingOptions.bcc]
    wish.subject = said[SendingOptions.subject]
    wish.body = said[SendingOptions.body]
    wish.fromUser = said[SendingOptions.fromUser]
    return wish
  }

  var finish: Finish { Finish(output: said[SendingOptions.output], deadline: deadline) }

  /// When waiting ends; nil without `--wait`.
  var deadline: Deadline? { said[WaitOptions.wait] ? said[WaitOptions.timeout].map(clock.after) : nil }
}
