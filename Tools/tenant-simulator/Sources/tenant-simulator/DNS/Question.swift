/// A query of one question (RFC 1035 section 4.1), with the size of answer that its sender takes over UDP.
struct Question {
  let identity: UInt16
  let isRecursionDesired: Bool
  let name: String
  let type: UInt16
  let hasOptions: Bool
  let size: Int
  /// The question as it came, to be said back letter for letter.
  let bytes: [UInt8]

  init?(_ message: [UInt8]) {
    guard message.count >= 17, message[2] & 0x80 == 0, message[4] == 0, message[5] == 1 else { return nil }
    identity = UInt16(message[0]) << 8 | UInt16(message[1])
    isRecursionDesired = message[2] & 1 == 1
    var labels: [String] = []
    var index = 12
    while index < message.count, message[index] != 0 {
      let length = Int(message[index])
      guard length < 64, index + 1 + length < message.count else { return nil }
      labels.append(String(decoding: message[(index + 1)...(index + length)], as: UTF8.self))
      index += 1 + length
    }
    guard index + 4 < message.count else { return nil }
    name = canonical(labels.joined(separator: "."))
    type = UInt16(message[index + 1]) << 8 | UInt16(message[index + 2])
    bytes = Array(message[12...(index + 4)])
    let rest = message[(index + 5)...]
    // An OPT record comes right after the question of a query: root name, type 41, then the size as its class.
    hasOptions = message[11] > 0 && rest.count >= 11 && Array(rest.prefix(3)) == [0, 0, 41]
    size = hasOptions ? max(512, Int(rest[rest.startIndex + 3]) << 8 | Int(rest[rest.startIndex + 4])) : 512
  }

  enum Code: UInt8 {
    case ok = 0
    case failure = 2
    case noName = 3
  }

  /// The answer with `records`, or what tells to ask over TCP where it is longer than `limit`.
  func answer(
    _ code: Code, _ records: [(name: String, type: RecordType, data: [UInt8])] = [], limit: Int
  ) -> [UInt8] {
    var body: [UInt8] = []
    for record in records {
      body += wireName(record.name) + twoBytes(record.type.rawValue) + [0, 1, 0, 0, 0, 60]
      body += twoBytes(UInt16(truncatingIfNeeded: record.data.count)) + record.data
    }
    let options: [UInt8] = hasOptions ? [0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0] : []
    let isTruncated = 12 + bytes.count + body.count + options.count > limit
    let count = isTruncated ? 0 : records.count
    // Authoritative and recursive; never authenticated: the zone is not signed.
    let flags: UInt8 = 0x84 | (isTruncated ? 2 : 0) | (isRecursionDesired ? 1 : 0)
    return twoBytes(identity) + [flags, 0x80 | code.rawValue] + [0, 1] + twoBytes(UInt16(count)) + [0, 0]
      + [0, hasOptions ? 1 : 0] + bytes + (isTruncated ? [] : body) + options
  }
}
