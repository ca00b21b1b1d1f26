import Mail

// What SPF and DMARC say.
extension NameReview {
  mutating func policyFinding() -> NameFinding {
    let survey = SPFSurvey(of: domain, source: source)
    let outcome = address.map {
      SPFCheck.run(address: $0, domain: domain, sender: sender.text, hello: hello, source: source)
    }
    if survey.isUnknown || outcome?.result == .temporaryError {
      return policyFinding(.unknown, survey.problem ?? outcome?.reason ?? "no answer")
    }
    if let problem = survey.problem {
      policy = .doesNot
      return policyFinding(.fail, shown(survey) + "; " + problem)
    }
    let missing = missingTerms(survey, outcome)
    policy = missing.isEmpty ? (isJudged(outcome) ? .vouches : .unknown) : .doesNot
    if missing.isEmpty { return standing(survey, outcome) }
    let text = SPFSurvey.record(survey.record, adding: missing.joined(separator: " "))
    var finding = policyFinding(.fail, shown(survey) + "; missing: " + missing.joined(separator: " "))
    finding.publish = ZoneText.record(domain, text: text)
    return finding
  }

  private func missingTerms(_ survey: SPFSurvey, _ outcome: SPFOutcome?) -> [String] {
    if needs.staysInside { return [] }
    var terms: [String] = []
    if let address, let outcome, needs.showsOwnAddress || needs.include == nil, outcome.result != .pass {
      terms.append((address.count == 4 ? "ip4:" : "ip6:") + AddressText.text(address))
    }
    if let include = needs.include, !survey.included.contains(include) { terms.append("include:" + include) }
    return terms
  }

  /// Whether everything that receivers check was checked.
  private func isJudged(_ outcome: SPFOutcome?) -> Bool {
    needs.showsOwnAddress || needs.include == nil ? outcome != nil : true
  }

  /// The finding where nothing is known to be missing.
  private func standing(_ survey: SPFSurvey, _ outcome: SPFOutcome?) -> NameFinding {
    if needs.staysInside { return policyFinding(.pass, shown(survey)) }
    if let record = survey.record,
      record.lowercased().split(separator: " ").contains(where: { ["+all", "all"].contains($0) })
    {
      return policyFinding(.warning, shown(survey) + "; it allows everyone to send, so receivers distrust it")
    }
    if !isJudged(outcome) {
      let verdict = survey.record == nil ? NameFinding.Verdict.warning : .skipped
      return policyFinding(verdict, shown(survey) + "; to check whether it includes this site, add --address IP")
    }
    // What the policy says of this site means nothing where the service's hosts send.
    guard let outcome, needs.showsOwnAddress || needs.include == nil else { return policyFinding(.pass, shown(survey)) }
    return policyFinding(.pass, shown(survey) + "; \(outcome.result.rawValue) by \(outcome.reason)")
  }

  private func shown(_ survey: SPFSurvey) -> String { survey.record ?? "\(domain) has no SPF record" }

  private func policyFinding(_ verdict: NameFinding.Verdict, _ found: String) -> NameFinding {
    var needed: [String] = []
    if let include = needs.include { needed.append("include:\(include)") }
    if needs.showsOwnAddress { needed.append("this site's public address") }
    let text =
      needs.staysInside
      ? "none: the mail stays within the service"
      : needed.isEmpty ? "every host that delivers mail for the domain" : needed.joined(separator: " and ")
    return NameFinding(layer: .senderPolicy, verdict: verdict, found: found, needed: text)
  }

  // MARK: DMARC

  mutating func alignmentFinding() -> NameFinding {
    switch DMARCPolicy.find(for: domain, source: source) {
    case .unknown(let detail): return alignmentFinding(.unknown, "no answer for _dmarc.\(domain): \(detail)")
    case .several(let name): return alignmentFinding(.fail, "_dmarc.\(name) has several records; receivers ignore them")
    case .none:
      var finding = alignmentFinding(.warning, "\(domain) has no DMARC record, which large receivers require")
      finding.publish = ZoneText.record("_dmarc." + domain, text: "v=DMARC1; p=none; rua=mailto:postmaster@\(domain)")
      return finding
    case .policy(let policy): return judged(policy)
    }
  }

  private func judged(_ dmarc: DMARCPolicy) -> NameFinding {
    // The envelope's sender and From are the device's one address, so what SPF vouches for is aligned.
    let signs = alignedSignature(dmarc)
    let found = "\(dmarc.record) at _dmarc.\(dmarc.domain)"
    if policy == .vouches || signs == .vouches {
      let by = [policy == .vouches ? "SPF" : nil, signs == .vouches ? "DKIM" : nil].compactMap { $0 }
      return alignmentFinding(.pass, found + "; authenticated by " + by.joined(separator: " and "))
    }
    let stakes = dmarc.request == "none" ? "" : "; the policy for such mail is \(dmarc.request)"
    if policy == .doesNot && signs == .doesNot {
      let verdict = dmarc.request == "none" ? NameFinding.Verdict.warning : .fail
      return alignmentFinding(verdict, found + "; neither SPF nor DKIM authenticates this route's mail" + stakes)
    }
    return alignmentFinding(.warning, found + "; unknown whether SPF or DKIM authenticates this mail" + stakes)
  }

  /// What is signed for another organisation does not count.
  private func alignedSignature(_ dmarc: DMARCPolicy) -> Standing {
    if signature != .vouches || keys.isEmpty { return signature }
    let isAligned = keys.contains { key in
      let signer = key.domain.lowercased()
      if signer == domain { return true }
      if dmarc.isStrictForDKIM { return false }
      return DMARCPolicy.organisation(of: signer, source: source)
        == DMARCPolicy.organisation(of: domain, source: source)
    }
    return isAligned ? .vouches : .doesNot
  }

  private func alignmentFinding(_ verdict: NameFinding.Verdict, _ found: String) -> NameFinding {
    NameFinding(
      layer: .alignment, verdict: verdict, found: found,
      needed: needs.staysInside
        ? "none: the mail stays within the service" : "a policy for \(domain), and aligned SPF or DKIM")
  }
}
