import Base
import Crypto
import Glibc
import Routes

extension Route.ClientCertificate {
  /// A chain of certificates has some kilobytes.
  private static let mostBytes = 1 << 20

  /// The certificate and its key out of their files, which may be one.
  func load() throws(TLSFault) -> TLSIdentity {
    let key = try Self.contents(of: keyFile, isSecret: true)
    let chain = try Self.contents(of: chainFile, isSecret: false)
    do throws(SigningFault) {
      return try TLSIdentity(chain: chain, key: key)
    } catch {
      throw .ownCertificate(words(for: error))
    }
  }

  private static func contents(of path: String, isSecret: Bool) throws(TLSFault) -> [UInt8] {
    do throws(SystemError) {
      let file = try Descriptor(opening: path, O_RDONLY | O_CLOEXEC)
      let others = try file.permissions() & 0o077
      if !isSecret || others == 0 { return try file.readToEnd(limit: mostBytes) }
    } catch {
      throw .ownCertificate("\(error)")
    }
    throw .ownCertificate("other users can read or change the key in \(path): chmod 600 \(path)")
  }

  private func words(for fault: SigningFault) -> String {
    switch fault {
    case .noCertificate: "\(chainFile) contains no PEM certificate"
    case .noKey: "\(keyFile) contains no PEM private key, or one with a passphrase"
    case .unfitKey(let detail): "\(keyFile) contains \(detail), the certificate in \(chainFile)"
    }
  }
}
