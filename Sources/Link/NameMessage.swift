import Routes

/// A DNS message as it came (RFC 1035 section 4.1): what it answers to one question.
///
/// Everything in it is the word of others: what does not fit ends the reading, and nothing is read twice.
struct NameMessage {
  private let bytes: [UInt8]

  /// No chain of names is this long; a message whose pointers go in circles is.
  private static let mostJumps = 32
  private static let canonicalName: UInt16 = 5
  private static let internet: UInt16 = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// "SERVFAIL" and so on; nil for a malformed message.
  var verdict: String? {
    guard bytes.count >= 12 else { return nil }
    let names = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]
    let code = Int(bytes[3] & 15)
    return code < names.count ? names[code] : "code \(code)"
  }

  /// The records of a kind that belong to the name asked for, or to those it is an alias of.
  func records(_ question: NameQuestion) -> [NameRecord]? {
    guard let (asked, entries) = sections() else { return nil }
    var names: Set<String> = [asked.lowercased()]
    for entry in entries where entry.type == Self.canonicalName && names.contains(entry.owner.lowercased()) {
      if let (target, _) = name(at: entry.start) { names.insert(target.lowercased()) }
    }
    return entries.filter { $0.type == question.rawValue && names.contains($0.owner.lowercased()) }
      .compactMap { record($0, question) }
  }

  private struct RecordRange {
    let owner: String
    let type: UInt16
    let start: Int
    let end: Int
  }

  /// The name of the question, and the answers.
  private func sections() -> (String, [RecordRange])? {
    guard bytes.count >= 12, number(at: 4) == 1, let answers = number(at: 6), let (asked, end) = name(at: 12)
    else { return nil }
    var position = end + 4
    var entries: [RecordRange] = []
    for _ in 0..<answers {
      guard let (owner, start) = name(at: position), let type = number(at: start), let kind = number(at: start + 2),
        let length = number(at: start + 8), start + 10 + Int(length) <= bytes.count
      else { return nil }
      position = start + 10 + Int(length)
      if kind == Self.internet {
        entries.append(RecordRange(owner: owner, type: type, start: start + 10, end: position))
      }
    }
    return (asked, entries)
  }

  private func record(_ entry: RecordRange, _ question: NameQuestion) -> NameRecord? {
    let length = entry.end - entry.start
    switch question {
    case .address4: return length == 4 ? .address(Array(bytes[entry.start..<entry.end])) : nil
    case .address6: return length == 16 ? .address(Array(bytes[entry.start..<entry.end])) : nil
    case .pointer: return name(at: entry.start).map { .pointer($0.0) }
    case .exchanger:
      guard let preference = number(at: entry.start), let (host, _) = name(at: entry.start + 2) else { return nil }
      return .exchanger(MailExchanger(preference: Int(preference), host: host))
    case .text: return text(entry).map { .text($0) }
    }
  }

  /// Strings with their lengths before them, joined.
  private func text(_ entry: RecordRange) -> String? {
    var position = entry.start
    var text: [UInt8] = []
    while position < entry.end {
      let next = position + 1 + Int(bytes[position])
      if next > entry.end { return nil }
      text += bytes[(position + 1)..<next]
      position = next
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func number(at position: Int) -> UInt16? {
    guard position >= 0, position + 1 < bytes.count else { return nil }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  /// A name and where it ends; labels may be elsewhere (RFC 1035 section 4.1.4).
  private func name(at start: Int) -> (String, end: Int)? {
    var labels: [String] = []
    var position = start
    var end: Int?
    var jumps = 0
    while position < bytes.count {
      let length = Int(bytes[position])
      if length == 0 { return (labels.joined(separator: "."), end ?? position + 1) }
      if length >= 0xC0 {
        guard let target = number(at: position), jumps < Self.mostJumps else { return nil }
        end = end ?? position + 2
        jumps += 1
        position = Int(target & 0x3FFF)
        continue
      }
      guard length < 64, position + length < bytes.count, labels.count < 128 else { return nil }
      labels.append(String(decoding: bytes[(position + 1)...(position + length)], as: UTF8.self))
      position += length + 1
    }
    return nil
  }
}
