import JSON

extension SchemaShape {
  /// The whole configuration.
  package static let configuration = SchemaShape.group([
    .group("identity", "who the device is", identity),
    .group("scan", "defaults for scans", scan),
    .group("document", "the document made from a scan", document),
    .group("message", "the message that carries the document", message),
    .group("dkim", "how messages are signed; unsigned without a selector", dkim),
    .elements("routes", "the routes, in order of preference", route),
    .group("retry", "when failed attempts are retried", retry),
    .later("retain", .duration, "how long the document of an accepted job is kept"),
    .group("network", "how hosts are reached", network),
    .group("locale", "time zone and language", locale),
    .group("storage", "where jobs and keys are stored", storage),
  ])

  private static let identity: [SchemaKey] = [
    .value("name", .text(.line), .string("Scanner"), "the device's display name, shown with its address"),
    .value("address", .text(.address), .null, "the device's own address: the sender of every message"),
    .value("hostname", .text(.hostname), .null, "the name in EHLO; null: the system's host name"),
    .value(
      "internalDomains", .list(of: .text(.hostname)), .array([]),
      "your own domains: the only ones that Direct Send and HVE reach"),
  ]

  private static let scan: [SchemaKey] = [
    .value("device", .text(.line), .null, "a SANE name or usb:VID:PID:serial; null: the only scanner found"),
    .value(
      "source", .choice(["flatbed", "adf", "adf-duplex"], later: []), .null, "source; null: the device default"),
    .value("mode", .choice(["color", "gray", "lineart"], later: ["auto"]), .string("color"), "colour of the pages"),
    .value("resolution", .integer(1...9600), .number(300), "dots per inch"),
    .value(
      "paper", .choice(["a4", "letter", "legal", "a5", "a3", "auto"], later: []), .string("a4"),
      "paper size; auto: the largest that the source supports"),
    .later("skipBlankPages", .boolean, "omit blank pages"),
  ]

  private static let document: [SchemaKey] = [
    .value("format", .choice(["pdf/a-2b", "pdf/a-1b"], later: []), .string("pdf/a-2b"), "PDF format"),
    .value(
      "fileName", .text(.template(TextTemplate.fileNameWords, lines: false)), .string("Scan {date} {time}.pdf"),
      "file name of the document; placeholders: " + TextTemplate.list(TextTemplate.fileNameWords)),
    .value("quality", .integer(1...100), .number(75), "JPEG quality"),
    .later("maxBytes", .integer(1...Int(Int32.max)), "larger documents are split or reduced"),
    .later("searchable", .boolean, "add a text layer by OCR"),
  ]

  private static let message: [SchemaKey] = [
    .value(
      "subject", .text(.template(TextTemplate.messageWords, lines: false)), .string("{file} from {name}"),
      "subject; placeholders: " + TextTemplate.list(TextTemplate.messageWords)),
    .value(
      "body", .text(.template(TextTemplate.messageWords, lines: true)), .string("{pages} pages scanned at {time}."),
      "body text; the same placeholders"),
    .value(
      "binary", .choice(["off", "auto"], later: []), .string("off"),
      "auto: send files unencoded, a quarter smaller, to servers with BINARYMIME"),
  ]

  private static let dkim: [SchemaKey] = [
    .value("selector", .text(.selector), .null, "the DKIM selector of the key dkim.privateKey; null: unsigned"),
    .value("domain", .text(.hostname), .null, "the signing domain; null: that of identity.address"),
    .value("algorithm", .choice(["rsa", "ed25519"], later: []), .string("rsa"), "algorithm of new keys"),
    .value(
      "secondSelector", .text(.selector), .null,
      "the selector of dkim.secondPrivateKey, which signs as well: another algorithm, or the next key"),
  ]

  private static let retry: [SchemaKey] = [
    .later("firstAfter", .duration, "delay before the first retry"),
    .later("longestGap", .duration, "longest delay between retries"),
    .later("giveUpAfter", .duration, "waiting time after which a job is given up"),
  ]

  private static let network: [SchemaKey] = [
    .value("dns", .list(of: .text(.nameServer)), .array([]), "name servers, \"address:port\"; empty: the system's"),
    .value("caFile", .text(.path), .null, "root certificates (PEM) for every route, instead of the system's"),
    .value("sourceAddress", .text(.ipAddress), .null, "local address for outgoing connections"),
    .value(
      "ipv6", .choice(["auto", "off", "prefer"], later: []), .string("auto"),
      "auto: whichever responds, IPv4 first to a tenant's mail exchanger; prefer: IPv4 only if IPv6 fails"),
    .value(
      "proxy", .text(.proxyAddress), .null,
      "HTTP proxy for token requests, \"http://host:port\"; mail is sent directly"),
  ]

  private static let locale: [SchemaKey] = [
    .value("timeZone", .text(.timeZone), .string("UTC"), "IANA time zone for dates in messages and file names"),
    .value("language", .choice(["en"], later: []), .string("en"), "language of texts"),
  ]

  private static let storage: [SchemaKey] = [
    .value("state", .text(.path), .null, "folder for spool, journal and secrets; null: the default"),
    .value("deviceKey", .text(.path), .null, "file of the key that encrypts secrets; null: the default"),
  ]
}
