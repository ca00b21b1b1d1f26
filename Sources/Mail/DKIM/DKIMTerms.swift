/// Everything that decides a signature beside the message and its date: what is needed to sign again with the same bytes.
/// Both algorithms give one signature for one input.
package struct DKIMTerms: Sendable, Equatable {
  package let algorithm: DKIMSigning.Algorithm
  package let domain: String
  package let selector: String
  /// ``DKIMSigning/fields``
  package let fields: [String]
  /// SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal: tells the key again, and nothing of it.
  package let key: String

  package init(
    algorithm: DKIMSigning.Algorithm, domain: String, selector: String, fields: [String] = DKIMSigning.usualFields,
    key: String
  ) {
    self.algorithm = algorithm
    self.domain = domain
    self.selector = selector
    self.fields = fields
    self.key = key
  }

  /// The name of the key's DNS record.
  package var name: String { Self.name(selector, domain) }

  /// The name of the record of a key (RFC 6376 section 3.6.2.1).
  package static func name(_ selector: String, _ domain: String) -> String { "\(selector)._domainkey.\(domain)" }
}
