import Routes

/// A DNS of a few lines, as ``NameSource`` asks it: "NAME TYPE DATA", and "NAME FAILS" for a name that nobody answers
/// for.
struct Zone {
  private var records: [String: [(NameQuestion, NameRecord)]] = [:]
  private var failing: Set<String> = []

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      let name = words[0].lowercased()
      switch words[1] {
      case "FAILS": failing.insert(name)
      case "A": add(name, .address4, .address(AddressText.bytes(words[2]) ?? []))
      case "AAAA": add(name, .address6, .address(AddressText.bytes(words[2]) ?? []))
      case "PTR": add(name, .pointer, .pointer(words[2]))
      case "TXT": add(name, .text, .text(words[2]))
      case "MX":
        let parts = words[2].split(separator: " ").map(String.init)
        let host = parts[1] == "." ? "" : parts[1]
        add(name, .exchanger, .exchanger(MailExchanger(preference: Int(parts[0]) ?? 0, host: host)))
      default: preconditionFailure("no such record: \(line)")
      }
    }
  }

  private mutating func add(_ name: String, _ question: NameQuestion, _ record: NameRecord) {
    records[name, default: []].append((question, record))
  }

  func answer(_ name: String, _ question: NameQuestion) -> NameAnswer {
    let name = name.lowercased()
    if failing.contains(name) { return .failed("they say SERVFAIL") }
    guard let here = records[name] else {
      return records.keys.contains { $0.hasSuffix("." + name) } ? .noRecord : .noName
    }
    let found = here.filter { $0.0 == question }.map(\.1)
    return found.isEmpty ? .noRecord : .found(found)
  }
}
