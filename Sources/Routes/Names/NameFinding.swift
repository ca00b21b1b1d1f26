import Mail

/// One thing that the DNS says or ought to say of a sender's domain.
package struct NameFinding: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case pass, warning, fail
    /// The DNS gave no answer.
    case unknown
    /// Something is missing that only a person can give.
    case skipped
  }

  package let layer: NameReview.Check
  package let verdict: Verdict
  /// What is there.
  package let found: String
  /// What the route needs, and why.
  package let needed: String
  /// The record to publish, as a line of a zone file.
  package var publish: String?
  /// The domain that is to take the mail, or to answer for it, is not there or takes none.
  package var lacksDomain = false
}

/// A key of ours, as the DNS must have it.
package struct PublishedKey: Sendable, Equatable {
  package let selector: String
  package let domain: String
  /// The TXT record's value.
  package let record: String

  package init(selector: String, domain: String, record: String) {
    self.selector = selector
    self.domain = domain
    self.record = record
  }

  /// Where the record belongs.
  package var name: String { DKIMTerms.name(selector, domain) }
  package var zoneText: String { ZoneText.record(name, text: record) }
}
