import JSON

/// The configuration as the program uses it: every value of its type and within its range.
///
/// To add a key, add a property and the line that declares it, where `config schema` is to show it. Words with few
/// values (`mode`, `paper`, `format`, `auth`…) are texts; the schema sees to it that they are one of those listed, and
/// the rooms that know their meaning turn them into their own types.
package struct Configuration: Sendable, Equatable {
  package var identity: Identity
  package var scan: Scan
  package var document: Document
  package var message: Message
  package var dkim: DKIM
  package var routes: [RouteSettings]
  package var network: Network
  package var locale: Locale
  package var storage: Storage

  init(_ keys: inout Keys) {
    identity = keys.group("identity", "who the device is", Identity.init)
    scan = keys.group("scan", "defaults for scans", Scan.init)
    document = keys.group("document", "the document made from a scan", Document.init)
    message = keys.group("message", "the message that carries the document", Message.init)
    dkim = keys.group("dkim", "how messages are signed; unsigned without a selector", DKIM.init)
    routes = keys.elements("routes", "the routes, in order of preference", RouteSettings.init)
    keys.group("retry", "when failed attempts are retried") { keys in
      keys.later("firstAfter", .duration, "delay before the first retry")
      keys.later("longestGap", .duration, "longest delay between retries")
      keys.later("giveUpAfter", .duration, "waiting time after which a job is given up")
    }
    keys.later("retain", .duration, "how long the document of an accepted job is kept")
    network = keys.group("network", "how hosts are reached", Network.init)
    locale = keys.group("locale", "time zone and language", Locale.init)
    storage = keys.group("storage", "where jobs and keys are stored", Storage.init)
  }

  /// Out of a tree that the schema has checked.
  init(checked tree: JSONValue) { self = Keys.values(of: tree, by: Configuration.init) }

  package static let defaults = Configuration(checked: .object([]))
}

extension SchemaShape {
  /// The whole configuration.
  package static let configuration = SchemaShape.group(Keys.declared(by: Configuration.init))
}

extension Configuration {
  package struct Identity: Sendable, Equatable {
    package var name: String
    package var address: String?
    package var hostname: String?
    package var internalDomains: [String]

    init(_ keys: inout Keys) {
      name = keys.text("name", .line, default: "Scanner", "the device's display name, shown with its address")
      address = keys.text("address", .address, "the device's own address: the sender of every message")
      hostname = keys.text("hostname", .hostname, "the name in EHLO; null: the system's host name")
      internalDomains = keys.texts(
        "internalDomains", each: .hostname,
        "your own domains: the only ones that Direct Send and HVE reach")
    }
  }

  package struct Scan: Sendable, Equatable {
    package var device: String?
    package var source: String?
    package var mode: String
    /// Pixels an inch.
    package var resolution: Int
    package var paper: String

    init(_ keys: inout Keys) {
      device = keys.text("device", .line, "a SANE name or usb:VID:PID:serial; null: the only scanner found")
      source = keys.choice("source", ["flatbed", "adf", "adf-duplex"], "source; null: the device default")
      mode = keys.choice(
        "mode", ["color", "gray", "lineart"], later: ["auto"], default: "color", "colour of the pages")
      resolution = keys.integer("resolution", 1...9600, default: 300, "dots per inch")
      paper = keys.choice(
        "paper", ["a4", "letter", "legal", "a5", "a3", "auto"], default: "a4",
        "paper size; auto: the largest that the source supports")
      keys.later("skipBlankPages", .boolean, "omit blank pages")
    }
  }

  package struct Document: Sendable, Equatable {
    package var format: String
    /// A ``TextTemplate`` of ``TextTemplate/fileNameWords``.
    package var fileName: String
    /// Of JPEG pages, 1 to 100.
    package var quality: Int

    init(_ keys: inout Keys) {
      format = keys.choice("format", ["pdf/a-2b", "pdf/a-1b"], default: "pdf/a-2b", "PDF format")
      fileName = keys.text(
        "fileName", .template(TextTemplate.fileNameWords, lines: false), default: "Scan {date} {time}.pdf",
        "file name of the document; placeholders: " + TextTemplate.list(TextTemplate.fileNameWords))
      quality = keys.integer("quality", 1...100, default: 75, "JPEG quality")
      keys.later("maxBytes", .integer(1...Int(Int32.max)), "larger documents are split or reduced")
      keys.later("searchable", .boolean, "add a text layer by OCR")
    }
  }

  package struct Message: Sendable, Equatable {
    /// Both are a ``TextTemplate`` of ``TextTemplate/messageWords``.
    package var subject: String
    package var body: String
    package var binary: String

    init(_ keys: inout Keys) {
      subject = keys.text(
        "subject", .template(TextTemplate.messageWords, lines: false), default: "{file} from {name}",
        "subject; placeholders: " + TextTemplate.list(TextTemplate.messageWords))
      body = keys.text(
        "body", .template(TextTemplate.messageWords, lines: true), default: "{pages} pages scanned at {time}.",
        "body text; the same placeholders")
      binary = keys.choice(
        "binary", ["off", "auto"], default: "off",
        "auto: send files unencoded, a quarter smaller, to servers with BINARYMIME")
    }
  }

  package struct DKIM: Sendable, Equatable {
    package var selector: String?
    package var domain: String?
    package var algorithm: String
    package var secondSelector: String?

    init(_ keys: inout Keys) {
      selector = keys.text(
        "selector", .selector, "the DKIM selector of the key dkim.privateKey; null: unsigned")
      domain = keys.text("domain", .hostname, "the signing domain; null: that of identity.address")
      algorithm = keys.choice("algorithm", ["rsa", "ed25519"], default: "rsa", "algorithm of new keys")
      secondSelector = keys.text(
        "secondSelector", .selector,
        "the selector of dkim.secondPrivateKey, which signs as well: another algorithm, or the next key")
    }
  }

  package struct Network: Sendable, Equatable {
    package var dns: [String]
    package var caFile: String?
    package var sourceAddress: String?
    package var ipv6: String
    package var proxy: String?

    init(_ keys: inout Keys) {
      dns = keys.texts("dns", each: .nameServer, "name servers, \"address:port\"; empty: the system's")
      caFile = keys.text("caFile", .path, "root certificates (PEM) for every route, instead of the system's")
      sourceAddress = keys.text("sourceAddress", .ipAddress, "local address for outgoing connections")
      ipv6 = keys.choice(
        "ipv6", ["auto", "off", "prefer"], default: "auto",
        "auto: whichever responds, IPv4 first to a tenant's mail exchanger; prefer: IPv4 only if IPv6 fails")
      proxy = keys.text(
        "proxy", .proxyAddress,
        "HTTP proxy for token requests, \"http://host:port\"; mail is sent directly")
    }
  }

  package struct Locale: Sendable, Equatable {
    package var timeZone: String
    package var language: String

    init(_ keys: inout Keys) {
      timeZone = keys.text(
        "timeZone", .timeZone, default: "UTC", "IANA time zone for dates in messages and file names")
      language = keys.choice("language", ["en"], default: "en", "language of texts")
    }
  }

  package struct Storage: Sendable, Equatable {
    package var state: String?
    package var deviceKey: String?

    init(_ keys: inout Keys) {
      state = keys.text("state", .path, "folder for spool, journal and secrets; null: the default")
      deviceKey = keys.text(
        "deviceKey", .path, "file of the key that encrypts secrets; null: the default")
    }
  }
}
