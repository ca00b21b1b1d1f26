/// What is asked of the DNS; the raw value is the type's number (RFC 1035 section 3.2.2, RFC 3596).
package enum NameQuestion: UInt16, Sendable, CaseIterable {
  case address4 = 1
  case pointer = 12
  case exchanger = 15
  case text = 16
  case address6 = 28
}

/// A record's content. Names are without their last dot, in the case they came in; the root is "".
package enum NameRecord: Sendable, Hashable {
  /// 4 bytes or 16.
  case address([UInt8])
  case pointer(String)
  case exchanger(MailExchanger)
  /// The strings of the record, joined; bytes that are not UTF-8 replaced.
  case text(String)
}

/// What the DNS says to a question.
package enum NameAnswer: Sendable, Hashable {
  /// At least one.
  case found([NameRecord])
  /// The name exists, without a record of that kind.
  case noRecord
  /// There is no such name.
  case noName
  /// Nothing is known: SERVFAIL, a refusal, or silence; which of them, in words.
  case failed(String)

  package var records: [NameRecord] { if case .found(let records) = self { records } else { [] } }

  var texts: [String] { records.compactMap { if case .text(let text) = $0 { text } else { nil } } }

  var addresses: [[UInt8]] { records.compactMap { if case .address(let bytes) = $0 { bytes } else { nil } } }

  var pointers: [String] { records.compactMap { if case .pointer(let name) = $0 { name } else { nil } } }

  package var exchangers: [MailExchanger] {
    records.compactMap { if case .exchanger(let exchanger) = $0 { exchanger } else { nil } }
  }
}

/// Asks the DNS for the records of a name.
package typealias NameSource = (_ name: String, NameQuestion) -> NameAnswer
