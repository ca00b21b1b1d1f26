import Appliance
import ArgumentParser

/// The program: one file a verb.
struct Platen: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "platen",
    abstract: "Scans paper and sends it by e-mail; nothing is lost on the way.",
    discussion: """
      A scan becomes a sealed PDF in the spool before anything is sent; what cannot go stays there, with its reason.

        platen devices                                      which scanners are there
        platen scan --output page.pdf                       scan into a file
        platen scan --to ann@example.com --wait             scan, send, and wait for the server's word
        platen jobs                                         what became of earlier scans

      Exit codes are those of sysexits(3): 0 done, 64 wrong usage, 65 bad input, 69 scanner unavailable,
      75 kept and not accepted yet, 77 refused, 78 configuration error; all are in the manual.
      """,
    version: Version.product,
    subcommands: [
      ScanVerb.self, SendVerb.self, DevicesVerb.self, JobsVerb.self, ConfigVerb.self, SecretVerb.self,
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
