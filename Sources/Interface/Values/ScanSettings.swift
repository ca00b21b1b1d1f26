package import JSON
package import Jobs

/// Colour of the pages.
package enum ScanMode: String, Sendable, CaseIterable {
  case auto, color, gray, lineart
}

/// How to scan; what is nil comes from the configuration.
package struct ScanSettings: Sendable, Equatable {
  /// A SANE name, or "usb:VID:PID:serial".
  package var device: String?
  package var source: ScanSource?
  package var mode: ScanMode?
  /// Pixels an inch.
  package var resolution: Double?
  package var paper: PaperSize?
  package var brightness: Double?
  package var contrast: Double?
  package var threshold: Double?
  /// Of the driver, by their names.
  package var options: [String: String] = [:]
  /// At most so many.
  package var pages: Int?

  package init() {}
}

extension ScanSettings: JSONStorable {
  package var json: JSONValue {
    .fields([
      "device": device, "source": source?.rawValue, "mode": mode?.rawValue, "resolution": resolution,
      "paper": paper?.rawValue, "brightness": brightness, "contrast": contrast, "threshold": threshold,
      "options": options.isEmpty ? nil : options, "pages": pages,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    device = try json.optional("device")
    source = try json.optionalWord("source")
    mode = try json.optionalWord("mode")
    resolution = try json.optional("resolution")
    paper = try json.optionalWord("paper")
    brightness = try json.optional("brightness")
    contrast = try json.optional("contrast")
    threshold = try json.optional("threshold")
    options = try json.optional("options") ?? [:]
    pages = try json.optional("pages")
  }
}
