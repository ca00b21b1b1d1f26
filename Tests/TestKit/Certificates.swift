import Base

/// A server's certificate and its key, as PEM files.
package struct ServerCertificate: Sendable {
  package let file: String
  package let key: String
}

/// A certificate authority made by the `openssl` program, in a folder that is gone with this value.
package struct CertificateAuthority: Sendable {
  private let folder: TemporaryFolder

  /// The root, to be trusted.
  package var file: String { folder.file("root.pem") }

  package init() throws {
    folder = try TemporaryFolder()
    try folder.write("", to: "index")
    try folder.write("unique_subject = no\n", to: "index.attr")
    try selfSigned("root", extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
  }

  /// A certificate signed by this authority.
  ///
  /// - Parameters:
  ///   - names: as OpenSSL writes them: "DNS:mail.example.test", "IP:127.0.0.1".
  ///   - from, to: as yyyymmddhhmmssZ.
  package func issue(
    _ names: [String], from: String = "20200101000000Z", to: String = "20991231235959Z"
  ) throws -> ServerCertificate {
    let stem = "leaf\(try Folder.names(in: folder.path).count)"
    let made = ServerCertificate(file: folder.file(stem + ".pem"), key: folder.file(stem + ".key"))
    let request = folder.file(stem + ".csr")
    try openssl(["req", "-new"] + newKey + ["-subj", "/CN=\(stem)", "-keyout", made.key, "-out", request])
    let configuration = try folder.write(signing(names), to: stem + ".cnf")
    try openssl(
      ["ca", "-batch", "-notext", "-config", configuration, "-cert", file, "-keyfile", folder.file("root.key")]
        + ["-startdate", from, "-enddate", to, "-in", request, "-out", made.file])
    return made
  }

  /// A certificate that vouches for itself.
  @discardableResult
  package func selfSigned(_ stem: String, extensions: [String]) throws -> ServerCertificate {
    let made = ServerCertificate(file: folder.file(stem + ".pem"), key: folder.file(stem + ".key"))
    try openssl(
      ["req", "-x509"] + newKey + ["-days", "30", "-subj", "/CN=\(stem)", "-keyout", made.key, "-out", made.file]
        + extensions.flatMap { ["-addext", $0] })
    return made
  }

  private var newKey: [String] { ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] }

  private func signing(_ names: [String]) -> String {
    """
    [ca]
    default_ca = this
    [this]
    database = \(folder.file("index"))
    new_certs_dir = \(folder.path)
    rand_serial = yes
    default_md = sha256
    policy = any
    x509_extensions = extensions
    [any]
    commonName = supplied
    [extensions]
    basicConstraints = CA:FALSE
    subjectAltName = \(names.joined(separator: ","))
    """
  }

  private func openssl(_ arguments: [String]) throws {
    let result = try run(["openssl"] + arguments)
    if result.exitCode != 0 { throw KitError("openssl \(arguments[0]): \(result.errors)") }
  }
}

/// Something that a test leans on did not work.
package struct KitError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
