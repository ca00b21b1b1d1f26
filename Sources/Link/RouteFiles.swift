package import Base
import Crypto
import Glibc
package import Mail
package import Routes

extension Route {
  /// Reads the files that a connection by this route needs, without connecting.
  package func checkFiles(at now: WallTime) throws(DeliveryFault) {
    guard tlsMode != .off, certificate != nil || tls.authorityFile != nil else { return }
    do throws(TLSFault) {
      let identity = try certificate?.load()
      try checkAuthorities()
      _ = try TLSContext(tls, identity: identity)
      if let identity, let certificate { try certificate.check(identity, at: now) }
    } catch {
      throw .tls(error)
    }
  }

  /// OpenSSL's words for a file that it cannot open are no words for people.
  private func checkAuthorities() throws(TLSFault) {
    guard let file = tls.authorityFile else { return }
    if Folder.isFolder(file) { throw .setup("the root certificate file \(file) is a folder") }
    do throws(SystemError) { _ = try Descriptor(opening: file, O_RDONLY) } catch { throw .setup(error.description) }
  }
}

extension Route.ClientCertificate {
  fileprivate func check(_ identity: TLSIdentity, at now: WallTime) throws(TLSFault) {
    // Both in UTC and of one form, which sorts as time does.
    if CivilTime(now, offsetMinutes: 0).iso8601 <= identity.notAfter { return }
    throw .ownCertificate(
      "\(chainFile) (\(identity.subject)) expired on \(identity.notAfter); is this device's clock right?")
  }
}
