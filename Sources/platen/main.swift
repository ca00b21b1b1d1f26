import Crypto
import Glibc
import ScanSane

// The scan worker is this program too, started by itself (DESIGN: the driver runs in a process of its own).
// It is told apart before anything else is set up, so that it starts fast and holds nothing it need not.
if CommandLine.arguments.dropFirst().first == ScanWorker.verb {
  exit(ScanWorker.run(arguments: Array(CommandLine.arguments.dropFirst(2))) { SHA256() })
}
Platen.main()
