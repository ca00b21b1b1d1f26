import Mail

// What is known of the public address.
extension NameReview {
  func pointerFinding() -> NameFinding {
    let needed = "a reverse DNS name that resolves back to the public address: receivers distrust hosts without one"
    func finding(_ verdict: NameFinding.Verdict, _ found: String, publish: String? = nil) -> NameFinding {
      NameFinding(layer: .pointer, verdict: verdict, found: found, needed: needed, publish: publish)
    }
    guard let address else { return finding(.skipped, "the public address is unknown; give it with --address IP") }
    let (text, name) = (AddressText.text(address), AddressText.pointerName(address))
    let answer = source(name, .pointer)
    if case .failed(let detail) = answer { return finding(.unknown, "no answer for \(name): \(detail)") }
    guard let first = answer.pointers.first else {
      // Of IPv6 Exchange Online demands it; of IPv4 it is only better.
      return finding(
        address.count == 16 ? .fail : .warning, "\(text) has no reverse DNS name; your internet provider can set one",
        publish: "\(name). IN PTR \(hello).")
    }
    let confirmed = answer.pointers.prefix(SPFCheck.mostNames).first { host in
      source(host, address.count == 4 ? .address4 : .address6).addresses.contains(address)
    }
    if let confirmed { return finding(.pass, "\(text) resolves to \(confirmed) and back") }
    return finding(.warning, "\(text) resolves to \(first), but \(first) does not resolve back to it")
  }

  /// Lists that many receivers ask, and what they list.
  private static let lists = ["zen.spamhaus.org", "bl.spamcop.net"]

  func blockListFinding() -> NameFinding {
    let needed = "a public address on no block list"
    func finding(_ verdict: NameFinding.Verdict, _ found: String) -> NameFinding {
      NameFinding(layer: .blockLists, verdict: verdict, found: found, needed: needed)
    }
    guard let address else { return finding(.skipped, "the public address is unknown; give it with --address IP") }
    var listed: [String] = []
    var silent: [String] = []
    // SpamCop lists no IPv6.
    let lists = address.count == 4 ? Self.lists : Array(Self.lists.prefix(1))
    for list in lists {
      let answer = source(AddressText.reversed(address) + "." + list, .address4)
      if case .failed(let detail) = answer { silent.append("\(list): \(detail)") }
      let codes = answer.addresses
      // A list that refuses to answer says so with these (Spamhaus to public name servers).
      if codes.contains(where: { $0.starts(with: [127, 255, 255]) }) {
        silent.append("\(list) does not answer this name server")
      }
      let real = codes.filter { $0.first == 127 && !$0.starts(with: [127, 255, 255]) }
      if !real.isEmpty { listed.append(Self.meaning(of: real, on: list)) }
    }
    if !listed.isEmpty {
      return finding(.fail, "\(AddressText.text(address)) is " + listed.joined(separator: ", and "))
    }
    if !silent.isEmpty { return finding(.unknown, silent.joined(separator: "; ")) }
    return finding(.pass, "\(AddressText.text(address)) is not listed on " + lists.joined(separator: ", "))
  }

  private static func meaning(of codes: [[UInt8]], on list: String) -> String {
    let text = "on \(list) (" + codes.map(AddressText.text).joined(separator: ", ") + ")"
    let isDialUp = list == "zen.spamhaus.org" && codes.allSatisfy { $0 == [127, 0, 0, 10] || $0 == [127, 0, 0, 11] }
    return isDialUp ? text + ", as an address that should not deliver mail directly" : text
  }
}
