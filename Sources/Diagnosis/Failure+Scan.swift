extension Failure {
  /// Explains why a scan did not begin, or broke off.
  ///
  /// - Parameter pagesKept: pages that are on disk, and stay.
  package init(_ fault: ScanFault, pagesKept: Int = 0) {
    let found = ScanKnowledge.explain(fault)
    var explanation = found.explanation
    if pagesKept > 0 { explanation = ScanKnowledge.keeping(pagesKept, explanation) }
    self = explanation.failure(stage: "scan", code: found.code, words: found.words)
  }
}

/// What is known of scanners.
enum ScanKnowledge {
  struct Case {
    var code: String?
    var words: [String: String] = [:]
    var explanation: Explanation
  }

  static func explain(_ fault: ScanFault) -> Case {
    switch fault {
    case .notFound(let device): Case(code: "SANE_STATUS_INVAL", words: ["device": device], explanation: notFound)
    case .busy(let device): Case(code: "SANE_STATUS_DEVICE_BUSY", words: ["device": device], explanation: busy)
    case .accessDenied(let device):
      Case(code: "SANE_STATUS_ACCESS_DENIED", words: ["device": device], explanation: accessDenied(device))
    case .jammed: Case(code: "SANE_STATUS_JAMMED", explanation: jammed)
    case .coverOpen: Case(code: "SANE_STATUS_COVER_OPEN", explanation: coverOpen)
    case .feederEmpty: Case(code: "SANE_STATUS_NO_DOCS", explanation: feederEmpty)
    case .inputOutput(let call): Case(code: "SANE_STATUS_IO_ERROR", words: ["call": call], explanation: inputOutput)
    case .outOfMemory: Case(code: "SANE_STATUS_NO_MEM", explanation: outOfMemory)
    case .unsupported(let option, let value, let available):
      Case(
        words: ["option": option, "value": value, "available": available.joined(separator: ", ")],
        explanation: available.isEmpty ? optionMissing : unsupported)
    case .rejected(let call, let status): Case(code: status, words: ["call": call], explanation: rejected)
    case .driverCrashed, .driverHung, .driverNonsense, .storageFull, .storage, .cancelled: explainDriver(fault)
    }
  }

  private static func explainDriver(_ fault: ScanFault) -> Case {
    switch fault {
    case .driverCrashed(let signal, let call):
      Case(
        code: "signal \(signal)", words: ["call": call, "signal": String(signal)],
        explanation: signal == killed ? workerKilled : driverCrashed)
    case .driverHung(let call, let seconds):
      Case(words: ["call": call, "seconds": String(seconds)], explanation: driverHung)
    case .driverNonsense(let detail): Case(words: ["detail": detail], explanation: driverNonsense)
    case .storageFull: Case(code: "ENOSPC", explanation: StorageKnowledge.full)
    case .storage(let detail): Case(words: ["detail": detail], explanation: StorageKnowledge.broken)
    default: Case(explanation: cancelled)
    }
  }

  static func keeping(_ pages: Int, _ explanation: Explanation) -> Explanation {
    let kept = pages == 1 ? "the page before it is kept" : "the \(pages) pages before it are kept"
    return Explanation(
      explanation.class, explanation.cause + "; " + kept, who: explanation.who,
      explanation.steps + ["See the pages that are kept: platen jobs list"], exit: explanation.exit,
      confidence: explanation.confidence, takesEffect: explanation.takesEffect, retry: explanation.retry,
      source: explanation.source)
  }

  // MARK: Rows

  private static func scanner(
    _ cause: String, who: Actor = .person, _ steps: [String], class: FailureClass = .transient, retry: Bool = true
  ) -> Explanation {
    Explanation(
      `class`, cause, who: who, steps, exit: .scannerUnavailable, retry: retry,
      source: "SANE standard 1.06, section 4.2.7")
  }

  private static let notFound = scanner(
    "there is no scanner {device}",
    [
      "See what is there: platen devices", "Switch the scanner on and check its cable",
      "Name it: platen config set scan.device NAME",
    ], class: .configuration, retry: false)

  private static let busy = scanner(
    "the scanner {device} is busy",
    ["Wait until it is done, and scan again", "Look for another program that holds it"])

  private static func accessDenied(_ device: String) -> Explanation {
    // usb:VID:PID:… names what the rule must match; else the installer looks it up.
    let parts = device.split(separator: ":")
    let isUSB = parts.first == "usb" && parts.count > 2
    let vendor = isUSB ? String(parts[1]) : "VID"
    let product = isUSB ? String(parts[2]) : "PID"
    return Explanation(
      .configuration, "this user may not open the scanner {device}; a udev rule is missing", who: .installer,
      [
        "Put into /etc/udev/rules.d/60-platen.rules: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"\(vendor)\", "
          + "ATTR{idProduct}==\"\(product)\", MODE=\"0660\", GROUP=\"scanner\""
          + (isUSB ? "" : " (lsusb shows both numbers)"),
        "Let this user into the group: usermod -a -G scanner USER",
        "Then: udevadm control --reload, and plug the scanner in again",
      ], exit: .refused, source: "udev(7)")
  }

  private static let jammed = scanner(
    "paper is jammed in the feeder", ["Take the jammed paper out, put the rest back, and scan again"])

  private static let coverOpen = scanner("the scanner's cover is open", ["Close it, and scan again"])

  private static let feederEmpty = Explanation(
    .transient, "the feeder is empty", who: .person,
    ["Put the pages in, and scan again", "Or scan from the glass: --source flatbed"], exit: .noInput,
    source: "SANE standard 1.06, section 4.2.7")

  private static let inputOutput = scanner(
    "the scanner stopped answering ({call})", ["Check its cable, switch it off and on, and scan again"])

  private static let outOfMemory = scanner(
    "memory ran out while scanning", ["Scan at a lower resolution: platen config set scan.resolution 200"])

  private static let unsupported = Explanation(
    .message, "the scanner has no {option} {value}; it has {available}", who: .person,
    ["Choose one of: {available}", "See all that it can: platen devices"], exit: .badInput)

  private static let optionMissing = Explanation(
    .message, "the scanner lets no one set {option}, so not to {value} either", who: .person,
    ["Leave {option} out", "See all that it can: platen devices"], exit: .badInput)

  private static let rejected = scanner(
    "the scanner's driver refused {call}",
    ["Switch the scanner off and on, and scan again", "If it stays so, show this to the vendor: platen devices --json"])

  private static let driverCrashed = scanner(
    "the scanner's driver crashed in {call} (signal {signal})", who: .vendor,
    ["Switch the scanner off and on, and scan again", "If it happens again, tell the maker of the driver"])

  /// SIGKILL. No driver does that to itself.
  private static let killed: Int32 = 9

  private static let workerKilled = scanner(
    "the scan was killed in {call} from outside, mostly because memory ran out", who: .installer,
    [
      "Look for \"Out of memory\" in the kernel's log: dmesg",
      "Scan again, at a lower resolution: platen config set scan.resolution 200",
    ])

  private static let driverHung = scanner(
    "the scanner's driver did not come back from {call} within {seconds} s and was ended", who: .person,
    ["Switch the scanner off and on, and scan again", "If it happens again, tell the maker of the driver"])

  private static let driverNonsense = scanner(
    "the scanner's driver sent nonsense: {detail}", who: .vendor,
    ["Switch the scanner off and on, and scan again", "If it happens again, tell the maker of the driver"])

  private static let cancelled = Explanation(
    .transient, "the scan was cancelled", who: .person, ["Scan again when ready"], exit: .interrupted)
}
