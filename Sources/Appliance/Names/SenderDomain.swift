package import Base
import Crypto
package import Diagnosis
package import Host
import Link
package import Mail
package import Routes
import Settings

/// The domain that messages come from, as the DNS is to know it: the keys that sign for it, and its records.
package struct SenderDomain {
  /// One of the two keys that messages can be signed with.
  package enum KeySlot: String, Sendable, CaseIterable {
    case first, second

    package var secret: String { self == .first ? "dkim.privateKey" : "dkim.secondPrivateKey" }
    package var selectorSetting: String { self == .first ? "dkim.selector" : "dkim.secondSelector" }
  }

  /// A key of ours.
  package struct Key: Sendable {
    package let slot: KeySlot
    package let algorithm: DKIMSigning.Algorithm
    package let published: PublishedKey
    /// By which a message that it signs is signed again.
    fileprivate let terms: DKIMTerms
  }

  let site: Site
  let clock: Clock
  private let secrets: SecretStore
  private let givenSecrets: EnvironmentSecrets

  package init(_ site: Site, givenSecrets: EnvironmentSecrets, clock: Clock) {
    self.site = site
    self.clock = clock
    secrets = SecretStore(site, clock)
    self.givenSecrets = givenSecrets
  }

  private var settings: Configuration.DKIM { site.configuration.dkim }

  /// What the configuration signs with.
  package func selector(of slot: KeySlot) -> String? {
    slot == .first ? settings.selector : settings.secondSelector
  }

  /// How a new message is signed; nothing where no selector is set.
  func terms() throws(Failure) -> [DKIMTerms] { try keys().map(\.terms) }

  /// What signs a message again as it was signed first, whatever the configuration names by now.
  ///
  /// - Returns: nil where one of the keys is no longer kept.
  func signings(by terms: [DKIMTerms]) throws(Failure) -> [DKIMSigning]? {
    if terms.isEmpty { return [] }
    let pems = try KeySlot.allCases.map { (slot) throws(Failure) in try value(of: slot) }
    let keys = pems.compactMap { $0.flatMap { try? SigningKey(pem: $0) } }
    let signings = terms.compactMap { terms in
      keys.first { $0.fingerprint == terms.key }.map { key in
        DKIMSigning(
          algorithm: terms.algorithm, domain: terms.domain, selector: terms.selector, fields: terms.fields
        ) { key.sign($0) }
      }
    }
    return signings.count == terms.count ? signings : nil
  }

  /// The keys that messages are signed with.
  ///
  /// - Throws: that a selector is set whose key is missing or of no use: nothing goes out unsigned by mistake.
  package func keys() throws(Failure) -> [Key] {
    var keys: [Key] = []
    for slot in KeySlot.allCases {
      guard let selector = selector(of: slot) else { continue }
      guard let pem = try value(of: slot) else { throw .missingKey(slot, selector) }
      keys.append(try key(pem, slot, selector))
    }
    return keys
  }

  /// Makes a key and keeps it as the slot's secret.
  ///
  /// - Parameters:
  ///   - algorithm: nil for the configuration's.
  ///   - isReplacing: an existing key may be replaced.
  package func makeKey(
    _ slot: KeySlot, selector: String, algorithm: DKIMSigning.Algorithm?, isReplacing: Bool
  ) throws(Failure) -> Key {
    if !TextForm.selector.admits(selector) {
      throw Failure(.dkimSelectorUnfit, values: ["selector": selector])
    }
    if let current = self.selector(of: slot), current != selector { throw .keyInUse(slot, current) }
    if let _ = try value(of: slot), !isReplacing {
      throw Failure(.dkimKeyThere, values: ["secret": slot.secret])
    }
    let chosen = algorithm ?? (settings.algorithm == "ed25519" ? .ed25519 : .rsa)
    let made = SigningKey.make(chosen == .rsa ? .rsa : .ed25519)
    let key = try key(made.pem, slot, selector)
    try secrets.set(SecretName(slot.secret), to: made.pem)
    return key
  }

  private func value(of slot: KeySlot) throws(Failure) -> [UInt8]? {
    try secrets.value(of: try SecretName(slot.secret), unlessGivenIn: givenSecrets)
  }

  private func key(_ pem: [UInt8], _ slot: KeySlot, _ selector: String) throws(Failure) -> Key {
    let domain = try domain()
    let key: SigningKey
    do throws(SigningFault) { key = try SigningKey(pem: pem) } catch { throw .unfitKey(slot, selector, error) }
    guard key.kind != .p256 else { throw .keyOverP256(slot, selector) }
    let algorithm = key.kind == .rsa ? DKIMSigning.Algorithm.rsa : .ed25519
    let signing = DKIMSigning(algorithm: algorithm, domain: domain, selector: selector) { key.sign($0) }
    let record = signing.record(publicKey: key.rawPublicKey ?? key.publicKey)
    return Key(
      slot: slot, algorithm: algorithm,
      published: PublishedKey(selector: selector, domain: domain, record: record),
      terms: DKIMTerms(algorithm: algorithm, domain: domain, selector: selector, key: key.fingerprint))
  }

  /// The domain that vouches.
  private func domain() throws(Failure) -> String {
    if let domain = settings.domain { return domain.hasSuffix(".") ? String(domain.dropLast()) : domain }
    let domain = try site.sender().address.domain
    if HostText.isName(domain) { return domain }
    throw Failure(.settingSigningDomainUnset, values: ["domain": domain])
  }
}

extension SigningKey {
  /// SHA-256 of the public half, in hexadecimal.
  fileprivate var fingerprint: String { hexadecimal(SHA256.hash(publicKey)) }
}

extension Failure {
  /// Each slot has sentences of its own, for it has commands of its own.
  fileprivate static func missingKey(_ slot: SenderDomain.KeySlot, _ selector: String) -> Failure {
    Failure(slot == .first ? .dkimKeyUnset : .dkimSecondKeyUnset, values: ["selector": selector])
  }

  fileprivate static func unfitKey(
    _ slot: SenderDomain.KeySlot, _ selector: String, _ fault: SigningFault
  ) -> Failure {
    switch fault {
    case .noKey, .noCertificate:
      Failure(slot == .first ? .dkimNoKey : .dkimNoSecondKey, values: ["selector": selector])
    case .unfitKey(let detail):
      Failure(
        slot == .first ? .dkimKeyUnfit : .dkimSecondKeyUnfit, values: ["selector": selector, "detail": detail])
    }
  }

  fileprivate static func keyOverP256(_ slot: SenderDomain.KeySlot, _ selector: String) -> Failure {
    Failure(slot == .first ? .dkimKeyOverP256 : .dkimSecondKeyOverP256, values: ["selector": selector])
  }

  fileprivate static func keyInUse(_ slot: SenderDomain.KeySlot, _ current: String) -> Failure {
    Failure(slot == .first ? .dkimKeyInUse : .dkimSecondKeyInUse, values: ["selector": current])
  }
}
