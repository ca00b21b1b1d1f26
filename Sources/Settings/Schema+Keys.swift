import JSON

extension SchemaShape {
  /// The whole configuration.
  package static let configuration = SchemaShape.group([
    .group("identity", "who the device is", identity),
    .group("scan", "what a scan is like when nothing else is asked", scan),
    .group("document", "the document that a scan becomes", document),
    .group("message", "the message that carries the document", message),
    .group("dkim", "how messages are signed; without a selector they are not", dkim),
    .elements("routes", "the ways out, in order of preference", route),
    .group("retry", "when what failed is tried again", retry),
    .later("retain", .duration, "how long the document of an accepted job is kept"),
    .group("network", "how hosts are reached", network),
    .group("locale", "time zone and language", locale),
    .group("storage", "where jobs and keys are kept", storage),
  ])

  private static let identity: [SchemaKey] = [
    .value("name", .text(.line), .string("Scanner"), "the device's name, shown beside its address"),
    .value("address", .text(.address), .null, "the device's own address: the sender of every message"),
    .value("hostname", .text(.hostname), .null, "the name said in EHLO; null: the system's"),
    .value(
      "internalDomains", .list(of: .text(.hostname)), .array([]),
      "the domains whose mail stays in the house: what Direct Send and HVE may reach"),
  ]

  private static let scan: [SchemaKey] = [
    .value("device", .text(.line), .null, "a SANE name or usb:VID:PID:serial; null: the only one there is"),
    .value("source", .choice(["flatbed", "adf", "adf-duplex"], later: []), .null, "null: the device's own"),
    .value("mode", .choice(["color", "gray", "lineart"], later: ["auto"]), .string("color"), "colour of the pages"),
    .value("resolution", .integer(1...9600), .number(300), "pixels an inch"),
    .value(
      "paper", .choice(["a4", "letter", "legal", "a5", "a3", "auto"], later: []), .string("a4"),
      "size of the paper; auto: the most that the source can take"),
    .later("skipBlankPages", .boolean, "leave out pages with nothing on them"),
  ]

  private static let document: [SchemaKey] = [
    .value("format", .choice(["pdf/a-2b", "pdf/a-1b"], later: []), .string("pdf/a-2b"), "kind of PDF"),
    .value(
      "fileName", .text(.template(TextTemplate.fileNameWords, lines: false)), .string("Scan {date} {time}.pdf"),
      "name of the document, with " + TextTemplate.list(TextTemplate.fileNameWords)),
    .value("quality", .integer(1...100), .number(75), "quality of JPEG pages"),
    .later("maxBytes", .integer(1...Int(Int32.max)), "above this a document is split or shrunk"),
    .later("searchable", .boolean, "put the recognised text behind the picture"),
  ]

  private static let message: [SchemaKey] = [
    .value(
      "subject", .text(.template(TextTemplate.messageWords, lines: false)), .string("{file} from {name}"),
      "subject, with " + TextTemplate.list(TextTemplate.messageWords)),
    .value(
      "body", .text(.template(TextTemplate.messageWords, lines: true)), .string("{pages} pages scanned at {time}."),
      "text, with the same words"),
    .value(
      "binary", .choice(["off", "auto"], later: []), .string("off"),
      "auto: files go as they are, a quarter fewer bytes, to servers with BINARYMIME"),
  ]

  private static let dkim: [SchemaKey] = [
    .value("selector", .text(.selector), .null, "the name in the DNS of the key dkim.privateKey; null: unsigned"),
    .value("domain", .text(.hostname), .null, "the domain that vouches; null: that of identity.address"),
    .value("algorithm", .choice(["rsa", "ed25519"], later: []), .string("rsa"), "of the keys that are made"),
    .value(
      "secondSelector", .text(.selector), .null,
      "of dkim.secondPrivateKey, which signs too: another algorithm, or the next key"),
  ]

  private static let retry: [SchemaKey] = [
    .later("firstAfter", .duration, "the first gap"),
    .later("longestGap", .duration, "the longest gap"),
    .later("giveUpAfter", .duration, "when a job is given up, in waited time"),
  ]

  private static let network: [SchemaKey] = [
    .value("dns", .list(of: .text(.nameServer)), .array([]), "name servers, \"address:port\"; empty: the system's"),
    .value("caFile", .text(.path), .null, "PEM roots for every route, in place of the system's"),
    .value("sourceAddress", .text(.ipAddress), .null, "the address that connections come from"),
    .value(
      "ipv6", .choice(["auto", "off", "prefer"], later: []), .string("auto"),
      "auto: whichever answers, IPv4 first to a tenant's mail exchanger; prefer: IPv4 only where IPv6 fails"),
    .value(
      "proxy", .text(.proxyAddress), .null,
      "the HTTP proxy through which tokens are asked for, \"http://host:port\"; mail goes straight"),
  ]

  private static let locale: [SchemaKey] = [
    .value("timeZone", .text(.timeZone), .string("UTC"), "IANA name, of dates in messages and file names"),
    .value("language", .choice(["en"], later: []), .string("en"), "of texts for people"),
  ]

  private static let storage: [SchemaKey] = [
    .value("state", .text(.path), .null, "folder of spool, journal and secrets; null: the program's own"),
    .value("deviceKey", .text(.path), .null, "the key that secrets are sealed with; null: the program's own place"),
  ]
}
