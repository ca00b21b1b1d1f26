import Base
import TestKit
import Testing

/// A certificate and its key, as PEM files.
struct Identity {
  let certificate: String
  let key: String
}

/// Certificates made by the openssl program, in a folder that is gone with this value.
struct CertificateYard {
  let folder: TemporaryFolder
  static let valid = (from: "20200101000000Z", to: "20991231235959Z")

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "index")
    try folder.write("unique_subject = no\n", to: "index.attr")
  }

  /// A root that signs itself.
  func root(_ name: String) throws -> Identity {
    try selfSigned(name, extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
  }

  func selfSigned(_ name: String, extensions: [String]) throws -> Identity {
    let made = Identity(certificate: folder.file(name + ".pem"), key: folder.file(name + ".key"))
    try openssl(
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
        + ["-subj", "/O=Platen Tests/CN=" + name, "-keyout", made.key, "-out", made.certificate]
        + extensions.flatMap { ["-addext", $0] })
    return made
  }

  /// A certificate signed by `issuer`; `alternative` is what stands in subjectAltName, nil for none.
  func signed(
    _ name: String, by issuer: Identity, alternative: String?, authority: Bool = false,
    dates: (from: String, to: String) = valid
  ) throws -> Identity {
    let made = Identity(certificate: folder.file(name + ".pem"), key: folder.file(name + ".key"))
    let request = folder.file(name + ".csr")
    try openssl(
      ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + ["-subj", "/O=Platen Tests/CN=" + name, "-keyout", made.key, "-out", request])
    let extensions = (authority ? "basicConstraints=critical,CA:TRUE\n" : "basicConstraints=CA:FALSE\n")
    let names = alternative.map { "subjectAltName=" + $0 + "\n" } ?? ""
    let configuration = try folder.write(
      """
      [ca]
      default_ca = yard
      [yard]
      database = \(folder.file("index"))
      new_certs_dir = \(folder.path)
      rand_serial = yes
      default_md = sha256
      policy = any
      x509_extensions = extensions
      [any]
      organizationName = optional
      commonName = supplied
      [extensions]
      \(extensions)\(names)
      """, to: name + ".cnf")
    try openssl(
      ["ca", "-batch", "-notext", "-config", configuration, "-cert", issuer.certificate, "-keyfile", issuer.key]
        + ["-startdate", dates.from, "-enddate", dates.to, "-in", request, "-out", made.certificate])
    return made
  }

  private func openssl(_ arguments: [String]) throws {
    let result = try run(["openssl"] + arguments)
    try #require(result.exitCode == 0, "openssl \(arguments): \(result.errors)")
  }
}
