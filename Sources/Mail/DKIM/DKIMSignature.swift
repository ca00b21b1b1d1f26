import Base
import Crypto

/// How a message is signed for a domain (RFC 6376; Ed25519: RFC 8463), header and body canonicalised as "relaxed".
package struct DKIMSigning: Sendable {
  package enum Algorithm: String, Sendable, CaseIterable {
    case rsa = "rsa-sha256"
    case ed25519 = "ed25519-sha256"
  }

  package let algorithm: Algorithm
  /// The signing domain; DMARC requires the sender's or its parent.
  package let domain: String
  /// The key's name in the DNS, below `_domainkey` of the domain.
  package let selector: String
  /// What is signed of a header, in small letters and in this order.
  package let fields: [String]
  /// Signs bytes as the algorithm does: RSASSA-PKCS1-v1_5 over their SHA-256, or Ed25519 over them as they are.
  private let sign: @Sendable ([UInt8]) -> [UInt8]

  package init(
    algorithm: Algorithm, domain: String, selector: String, fields: [String] = Self.usualFields,
    sign: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) {
    self.algorithm = algorithm
    self.domain = domain
    self.selector = selector
    self.fields = fields
    self.sign = sign
  }

  /// Nothing here is changed on the way, and each is what a reader goes by.
  package static let usualFields = [
    "from", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
  ]

  /// The DKIM-Signature field with its line end, to be put before the header.
  ///
  /// - Parameters:
  ///   - header: the message's, with CRLF line ends, without the empty line after it.
  ///   - bodyHash: from a ``DKIMBodyHash`` that was fed the whole body.
  ///   - date: seconds since 1970; the message's own, so that each attempt gives the same bytes.
  func field(header: [UInt8], bodyHash: [UInt8], date: Int64) -> [UInt8] {
    let found = HeaderFields(header)
    // Named once more than it occurs, a field cannot be added without breaking the signature (RFC 6376 section 8.15).
    let names = fields.flatMap { Array(repeating: $0, count: found.count(of: $0) + 1) }
    let unsigned = field(names: names, bodyHash: bodyHash, date: date, signature: [])
    var signed = names.reduce(into: (bytes: [UInt8](), taken: [String: Int]())) { sum, name in
      sum.bytes += found.relaxed(name, fromTheEnd: sum.taken[name, default: 0]) ?? []
      sum.taken[name, default: 0] += 1
    }.bytes
    // The field itself comes last, without the line end (RFC 6376 section 3.7).
    signed += HeaderFields(unsigned).relaxed("dkim-signature", fromTheEnd: 0)?.dropLast(2) ?? []
    let input = algorithm == .ed25519 ? SHA256.hash(signed) : signed
    return field(names: names, bodyHash: bodyHash, date: date, signature: sign(input))
  }

  /// The TXT record to publish at `<selector>._domainkey.<domain>` (RFC 6376 section 3.6.1, RFC 8463 section 4).
  ///
  /// - Parameter key: the public key: SubjectPublicKeyInfo of RSA, the bare 32 bytes of Ed25519.
  package func record(publicKey key: [UInt8]) -> String {
    "v=DKIM1; k=\(algorithm == .rsa ? "rsa" : "ed25519"); p=\(base64(key))"
  }

  private func field(names: [String], bodyHash: [UInt8], date: Int64, signature: [UInt8]) -> [UInt8] {
    var field = HeaderField("DKIM-Signature")
    for tag in ["v=1", "a=" + algorithm.rawValue, "c=relaxed/relaxed", "d=" + domain, "s=" + selector, "t=\(date)"] {
      field.append(word: tag + ";")
    }
    field.append(list: "h=", names, separator: ":")
    field.append(word: "bh=" + base64(bodyHash) + ";")
    field.append(base64: "b=", base64(signature))
    return field.bytes
  }
}

extension HeaderField {
  /// A tag with a list that is folded after its separators.
  fileprivate mutating func append(list tag: String, _ items: [String], separator: String) {
    for (index, item) in items.enumerated() {
      append(word: (index == 0 ? tag : "") + item + (index == items.count - 1 ? ";" : separator))
    }
  }

  /// A tag with base64, which may be folded anywhere.
  fileprivate mutating func append(base64 tag: String, _ text: String) {
    var rest = (tag + text)[...]
    while !rest.isEmpty {
      append(word: rest.prefix(HeaderField.wordLimit))
      rest = rest.dropFirst(HeaderField.wordLimit)
    }
  }
}

/// The fields of a header, to be looked up as RFC 6376 does.
private struct HeaderFields {
  /// Name in lower case; name and value in the relaxed form (section 3.4.2), with the line end.
  private var fields: [(name: String, relaxed: [UInt8])] = []

  init(_ header: [UInt8]) {
    for field in Self.split(header) {
      let colon = field.firstIndex(of: UInt8(ascii: ":")) ?? field.endIndex
      let name = String(decoding: field[..<colon].filter { !isBlank($0) }, as: UTF8.self).lowercased()
      let value = field[colon...].dropFirst().split { isBlank($0) || $0 == 13 || $0 == 10 }.joined(separator: " ".utf8)
      fields.append((name, Array((name + ":").utf8) + value + [13, 10]))
    }
  }

  func count(of name: String) -> Int { fields.count { $0.name == name } }

  /// The field of that name, counted from the last one up; nil when it has fewer.
  func relaxed(_ name: String, fromTheEnd index: Int) -> [UInt8]? {
    fields.reversed().filter { $0.name == name }.dropFirst(index).first?.relaxed
  }

  /// At each line end that no white space follows.
  private static func split(_ header: [UInt8]) -> [ArraySlice<UInt8>] {
    var fields: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in header.enumerated() where byte == 10 {
      if index + 1 < header.count, isBlank(header[index + 1]) { continue }
      fields.append(header[start...index])
      start = index + 1
    }
    return fields
  }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
