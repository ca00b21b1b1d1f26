import Appliance
import ArgumentParser

/// The program: one file a verb.
struct Platen: ParsableCommand {
  static let name = "platen"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Scans paper and sends it by e-mail; nothing is lost on the way.",
    discussion: """
      A scan becomes a sealed PDF in the spool before anything is sent.
      What cannot go stays there, with its reason and the next step.

        platen devices                    which scanners are there
        platen scan --output page.pdf     scan into a file
        platen scan --to ann@example.com  scan and send
        platen jobs                       what became of earlier scans

      Exit codes, for every verb:
          0  done              73  cannot create a file, storage full
         64  wrong usage       74  storage failed
         65  bad input         75  kept, not accepted yet
         66  no input          76  the server breaks SMTP or TLS rules
         68  no such host      77  refused: password, permission, relay
         69  no scanner        78  configuration error
         70  our bug          100  accepted for some recipients only
                              130  interrupted; pages are kept
      """,
    version: Version.product,
    subcommands: [
      ScanVerb.self, SendVerb.self, DevicesVerb.self, JobsVerb.self, ConfigVerb.self, SecretVerb.self,
      AuthorizeVerb.self, DNSVerb.self,
      VersionVerb.self,
    ])
}

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The only configuration file to read, in place of the layers.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("The folder of spool, journal and secrets.", valueName: "dir"))
  var state: String?

  @Flag(help: "Print JSON on standard output, one object or one a line, and nothing else there.")
  var json = false
}
