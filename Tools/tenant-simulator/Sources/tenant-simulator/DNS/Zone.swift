import Glibc

enum RecordType: UInt16, CaseIterable {
  case a = 1
  case ns = 2
  case cname = 5
  case soa = 6
  case ptr = 12
  case mx = 15
  case txt = 16
  case aaaa = 28
  case tlsa = 52

  init?(_ name: String) {
    guard let known = Self.allCases.first(where: { "\($0)" == name.lowercased() }) else { return nil }
    self = known
  }
}

/// The records of the simulated world.
struct Zone: Sendable {
  private var records: [String: [(type: RecordType, data: [UInt8])]] = [:]

  /// - Parameter lines: "name TYPE data", data as in a zone file; ";" begins a comment.
  init(_ lines: [String]) throws(Fault) {
    for line in lines { try add(line) }
  }

  func contains(_ name: String) -> Bool { records[name] != nil }

  func data(_ name: String, _ type: RecordType) -> [[UInt8]] {
    records[name, default: []].filter { $0.type == type }.map(\.data)
  }

  /// The target of a CNAME, as a name.
  func alias(_ name: String) -> String? { data(name, .cname).first.map { labels(in: $0).joined(separator: ".") } }

  private mutating func add(_ line: String) throws(Fault) {
    let fields = zoneFields(line)
    guard fields.count >= 3, let type = RecordType(fields[1]), let data = recordData(type, Array(fields[2...])) else {
      throw Fault("not a DNS record: \(line)")
    }
    records[canonical(fields[0]), default: []].append((type, data))
  }
}

/// In small letters and without the dot at the end.
func canonical(_ name: String) -> String {
  let name = name.lowercased()
  return name.hasSuffix(".") ? String(name.dropLast()) : name
}

/// A name as labels with their lengths (RFC 1035 section 3.1).
func wireName(_ name: String) -> [UInt8] {
  canonical(name).split(separator: ".").flatMap { [UInt8(truncatingIfNeeded: $0.utf8.count)] + Array($0.utf8) } + [0]
}

private func labels(in wire: [UInt8]) -> [String] {
  var labels: [String] = []
  var rest = wire[...]
  while let length = rest.popFirst(), length > 0 {
    labels.append(String(decoding: rest.prefix(Int(length)), as: UTF8.self))
    rest = rest.dropFirst(Int(length))
  }
  return labels
}

/// The words of a line; what stands in quotes is one, and keeps a leading quote to tell it is text.
private func zoneFields(_ line: String) -> [String] {
  var fields: [String] = []
  var field = ""
  var isQuoted = false
  for letter in line {
    if letter == "\"" {
      if !isQuoted { field = "\"" }
      isQuoted.toggle()
    } else if !isQuoted && letter == ";" {
      break
    } else if !isQuoted && (letter == " " || letter == "\t") {
      if !field.isEmpty { fields.append(field) }
      field = ""
    } else {
      field.append(letter)
    }
  }
  return field.isEmpty ? fields : fields + [field]
}

private func recordData(_ type: RecordType, _ fields: [String]) -> [UInt8]? {
  switch type {
  case .a: return address(fields[0], AF_INET, count: 4)
  case .aaaa: return address(fields[0], AF_INET6, count: 16)
  case .ns, .cname, .ptr: return wireName(fields[0])
  case .mx:
    guard fields.count == 2, let preference = UInt16(fields[0]) else { return nil }
    return twoBytes(preference) + wireName(fields[1])
  case .txt:
    return fields.flatMap { field -> [UInt8] in
      let text = Array(field.utf8.drop { $0 == UInt8(ascii: "\"") })
      // A string holds up to 255 bytes; longer text goes as several, to be joined (RFC 7208 section 3.3).
      return text.isEmpty ? [UInt8(0)] : chunked(text).flatMap { [UInt8($0.count)] + Array($0) }
    }
  case .tlsa:
    guard fields.count == 4 else { return nil }
    let numbers = fields[..<3].compactMap { UInt8($0) }
    return numbers.count == 3 ? hexadecimal(fields[3]).map { numbers + $0 } : nil
  case .soa:
    guard fields.count == 7 else { return nil }
    let numbers = fields[2...].compactMap { UInt32($0) }
    return numbers.count == 5
      ? wireName(fields[0]) + wireName(fields[1])
        + numbers.flatMap { twoBytes(UInt16($0 >> 16)) + twoBytes(UInt16($0 & 0xFFFF)) }
      : nil
  }
}

private func chunked(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  stride(from: 0, to: bytes.count, by: 255).map { bytes[$0..<min($0 + 255, bytes.count)] }
}

private func address(_ text: String, _ family: Int32, count: Int) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: count)
  return unsafe inet_pton(family, text, &bytes) == 1 ? bytes : nil
}

func twoBytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }

private func hexadecimal(_ text: String) -> [UInt8]? {
  let digits = Array(text)
  guard digits.count.isMultiple(of: 2) else { return nil }
  let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
  return bytes.count * 2 == digits.count ? bytes : nil
}
