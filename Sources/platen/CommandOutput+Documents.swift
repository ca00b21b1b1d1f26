import Base
import Diagnosis
import Interface

// Asks a desk, and prints what it says: scanners, scans, files.
extension CommandOutput {
  func version(_ desk: any Desk) throws(Failure) -> ExitCode {
    let versions = try desk.version(Operation.Version()).versions
    emit(versions)
    let value = { versions[$0] ?? "" }
    say("platen   \(value("platen")) (\(value("build")))")
    for (title, name) in [("SANE", "sane"), ("OpenSSL", "openssl"), ("libusb", "libusb")] {
      say(title.padded(to: 9) + value(name))
    }
    return .done
  }

  func devices(_ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.devices(Operation.Devices()) { complain("platen: " + ($0.text ?? "")) }
    emit(answer)
    for device in answer.devices { say(text(of: device)) }
    if !answer.devices.isEmpty { return .done }
    complain("platen: no scanner found")
    complain("  → check that it is turned on and connected, and that SANE supports it")
    return .scannerUnavailable
  }

  private func text(of device: DeviceReport) -> String {
    let maker = [device.vendor, device.model].compactMap { $0 }.joined(separator: " ")
    var lines = [device.name, "  " + maker + (device.type.map { ", " + $0 } ?? "")]
    if let identity = device.identity { lines.append("  identity     \(identity)") }
    if let problem = device.problem {
      lines.append("  problem      \(problem.cause)")
      return lines.joined(separator: "\n")
    }
    lines += row("sources", device.sources)
    lines += row("modes", device.modes)
    lines += row("resolutions", resolutions(of: device))
    lines += row("buttons", device.buttons)
    return lines.joined(separator: "\n")
  }

  private func row(_ title: String, _ values: [String]) -> [String] {
    if values.isEmpty { return [] }
    return ["  " + title.padded(to: 13) + values.joined(separator: " ")]
  }

  private func resolutions(of device: DeviceReport) -> [String] {
    let values = device.resolutions.map { $0 == $0.rounded() ? String(Int($0)) : String($0) }
    guard device.resolutionIsRange, let lowest = values.first, let highest = values.last else { return values }
    return ["\(lowest)–\(highest)"]
  }

  func scan(_ request: Operation.Scan, _ desk: any Desk, _ stop: StopSignal) throws(Failure) -> ExitCode {
    let progress = JobProgress(self)
    defer { progress.clear() }
    let outcome = try desk.scan(request, events: progress.show, interrupt: stop)
    return progress.end(outcome, in: request.finish.output, isInterrupted: stop.isRaised)
  }

  func send(_ request: Operation.Send, _ desk: any Desk, _ stop: StopSignal) throws(Failure) -> ExitCode {
    let progress = JobProgress(self)
    defer { progress.clear() }
    let outcome = try desk.send(request, events: progress.show, interrupt: stop)
    return progress.end(outcome, in: request.finish.output, isInterrupted: stop.isRaised)
  }
}
