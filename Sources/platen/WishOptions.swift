import ArgumentParser
import Base
import Interface
import Settings

/// Whom it goes to and the words around it: the same for `scan` and `send`.
struct WishOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Send it to this address; may be repeated.", valueName: "addr"))
  var to: [String] = []

  @Option(help: ArgumentHelp("A copy to this address; may be repeated.", valueName: "addr"))
  var cc: [String] = []

  @Option(help: ArgumentHelp("A copy that the others do not see; may be repeated.", valueName: "addr"))
  var bcc: [String] = []

  @Option(help: ArgumentHelp("In place of message.subject of the configuration.", valueName: "text"))
  var subject: String?

  @Option(help: ArgumentHelp("In place of message.body of the configuration.", valueName: "text"))
  var body: String?

  @Option(
    help: ArgumentHelp("The person at the device: gets the replies and is named beside it.", valueName: "Name <addr>"))
  var fromUser: String?

  @Option(help: ArgumentHelp("Write the PDF to this file.", valueName: "file"))
  var output: String?

  @OptionGroup var waiting: WaitOptions

  var wish: Wish {
    var wish = Wish()
    wish.to = to
    wish.cc = cc
    wish.bcc = bcc
    wish.subject = subject
    wish.body = body
    wish.fromUser = fromUser
    return wish
  }

  var finish: Finish { Finish(output: output, deadline: waiting.deadline) }

  func validate() throws {
    if !wish.isSent && output == nil {
      throw ValidationError("nothing to do with it: name a recipient with --to, or a file with --output")
    }
  }
}

/// Whether to wait for the server's word, and how long: the same for every verb that sends.
struct WaitOptions: ParsableArguments {
  @Flag(help: "Wait until every recipient is accepted, refused, held or unknown.")
  var wait = false

  @Option(help: ArgumentHelp("How long to wait at most, like 90s or 10m.", valueName: "duration"))
  var timeout = "10m"

  func validate() throws {
    if DurationText.parse(timeout) == nil {
      throw ValidationError("--timeout \"\(timeout)\" is no duration: write it like 90s, 10m or 1h30m")
    }
  }

  /// When waiting ends; nil without `--wait`.
  var deadline: Deadline? { wait ? DurationText.parse(timeout).map { .after($0) } : nil }
}
