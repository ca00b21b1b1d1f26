import Base
import Jobs
import Raster
import ScanSane
import TestKit

/// A request to the replay scanner.
func replayRequest(
  _ source: ScanSource? = .adf, _ mode: PixelFormat = .color, resolution: Int = 75, pageLimit: Int? = nil
) -> ScanRequest {
  ScanRequest(device: "replay:front", source: source, mode: mode, resolution: resolution, pageLimit: pageLimit)
}

/// One scan of `count` pages, disturbed by the script.
func replay(
  _ count: Int, _ script: String, _ request: ScanRequest = replayRequest(), limits: CallLimits = CallLimits(),
  quirks: QuirkBook = QuirkBook(), interruptWhen: ((ScanProgress) -> Bool)? = nil
) throws -> Scanning {
  let world = try SaneWorld.replay(pages: try SaneWorld.pages(count, mode: request.mode.rawValue), script: script)
  return try Scanning(world, request, limits: limits, interruptWhen: interruptWhen, quirks: quirks)
}

/// What libjpeg-turbo makes of the files in `folder`, decoded again.
func recoded(_ folder: String) throws -> [[UInt8]] {
  try Folder.names(in: folder).map { name in
    try output("djpeg", input: output("cjpeg", "-quality", "75", folder + "/" + name))
  }
}

/// The pages of a scan, decoded.
func decoded(_ scanning: Scanning) throws -> [[UInt8]] { try scanning.images().map { try output("djpeg", $0) } }

/// The usual patience, but a second for one kind of call, so that what hangs in it hangs not for long.
func impatient(_ call: String) -> CallLimits {
  var limits = CallLimits()
  switch call {
  case "sane_init": limits.initialise = .seconds(1)
  case "sane_get_devices": limits.list = .seconds(1)
  case "sane_open": limits.open = .seconds(1)
  case "sane_control_option", "sane_get_parameters": limits.option = .seconds(1)
  case "sane_start": limits.start = .seconds(1)
  case "sane_read": limits.readStall = .seconds(1)
  default: limits.cancel = .milliseconds(300)
  }
  return limits
}
