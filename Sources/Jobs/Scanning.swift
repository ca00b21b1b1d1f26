package import Base
package import Diagnosis
package import Raster

/// Where the paper lies.
package enum ScanSource: String, Sendable, CaseIterable {
  case flatbed
  case adf
  case adfDuplex = "adf-duplex"
}

/// The paper's size, and with it the area to scan.
package enum PaperSize: String, Sendable, CaseIterable {
  case a3, a4, a5, letter, legal
  /// The most that the source can take.
  case auto

  /// Width and height in millimetres, upright; nil for `auto`.
  package var millimetres: (width: Double, height: Double)? {
    switch self {
    case .a3: (297, 420)
    case .a4: (210, 297)
    case .a5: (148, 210)
    case .letter: (215.9, 279.4)
    case .legal: (215.9, 355.6)
    case .auto: nil
    }
  }
}

/// What a person asks a scanner for.
package struct ScanRequest: Sendable, Equatable {
  /// A SANE name ("test:0") or a USB identity ("usb:04b8:0142:serial").
  package var device: String
  /// nil takes the device's own default.
  package var source: ScanSource?
  package var mode: PixelFormat
  /// Pixels an inch.
  package var resolution: Int
  package var paper: PaperSize
  /// At most so many pages; nil until the feeder is empty (a flatbed gives one).
  package var pageLimit: Int?
  /// Of JPEG pages, 1 to 100.
  package var quality: Int

  package init(
    device: String, source: ScanSource? = nil, mode: PixelFormat = .color, resolution: Int = 300,
    paper: PaperSize = .a4, pageLimit: Int? = nil, quality: Int = 75
  ) {
    self.device = device
    self.source = source
    self.mode = mode
    self.resolution = resolution
    self.paper = paper
    self.pageLimit = pageLimit
    self.quality = quality
  }
}

/// What a scan says while it runs.
package enum ScanProgress: Sendable, Equatable {
  case opening(device: String)
  /// The scanner is busy or warming up and is asked again.
  case waiting(reason: String)
  /// The options are set; what the scanner really does, where it differs from the request.
  case settled(resolution: Double, notes: [String])
  case pageBegan(page: Int)
  /// Rows so far, of how many where that is known, and the bytes they make encoded.
  case rows(page: Int, done: Int, of: Int?, encodedBytes: Int)
  /// The page is encoded, indexed and synced: no power cut takes it away.
  case pageDone(page: Int, encodedBytes: Int)
  /// Something to know that is no failure: "page 2 was 3 rows short, filled with white".
  case notice(String)
}

/// How a scan ended. Pages count in both cases: they are on disk.
package struct ScanResult: Sendable, Equatable {
  package var pages: Int
  /// nil: all pages came.
  package var fault: ScanFault?

  package init(pages: Int, fault: ScanFault?) {
    self.pages = pages
    self.fault = fault
  }
}

/// A scanner as `platen devices` shows it.
package struct ScannerDescription: Sendable, Equatable {
  package var name: String
  package var vendor: String
  package var model: String
  package var type: String
  /// "usb:VID:PID:serial" or "usb:VID:PID:port-path", where it is a USB device that libusb sees.
  package var identity: String?
  package var sources: [ScanSource]
  package var modes: [PixelFormat]
  /// Pixels an inch: the list, or the lowest and the highest of a range.
  package var resolutions: [Double]
  package var resolutionIsRange: Bool
  package var buttons: [String]
  /// Why sources, modes and the rest are not known: busy, no permission.
  package var problem: ScanFault?

  package init(name: String, vendor: String, model: String, type: String) {
    self.name = name
    self.vendor = vendor
    self.model = model
    self.type = type
    identity = nil
    sources = []
    modes = []
    resolutions = []
    resolutionIsRange = false
    buttons = []
    problem = nil
  }
}

/// Something that scans into a job's folder.
package protocol Scanner {
  /// Scans pages into `DocumentFile.pages` and `DocumentFile.index` of the folder; returns when the last is
  /// on disk, or the scan broke off. The pages before a fault stay.
  ///
  /// - Parameter interrupt: raised when the scan is to be cancelled.
  func scan(
    _ request: ScanRequest, into folder: borrowing Descriptor, interrupt: StopSignal,
    progress: (ScanProgress) -> Void
  ) -> ScanResult

  func devices() throws(ScanFault) -> [ScannerDescription]
}
