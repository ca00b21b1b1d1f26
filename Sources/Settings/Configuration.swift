/// The configuration as the rest of the program uses it: every value of its type and within its range.
///
/// Words with few values (`mode`, `paper`, `format`, `auth`…) are texts; the schema sees to it that they are
/// one of those it lists, and the rooms that know their meaning turn them into their own types.
package struct Configuration: Sendable, Equatable {
  package struct Identity: Sendable, Equatable {
    package var name: String
    package var address: String?
    /// For EHLO; nil: the system's.
    package var hostname: String?
    /// The domains whose mail stays in the house: what a route that reaches `internal` may carry to.
    package var internalDomains: [String]
  }

  package struct Scan: Sendable, Equatable {
    package var device: String?
    /// "flatbed", "adf" or "adf-duplex"; nil: the device's own.
    package var source: String?
    /// "color", "gray" or "lineart".
    package var mode: String
    /// Pixels an inch.
    package var resolution: Int
    package var paper: String
  }

  package struct Document: Sendable, Equatable {
    /// "pdf/a-2b" or "pdf/a-1b".
    package var format: String
    /// A ``TextTemplate`` of ``TextTemplate/fileNameWords``.
    package var fileName: String
    /// Of JPEG pages, 1 to 100.
    package var quality: Int
  }

  package struct Message: Sendable, Equatable {
    /// Both are a ``TextTemplate`` of ``TextTemplate/messageWords``.
    package var subject: String
    package var body: String
    /// "off" or "auto": attachments go in binary where the server can take it.
    package var binary: String
  }

  package struct DKIM: Sendable, Equatable {
    /// nil: messages are not signed with the first key.
    package var selector: String?
    /// nil: the domain of the device's address.
    package var domain: String?
    /// "rsa" or "ed25519".
    package var algorithm: String
    package var secondSelector: String?
  }

  package struct Network: Sendable, Equatable {
    /// Name servers, "address" or "address:port"; empty: the system's.
    package var dns: [String]
    package var sourceAddress: String?
    package var caFile: String?
    /// "auto", "off" or "prefer".
    package var ipv6: String
    /// "http://host:port", for HTTPS.
    package var proxy: String?
  }

  package struct Locale: Sendable, Equatable {
    package var timeZone: String
    package var language: String
  }

  package struct Storage: Sendable, Equatable {
    /// nil: the program's own folder.
    package var state: String?
    package var deviceKey: String?
  }

  package var identity: Identity
  package var scan: Scan
  package var document: Document
  package var message: Message
  package var dkim: DKIM
  package var routes: [RouteSettings]
  package var network: Network
  package var locale: Locale
  package var storage: Storage

  package static let defaults = Configuration(checked: SchemaShape.configuration.defaults)
}
