import Base
import Glibc

/// nsd on a free port of 127.0.0.1, answering for "platen.example", which ldns-signzone signed, and for
/// "unsigned.example", which nobody did.
package final class SignedZone: Sendable {
  /// "127.0.0.1:port".
  package let address: String
  /// The key of the signed zone, as what validation begins with; of another key that signed nothing.
  package let anchor: String
  package let strangeAnchor: String
  private let folder: TemporaryFolder
  private let child: ServerProcess

  /// - Parameters:
  ///   - records: lines of both zones, names relative: "mail A 127.0.0.1".
  ///   - forgery: what one text of the signed zone is turned into after signing.
  package init(_ records: [String], forgery: (of: String, into: String)? = nil) throws {
    folder = try TemporaryFolder()
    let head = "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n"
    let body = records.joined(separator: "\n") + "\n"
    try folder.write("$ORIGIN unsigned.example.\n" + head + body, to: "unsigned")
    try folder.write("$ORIGIN platen.example.\n" + head + body, to: "plain")
    let key = try Self.key(in: folder)
    anchor = key + ".ds"
    strangeAnchor = try Self.key(in: folder) + ".ds"
    try Self.succeed(["ldns-signzone", "-f", folder.file("signed"), folder.file("plain"), key])
    if let forgery { try Self.forge(folder.file("signed"), forgery.of, forgery.into) }
    // nsd cannot take port 0: a port that is free now is given to it, and another one where that fails.
    for _ in 0..<20 {
      let port = try NameServer.freePort()
      let child = try Self.start(port, in: folder)
      if NameServer.answers(port) {
        address = "127.0.0.1:\(port)"
        self.child = child
        return
      }
      child.send(signal: SIGTERM)
      child.wait()
    }
    throw KitError("nsd did not start")
  }

  deinit {
    // nsd has children of its own, which it ends only when it is asked to.
    child.send(signal: SIGTERM)
    child.wait()
  }

  private static func key(in folder: TemporaryFolder) throws -> String {
    let made = try run(
      ["/bin/sh", "-c", "cd \"$1\" && ldns-keygen -a ECDSAP256SHA256 -k platen.example", "sh", folder.path])
    if made.exitCode != 0 { throw KitError("ldns-keygen: \(made.errors)") }
    return folder.file(made.text.trimmingLineEnd())
  }

  private static func succeed(_ arguments: [String]) throws {
    let result = try run(arguments)
    if result.exitCode != 0 { throw KitError("\(arguments[0]): \(result.errors)") }
  }

  private static func forge(_ file: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try Folder.contents(of: file), as: UTF8.self)
    guard text.contains(old) else { throw KitError("the zone has no \(old): \(text)") }
    let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
    try Folder.replace(file, with: Array((parts[0] + new + parts[1]).utf8))
  }

  private static func start(_ port: Int, in folder: TemporaryFolder) throws -> ServerProcess {
    let null = try Descriptor(opening: "/dev/null", O_RDWR)
    let configuration = try folder.write(configuration(folder.path, port), to: "nsd.conf")
    return try ServerProcess(
      [programPath("nsd"), "-d", "-c", configuration], environment: [:],
      descriptors: [0: null.number, 1: null.number, 2: null.number])
  }

  private static func configuration(_ path: String, _ port: Int) -> String {
    """
    server:
      ip-address: 127.0.0.1@\(port)
      username: ""
      chroot: ""
      zonesdir: "\(path)"
      pidfile: ""
      database: ""
      xfrdfile: "\(path)/transfers"
      xfrdir: "\(path)"
      zonelistfile: "\(path)/zones"
      logfile: "\(path)/log"
      server-count: 1
    remote-control:
      control-enable: no
    zone:
      name: platen.example
      zonefile: signed
    zone:
      name: unsigned.example
      zonefile: unsigned
    """
  }
}

extension String {
  fileprivate func trimmingLineEnd() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
