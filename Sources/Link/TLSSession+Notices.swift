import Crypto
import Diagnosis

extension TLSSession {
  /// What the operator should know of a connection that was accepted: the server's certificate does not
  /// carry its name, or our own has no effect.
  ///
  /// - Parameters:
  ///   - verification: what decided that the server is the right one.
  ///   - identity: our own certificate, to be shown to a server that asks.
  ///   - route: its name.
  func notices(
    of server: String, verified verification: TLSPolicy.Verification, showing identity: TLSIdentity?, by route: String
  ) -> [Failure] {
    [onServer(verification), identity.flatMap(onOwnCertificate)].compactMap(\.self).map { id, values in
      Failure(id, values: values.merging(["server": server, "route": route]) { $1 })
    }
  }

  private func onServer(_ verification: TLSPolicy.Verification) -> (FailureID, [String: String])? {
    let names = ["names": strayNames?.joined(separator: ", ") ?? ""]
    let isNameless = strayNames?.isEmpty == true
    switch (verification, strayNames != nil) {
    case (.none, false): return (.noticeNotVerified, [:])
    case (.none, true): return isNameless ? (.noticeNotVerifiedNoName, [:]) : (.noticeNotVerifiedNames, names)
    case (.pin, true): return isNameless ? (.noticePinnedNoName, [:]) : (.noticePinnedNames, names)
    case (.pin, false), (.full, _), (.dane, _): return nil
    }
  }

  /// What keeps a server that lets us in by our certificate from knowing us.
  private func onOwnCertificate(_ identity: TLSIdentity) -> (FailureID, [String: String])? {
    let values = ["subject": identity.subject]
    if !asksForCertificate { return (.noticeOwnCertificateUnasked, values) }
    return identity.lacksChain ? (.noticeOwnCertificateBare, values) : nil
  }
}
