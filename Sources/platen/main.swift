import Glibc
import ScanSane

// A reader that goes away (a pager, a dead peer) is an error of that write, not the end of a scan.
signal(SIGPIPE, SIG_IGN)

let words = Array(CommandLine.arguments.dropFirst())
// The scan worker is this program too, started by itself (DESIGN: the driver runs in a process of its own).
// It is told apart before anything else is set up, so that it starts fast and holds nothing it need not.
if words.first == ScanWorker.verb { runWorker() }
Platen.run(words)
