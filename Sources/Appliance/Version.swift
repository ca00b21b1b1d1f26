import Base
import Crypto
import Glibc
package import JSON
import ScanSane
import ScanUSB

/// The version of Platen, as `platen version`, documents and messages carry it.
package enum Version {
  package static let number = "0.1.0"
  /// When this version was made, a day: no right date is before it. To be moved with each release.
  static let made = WallTime(seconds: 1_793_491_200)
  /// As the Producer of documents and the X-Mailer of messages.
  package static let product = "Platen \(number)"
}

/// What runs here, for support.
package struct Versions: Sendable, JSONWritable {
  package let platen = Version.number
  #if DEBUG
    package let build = "debug"
  #else
    package let build = "release"
  #endif
  /// Empty where the library does not tell: a worker that does not start is told of by `platen devices`.
  package let sane: String
  package let openssl: String
  package let libusb: String

  /// - Parameter program: the path of this program; SANE is asked in a worker.
  package init(program: String, environment: [String: String]) {
    sane = (try? SaneScanner(program: program, environment: environment).libraryVersion()) ?? ""
    openssl = Crypto.libraryVersion
    libusb = ScanUSB.libraryVersion
  }

  package var json: JSONValue {
    .fields(["build": build, "libusb": libusb, "openssl": openssl, "platen": platen, "sane": sane])
  }
}
