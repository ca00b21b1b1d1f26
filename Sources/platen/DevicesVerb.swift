import Appliance
import ArgumentParser
import Base
import Diagnosis
import JSON
import Jobs
import Raster

struct DevicesVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the scanners that SANE sees, and what they can do.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let face = Face(json: common.json)
    try face.run {
      let devices = try Appliance(common).devices { Face.complain("platen: " + $0) }
      try face.emit(DeviceListing(devices: devices))
      for device in devices { face.say(text(of: device)) }
      if devices.isEmpty {
        Face.complain("platen: no scanner was found")
        Face.complain("  → check that it is switched on and plugged in, and that SANE has a driver for it")
        throw ArgumentParser.ExitCode(Diagnosis.ExitCode.scannerUnavailable.rawValue)
      }
    }
  }

  private func text(of device: ScannerDescription) -> String {
    var lines = [device.name, "  \(device.vendor) \(device.model), \(device.type)"]
    if let identity = device.identity { lines.append("  identity     \(identity)") }
    if let problem = device.problem {
      lines.append("  problem      \(Failure(problem).cause)")
      return lines.joined(separator: "\n")
    }
    lines += row("sources", device.sources.map(\.rawValue))
    lines += row("modes", device.modes.map(\.rawValue))
    lines += row("resolutions", resolutions(of: device))
    lines += row("buttons", device.buttons)
    return lines.joined(separator: "\n")
  }

  private func row(_ title: String, _ values: [String]) -> [String] {
    if values.isEmpty { return [] }
    return ["  " + title.padded(to: 13) + values.joined(separator: " ")]
  }

  private func resolutions(of device: ScannerDescription) -> [String] {
    let values = device.resolutions.map { $0 == $0.rounded() ? String(Int($0)) : String($0) }
    guard device.resolutionIsRange, let lowest = values.first, let highest = values.last else { return values }
    return ["\(lowest)–\(highest)"]
  }
}

private struct DeviceListing: JSONWritable {
  let devices: [ScannerDescription]

  var json: JSONValue { .fields(["devices": devices]) }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
