import Base
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
  package enum Slot: String, Sendable, CaseIterable {
    case first, second

    package var secret: String { self == .first ? "dkim.privateKey" : "dkim.secondPrivateKey" }
    package var selectorSetting: String { self == .first ? "dkim.selector" : "dkim.secondSelector" }
  }

  /// A key of ours.
  package struct Key: Sendable {
    package let slot: Slot
    package let algorithm: DKIMSigning.Algorithm
    package let published: PublishedKey
    /// By which a message that it signs is signed again.
    fileprivate let terms: DKIMTerms
  }

  let site: Site
  private let secrets: SecretStore
  private let givenSecrets: EnvironmentSecrets

  package init(_ site: Site, givenSecrets: EnvironmentSecrets) {
    self.site = site
    secrets = SecretStore(site)
    self.givenSecrets = givenSecrets
  }

  private var settings: Configuration.DKIM { site.configuration.dkim }

  /// What the configuration signs with.
  package func selector(of slot: Slot) -> String? {
    slot == .first ? settings.selector : settings.secondSelector
  }

  /// How a new message is signed; nothing where no selector is set.
  func terms() throws(Failure) -> [DKIMTerms] { try keys().map(\.terms) }

  /// What signs a message again as it was signed first, whatever the configuration names by now.
  ///
  /// - Returns: nil where one of the keys is no longer kept.
  func signings(by terms: [DKIMTerms]) throws(Failure) -> [DKIMSigning]? {
    if terms.isEmpty { return [] }
    let pems = try Slot.allCases.map { (slot) throws(Failure) in try value(of: slot) }
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
    for slot in Slot.allCases {
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
  ///   - isReplacing: a key that is there may go.
  package func makeKey(
    _ slot: Slot, selector: String, algorithm: DKIMSigning.Algorithm?, isReplacing: Bool
  ) throws(Failure) -> Key {
    if !TextForm.selector.admits(selector) {
      throw .badInput(cause: "\"\(selector)\" is no selector", steps: ["Use " + TextForm.selector.demand])
    }
    if let current = self.selector(of: slot), current != selector { throw .keyInUse(slot, current) }
    if let _ = try value(of: slot), !isReplacing { throw .keyThere(slot) }
    let chosen = algorithm ?? (settings.algorithm == "ed25519" ? .ed25519 : .rsa)
    let made = SigningKey.make(chosen == .rsa ? .rsa : .ed25519)
    let key = try key(made.pem, slot, selector)
    try keeping { () throws(SecretFault) in try secrets.set(SecretName(slot.secret), to: made.pem) }
    return key
  }

  private func value(of slot: Slot) throws(Failure) -> [UInt8]? {
    try keeping { () throws(SecretFault) in
      try secrets.value(of: try SecretName(slot.secret), unlessGivenIn: givenSecrets)
    }
  }

  private func key(_ pem: [UInt8], _ slot: Slot, _ selector: String) throws(Failure) -> Key {
    let domain = try domain()
    let key: SigningKey
    do throws(SigningFault) { key = try SigningKey(pem: pem) } catch { throw .unfitKey(slot, selector, error) }
    guard key.kind != .p256 else { throw .unfitKey(slot, selector, .unfitKey("a key over P-256")) }
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
    throw .missingSetting("dkim.domain", purpose: "to sign for: identity.address has none but \(domain)")
  }
}

extension SigningKey {
  /// SHA-256 of the public half, in hexadecimal.
  fileprivate var fingerprint: String { hexadecimal(SHA256.hash(publicKey)) }
}

extension Failure {
  fileprivate static func missingKey(_ slot: SenderDomain.Slot, _ selector: String) -> Failure {
    let option = slot == .second ? " --second" : ""
    return .settings(
      cause: "\(slot.selectorSetting) is \"\(selector)\", but its key, the secret \(slot.secret), is not set",
      steps: [
        "Make a key: platen dns dkim --new \(selector)\(option)",
        "Or send unsigned: platen config unset \(slot.selectorSetting)",
      ])
  }

  fileprivate static func unfitKey(
    _ slot: SenderDomain.Slot, _ selector: String, _ fault: SigningFault
  ) -> Failure {
    let what = if case .unfitKey(let what) = fault { what } else { "no private key in PEM form without a passphrase" }
    let option = slot == .second ? " --second" : ""
    return .settings(
      cause: "the secret \(slot.secret) is \(what), and cannot sign as \(selector)",
      steps: ["Make a key: platen dns dkim --new \(selector)\(option) --replace"])
  }

  fileprivate static func keyInUse(_ slot: SenderDomain.Slot, _ current: String) -> Failure {
    let next =
      slot == .first
      ? "Make the next key beside it: platen dns dkim --new SELECTOR --second"
      : "Take it out of use first: platen config unset \(slot.selectorSetting)"
    return .settings(
      cause: "\(slot.selectorSetting) is \"\(current)\": messages are signed with the key of that name",
      steps: [next, "Or renew it under its name: platen dns dkim --new \(current) --replace"])
  }

  fileprivate static func keyThere(_ slot: SenderDomain.Slot) -> Failure {
    .settings(
      cause: "the secret \(slot.secret) holds a key already",
      steps: ["To lose it and make another, add --replace"])
  }
}
