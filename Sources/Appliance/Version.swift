package import Base
import Crypto
import Glibc
import ScanSane
import ScanUSB

/// The version of Platen, as `platen version`, documents and messages carry it.
package enum Version {
  package static let number = "0.1.0"
  /// When this version was made, a day: no right date is before it. To be moved with each release.
  package static let made = WallTime(seconds: 1_793_491_200)
  /// As the Producer of documents and the X-Mailer of messages.
  package static let product = "Platen \(number)"
}

extension Clock {
  /// Now; dated where the date can be trusted.
  var moment: Moment { moment(datedFrom: Version.made) }
}

extension Version {
  #if DEBUG
    private static let build = "debug"
  #else
    private static let build = "release"
  #endif

  /// What runs here, for support. SANE's is empty where the library does not tell: a worker that does not start is told
  /// of by `platen devices`.
  ///
  /// - Parameter program: the path of this program; SANE is asked in a worker.
  static func all(program: String, environment: [String: String], clock: Clock) -> [String: String] {
    let sane = try? SaneScanner(program: program, environment: environment, clock: clock).libraryVersion()
    return [
      "platen": number, "build": build, "sane": sane ?? "", "openssl": Crypto.libraryVersion,
      "libusb": ScanUSB.libraryVersion,
    ]
  }
}
