import Jobs
import Raster

extension ScannerDescription {
  /// What an open scanner can do, in our words.
  init(of device: SaneDevice, named name: String) {
    self.init(name: name, vendor: "", model: "", type: "")
    let options = device.options()
    sources = options.sources
    modes = options.modes
    buttons = options.filter { $0.isSensor && $0.kind == .flag && $0.isButton }.map(\.name)
    switch options.resolution?.constraint {
    case .range(let range): (resolutions, resolutionIsRange) = ([range.lowerBound, range.upperBound], true)
    case .numbers(let numbers): resolutions = numbers.sorted()
    case .some, nil: resolutions = []
    }
  }
}

extension SaneOption {
  /// Sensors that tell of the scanner's state, not of a finger.
  private static let states = ["page-loaded", "cover-open", "adf-loaded", "lamp", "paper", "card-loaded"]

  var isButton: Bool { !Self.states.contains(name) }
}
