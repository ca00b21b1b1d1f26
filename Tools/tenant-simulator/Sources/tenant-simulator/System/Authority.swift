import FoundationEssentials

/// A certificate with what stands between it and the root, and its key, as PEM files.
struct CertificateFiles: Sendable {
  let chain: String
  let key: String
}

/// What can be wrong with a server's certificate.
enum CertificateFault: String, Codable, CaseIterable {
  case expired
  case notYetValid = "not-yet-valid"
  case wrongName = "wrong-name"
  case unknownAuthority = "unknown-authority"
  case missingIntermediate = "missing-intermediate"
  case selfSigned = "self-signed"
}

/// A root and an intermediate authority in a folder, made by the `openssl` program.
///
/// It stands for the public authorities: clients trust ``root``, the tenant's MX believes client certificates below it.
struct Authority: Sendable {
  let folder: String

  var root: String { file("ca.pem") }

  /// Uses what `folder` holds, and makes what it lacks.
  init(folder: String) throws(Fault) {
    self.folder = folder
    if FileManager.default.fileExists(atPath: root) { return }
    try writeFile("", to: file("index"))
    try writeFile("unique_subject = no\n", to: file("index.attr"))
    try selfSigned("ca", name: "Simulated Public Root", isAuthority: true)
    try sign("intermediate", name: "Simulated Public Authority", by: "ca", alternativeNames: [], isAuthority: true)
  }

  /// A certificate for `names`, with its intermediate unless `fault` says otherwise.
  func certificate(
    _ stem: String, names: [String], fault: CertificateFault? = nil
  ) throws(Fault) -> CertificateFiles {
    let stem = fault.map { "\(stem)-\($0.rawValue)" } ?? stem
    let files = CertificateFiles(chain: file(stem + "-chain.pem"), key: file(stem + ".key"))
    if FileManager.default.fileExists(atPath: files.chain) { return files }
    let subject = names.first { $0.hasPrefix("DNS:") }.map { String($0.dropFirst(4)) } ?? stem
    switch fault {
    case .selfSigned:
      try selfSigned(stem, name: subject, isAuthority: false, alternativeNames: names)
      try chain([stem], to: files.chain)
    case .unknownAuthority:
      try selfSigned("unknown", name: "Firewall Inspection Root", isAuthority: true)
      try sign(stem, name: subject, by: "unknown", alternativeNames: names)
      try chain([stem, "unknown"], to: files.chain)
    case .missingIntermediate:
      try sign(stem, name: subject, alternativeNames: names)
      try chain([stem], to: files.chain)
    case .wrongName:
      try sign(stem, name: "wrong.example.net", alternativeNames: ["DNS:wrong.example.net"])
      try chain([stem, "intermediate"], to: files.chain)
    case .expired, .notYetValid, nil:
      try sign(stem, name: subject, alternativeNames: names, validity: Validity(fault))
      try chain([stem, "intermediate"], to: files.chain)
    }
    return files
  }

  /// From when to when a certificate is good, as `openssl ca` writes times.
  private struct Validity {
    let from: String
    let to: String

    init(_ fault: CertificateFault?) {
      from = fault == .notYetValid ? "20700101000000Z" : "20200101000000Z"
      to = fault == .expired ? "20210101000000Z" : "20991231235959Z"
    }
  }

  // MARK: The openssl program

  private var newKey: [String] { ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] }

  private func selfSigned(
    _ stem: String, name: String, isAuthority: Bool, alternativeNames: [String] = []
  ) throws(Fault) {
    var extensions = ["basicConstraints=critical,CA:\(isAuthority ? "TRUE" : "FALSE")"]
    if isAuthority { extensions.append("keyUsage=critical,keyCertSign,cRLSign") }
    if !alternativeNames.isEmpty { extensions.append("subjectAltName=" + alternativeNames.joined(separator: ",")) }
    try runProgram(
      ["openssl", "req", "-x509"] + newKey + ["-days", "3650", "-subj", "/CN=\(name)"]
        + ["-keyout", file(stem + ".key"), "-out", file(stem + ".pem")] + extensions.flatMap { ["-addext", $0] })
  }

  private func sign(
    _ stem: String, name: String, by signer: String = "intermediate", alternativeNames: [String],
    isAuthority: Bool = false, validity: Validity = Validity(nil)
  ) throws(Fault) {
    let request = file(stem + ".csr")
    try runProgram(
      ["openssl", "req", "-new"] + newKey + ["-subj", "/CN=\(name)", "-keyout", file(stem + ".key"), "-out", request])
    let configuration = file(stem + ".cnf")
    try writeFile(signing(alternativeNames, isAuthority: isAuthority), to: configuration)
    try runProgram(
      ["openssl", "ca", "-batch", "-notext", "-config", configuration]
        + ["-cert", file(signer + ".pem"), "-keyfile", file(signer + ".key")]
        + ["-startdate", validity.from, "-enddate", validity.to, "-in", request, "-out", file(stem + ".pem")])
  }

  private func signing(_ names: [String], isAuthority: Bool) -> String {
    """
    [ca]
    default_ca = this
    [this]
    database = \(file("index"))
    new_certs_dir = \(folder)
    rand_serial = yes
    default_md = sha256
    policy = any
    x509_extensions = extensions
    [any]
    commonName = supplied
    [extensions]
    basicConstraints = critical,CA:\(isAuthority ? "TRUE" : "FALSE")
    subjectKeyIdentifier = hash
    \(names.isEmpty ? "" : "subjectAltName = " + names.joined(separator: ","))

    """
  }

  private func chain(_ stems: [String], to path: String) throws(Fault) {
    var text = ""
    for stem in stems { text += try readFile(file(stem + ".pem")) }
    try writeFile(text, to: path)
  }

  func file(_ name: String) -> String { folder + "/" + name }
}
