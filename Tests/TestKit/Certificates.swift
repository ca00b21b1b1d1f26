import Base

/// A server's certificate and its key, as PEM files.
package struct ServerCertificate: Sendable {
  /// The certificate, and what is sent along behind it.
  package let file: String
  package let key: String
}

/// A certificate authority made by the `openssl` program, in a folder that is gone with the last that came of it.
package struct CertificateAuthority: Sendable {
  /// The kind of a new key.
  package enum Key: Sendable {
    case p256, rsa1024, rsa2048

    fileprivate var options: [String] {
      switch self {
      case .p256: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
      case .rsa1024: ["-newkey", "rsa:1024", "-nodes"]
      case .rsa2048: ["-newkey", "rsa:2048", "-nodes"]
      }
    }
  }

  package static let beginning = "20200101000000Z"
  package static let end = "20991231235959Z"

  private let folder: TemporaryFolder
  private let stem: String

  /// Its own certificate; of a root the one to be trusted.
  package var file: String { folder.file(stem + ".pem") }
  private var key: String { folder.file(stem + ".key") }

  /// A root, whose subject is "CN=name,O=Platen Tests".
  package init(_ name: String = "root") throws {
    folder = try TemporaryFolder()
    stem = name
    try folder.write("", to: "index")
    try folder.write("unique_subject = no\n", to: "index.attr")
    try selfSigned(name, extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
  }

  private init(_ stem: String, in folder: TemporaryFolder) {
    self.folder = folder
    self.stem = stem
  }

  /// Another root in the same folder.
  package func stranger(_ name: String) throws -> CertificateAuthority {
    try selfSigned(name, extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"])
    return CertificateAuthority(name, in: folder)
  }

  /// An authority below this one.
  package func intermediate(_ name: String) throws -> CertificateAuthority {
    try sign(name, .p256, extensions: ["basicConstraints = critical,CA:TRUE"], (Self.beginning, Self.end))
    return CertificateAuthority(name, in: folder)
  }

  /// A certificate signed by this authority.
  ///
  /// - Parameters:
  ///   - names: as OpenSSL writes them: "DNS:mail.example.test", "IP:127.0.0.1"; none leaves only the common name.
  ///   - name: the common name; nil makes one up.
  ///   - from, to: as yyyymmddhhmmssZ.
  ///   - location: where it says that this authority's own certificate is published.
  package func issue(
    _ names: [String], named name: String? = nil, from: String = beginning, to: String = end, key: Key = .p256,
    publishedAt location: String? = nil
  ) throws -> ServerCertificate {
    var extensions = ["basicConstraints = CA:FALSE"]
    if !names.isEmpty { extensions.append("subjectAltName = " + names.joined(separator: ",")) }
    if let location { extensions.append("authorityInfoAccess = caIssuers;URI:" + location) }
    return try sign(name ?? newName(), key, extensions: extensions, (from, to))
  }

  /// A certificate that vouches for itself.
  @discardableResult
  package func selfSigned(_ stem: String, extensions: [String]) throws -> ServerCertificate {
    let made = ServerCertificate(file: folder.file(stem + ".pem"), key: folder.file(stem + ".key"))
    try Self.openssl(
      ["req", "-x509"] + Key.p256.options + ["-days", "30", "-subj", "/O=Platen Tests/CN=\(stem)"]
        + ["-keyout", made.key, "-out", made.file] + extensions.flatMap { ["-addext", $0] })
    return made
  }

  /// The certificate with those of `authorities` behind it in one file, and with its key as well where `withKey`.
  package func chained(
    _ certificate: ServerCertificate, _ authorities: [CertificateAuthority], withKey: Bool = false
  ) throws -> ServerCertificate {
    let parts = [certificate.file] + authorities.map(\.file) + (withKey ? [certificate.key] : [])
    var all: [UInt8] = []
    for part in parts { all += try Folder.contents(of: part) }
    let file = try folder.write(all, to: newName() + ".pem")
    return ServerCertificate(file: file, key: withKey ? file : certificate.key)
  }

  /// A digest by the `openssl` program: "sha256" or "sha512" of a certificate in DER, or of its public key.
  package static func digest(_ algorithm: String, ofKeyIn file: String) throws -> [UInt8] {
    let text = try openssl(["x509", "-in", file, "-noout", "-pubkey"])
    let key = try openssl(["pkey", "-pubin", "-outform", "der"], input: text)
    return try openssl(["dgst", "-" + algorithm, "-binary"], input: key)
  }

  package static func digest(_ algorithm: String, of file: String) throws -> [UInt8] {
    let certificate = try openssl(["x509", "-in", file, "-outform", "der"])
    return try openssl(["dgst", "-" + algorithm, "-binary"], input: certificate)
  }

  // MARK: Making

  private func newName() throws -> String { "made\(try Folder.names(in: folder.path).count)" }

  @discardableResult
  private func sign(
    _ name: String, _ key: Key, extensions: [String], _ dates: (from: String, to: String)
  ) throws -> ServerCertificate {
    let made = ServerCertificate(file: folder.file(name + ".pem"), key: folder.file(name + ".key"))
    let request = folder.file(name + ".csr")
    try Self.openssl(
      ["req", "-new"] + key.options + ["-subj", "/O=Platen Tests/CN=\(name)", "-keyout", made.key, "-out", request])
    let configuration = try folder.write(signing(extensions), to: name + ".cnf")
    try Self.openssl(
      ["ca", "-batch", "-notext", "-config", configuration, "-cert", file, "-keyfile", self.key]
        + ["-startdate", dates.from, "-enddate", dates.to, "-in", request, "-out", made.file])
    return made
  }

  private func signing(_ extensions: [String]) -> String {
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
    organizationName = optional
    commonName = supplied
    [extensions]
    \(extensions.joined(separator: "\n"))
    """
  }

  @discardableResult
  private static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let result = try run(["openssl"] + arguments, input: input)
    if result.exitCode != 0 { throw KitError("openssl \(arguments[0]): \(result.errors)") }
    return result.output
  }
}

/// Something that a test leans on did not work.
package struct KitError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
