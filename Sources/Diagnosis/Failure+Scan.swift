extension Failure {
  /// Why a scan did not begin, or broke off.
  ///
  /// - Parameter pagesKept: pages that are on disk, and stay.
  package init(_ fault: ScanFault, pagesKept: Int = 0) {
    let found = NamedFault(scan: fault)
    var values = found.values
    if pagesKept > 0 { values["pages"] = String(pagesKept) }
    self.init(found.id, stage: "scan", code: found.code, values: values)
  }
}

extension NamedFault {
  fileprivate init(scan fault: ScanFault) {
    switch fault {
    case .notFound(let device): self.init(.scanNoScanner, code: "SANE_STATUS_INVAL", ["device": device])
    case .busy(let device): self.init(.scanBusy, code: "SANE_STATUS_DEVICE_BUSY", ["device": device])
    case .accessDenied(let device): self.init(deniedAt: device)
    case .jammed: self.init(.scanJammed, code: "SANE_STATUS_JAMMED")
    case .coverOpen: self.init(.scanCoverOpen, code: "SANE_STATUS_COVER_OPEN")
    case .feederEmpty: self.init(.scanFeederEmpty, code: "SANE_STATUS_NO_DOCS")
    case .inputOutput(let call): self.init(.scanNoAnswer, code: "SANE_STATUS_IO_ERROR", ["call": call])
    case .outOfMemory: self.init(.scanNoMemory, code: "SANE_STATUS_NO_MEM")
    case .unsupported(let option, let value, let available): self.init(lacking: option, value, available)
    case .rejected(let call, let status): self.init(.scanCallRefused, code: status, ["call": call])
    case .driverCrashed(let signal, let call):
      self.init(
        signal == Self.killed ? .scanKilled : .scanDriverCrashed, code: "signal \(signal)",
        ["call": call, "signal": String(signal)])
    case .driverHung(let call, let seconds):
      self.init(.scanDriverHung, ["call": call, "seconds": String(seconds)])
    case .driverNonsense(let detail): self.init(.scanDriverNonsense, ["detail": detail])
    case .storageFull: self.init(.storageFull, code: "ENOSPC")
    case .storage(let detail): self.init(.storageFailed, ["detail": detail])
    case .cancelled: self.init(.scanCancelled)
    }
  }

  /// SIGKILL. No driver does that to itself.
  private static let killed: Int32 = 9

  /// usb:VID:PID:… names what a udev rule must match; else the installer looks it up.
  private init(deniedAt device: String) {
    let code = "SANE_STATUS_ACCESS_DENIED"
    let parts = device.split(separator: ":").map(String.init)
    if parts.count > 2 && parts[0] == "usb" {
      self.init(.scanUsbAccessDenied, code: code, ["device": device, "vendor": parts[1], "product": parts[2]])
    } else {
      self.init(.scanAccessDenied, code: code, ["device": device])
    }
  }

  private init(lacking option: String, _ value: String, _ available: [String]) {
    let values = ["option": option, "value": value]
    if available.isEmpty {
      self.init(.scanOptionMissing, values)
    } else {
      self.init(.scanValueUnknown, values.merging(["available": available.joined(separator: ", ")]) { $1 })
    }
  }
}
