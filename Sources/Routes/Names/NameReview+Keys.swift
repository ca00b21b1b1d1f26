import Mail

// What DKIM says.
extension NameReview {
  mutating func signatureFinding() -> NameFinding {
    if keys.isEmpty { return needs.serviceSelectors.isEmpty ? unsigned() : serviceFinding() }
    let findings = keys.map { finding(of: $0) }
    let worst = findings.first { $0.verdict == .fail } ?? findings.first { $0.verdict != .pass } ?? findings[0]
    signature =
      worst.verdict == .pass || worst.verdict == .warning ? .vouches : worst.verdict == .fail ? .doesNot : .unknown
    // One good signature is enough for a receiver.
    if findings.contains(where: { $0.verdict == .pass }) { signature = .vouches }
    if worst.verdict != .pass { return worst }
    return NameFinding(
      layer: .signature, verdict: .pass, found: findings.map(\.found).joined(separator: "; "), needed: worst.needed)
  }

  private func finding(of key: PublishedKey) -> NameFinding {
    let needed = "this device's key at \(key.name)"
    func finding(_ verdict: NameFinding.Verdict, _ found: String) -> NameFinding {
      let publish = verdict == .fail ? key.zoneText : nil
      return NameFinding(layer: .signature, verdict: verdict, found: found, needed: needed, publish: publish)
    }
    let answer = source(key.name, .text)
    if case .failed(let detail) = answer { return finding(.unknown, "no answer for \(key.name): \(detail)") }
    let records = answer.texts.map(TagList.init).filter { $0["p"] != nil }
    guard let record = records.first else { return finding(.fail, "no key at \(key.name)") }
    if records.count > 1 { return finding(.fail, "several keys at \(key.name); receivers may use any of them") }
    if record["p"] == "" { return finding(.fail, "the key at \(key.name) is revoked") }
    if record["p"] != TagList(key.record)["p"] { return finding(.fail, "the key at \(key.name) is a different one") }
    if record["t"]?.contains("y") == true {
      return finding(
        .warning, "this device's key is at \(key.name), in test mode (t=y): receivers treat the mail as unsigned")
    }
    return finding(.pass, "this device's key is at \(key.name)")
  }

  /// Where the service signs, its keys are in the DNS, mostly by an alias.
  private mutating func serviceFinding() -> NameFinding {
    let needed = "the service's own keys, or one of this device: platen dns dkim --new SELECTOR"
    var found: [String] = []
    for selector in needs.serviceSelectors {
      let name = DKIMTerms.name(selector, domain)
      let answer = source(name, .text)
      if case .failed(let detail) = answer {
        return NameFinding(
          layer: .signature, verdict: .unknown, found: "no answer for \(name): \(detail)", needed: needed)
      }
      if answer.texts.contains(where: { TagList($0)["p"]?.isEmpty == false }) { found.append(name) }
    }
    signature = found.isEmpty ? .doesNot : .vouches
    if !found.isEmpty {
      let text = "the service's key is at " + found.joined(separator: " and ")
      return NameFinding(layer: .signature, verdict: .pass, found: text, needed: needed)
    }
    let names = needs.serviceSelectors.map { DKIMTerms.name($0, domain) }.joined(separator: " or ")
    return NameFinding(
      layer: .signature, verdict: .warning, found: "no key at \(names)",
      needed: needed + "; the service's admin center shows the records to publish")
  }

  private mutating func unsigned() -> NameFinding {
    signature = .doesNot
    if needs.staysInside {
      return NameFinding(
        layer: .signature, verdict: .pass, found: "messages are not signed",
        needed: "none: the mail stays within the service")
    }
    return NameFinding(
      layer: .signature, verdict: .warning, found: "messages are not signed: dkim.selector is not set",
      needed: "a key of this device, so that mail stays authenticated when forwarded: platen dns dkim --new SELECTOR")
  }
}
