package import Diagnosis
package import JSON
package import Jobs
import Raster

/// A scanner as every front end shows it. `Device` of `io.platen`.
package struct DeviceReport: Sendable, Equatable {
  /// SANE's.
  package var name: String
  /// "usb:VID:PID:serial" or "usb:VID:PID:port-path", where it is a USB device that can be seen.
  package var identity: String?
  package var vendor: String?
  package var model: String?
  /// SANE's word: "flatbed scanner".
  package var type: String?
  package var sources: [String]
  package var modes: [String]
  /// Pixels an inch: the list, or the lowest and the highest of a range.
  package var resolutions: [Double]
  package var resolutionIsRange: Bool
  package var buttons: [String]
  /// Why the rest is not known.
  package var problem: Explanation?

  package init(_ scanner: ScannerDescription) {
    name = scanner.name
    identity = scanner.identity
    vendor = scanner.vendor
    model = scanner.model
    type = scanner.type
    sources = scanner.sources.map(\.rawValue)
    modes = scanner.modes.map(\.rawValue)
    resolutions = scanner.resolutions
    resolutionIsRange = scanner.resolutionIsRange
    buttons = scanner.buttons
    problem = scanner.problem.map { Explanation(Failure($0)) }
  }
}

extension DeviceReport: JSONStorable {
  package var json: JSONValue {
    .fields([
      "name": name, "identity": identity, "vendor": vendor, "model": model, "type": type, "sources": sources,
      "modes": modes, "resolutions": resolutions, "resolutionIsRange": resolutionIsRange, "buttons": buttons,
      "problem": problem,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    name = try json.field("name")
    identity = try json.optional("identity")
    vendor = try json.optional("vendor")
    model = try json.optional("model")
    type = try json.optional("type")
    sources = try json.field("sources")
    modes = try json.field("modes")
    resolutions = try json.field("resolutions")
    resolutionIsRange = try json.field("resolutionIsRange")
    buttons = try json.field("buttons")
    problem = try json.optional("problem")
  }
}
