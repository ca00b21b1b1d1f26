import Base
import Diagnosis
import Glibc
import ScanSane
import ScanUSB

extension Appliance {
  /// What the device's maker and the installer add to the quirks that we know, in this order.
  private static let quirkFiles = ["/usr/share/platen/quirks.json5", "/etc/platen/quirks.json5"]
  /// Far above any list of scanners; a file beyond it is the wrong file.
  private static let largestFile = 1 << 20

  static func quirks() throws(Failure) -> QuirkBook {
    do throws(QuirkFault) {
      var book = try QuirkBook.shipped()
      for path in quirkFiles {
        if let bytes = try contents(of: path) { try book.add(bytes, origin: path) }
      }
      return book
    } catch {
      throw Failure(error)
    }
  }

  /// nil where there is no such file, or it belongs to an installation that is not this user's.
  private static func contents(of path: String) throws(QuirkFault) -> [UInt8]? {
    do throws(SystemError) {
      return try Folder.contents(of: path, limit: largestFile)
    } catch {
      if error.code == ENOENT || error.code == EACCES { return nil }
      throw QuirkFault(origin: path, problem: .unreadable(error))
    }
  }

  /// What USB says of the scanner of a SANE name; only the name where it says nothing.
  static func facts(ofScanner name: String) -> ScannerFacts {
    guard ScanUSB.isOfUSB(saneName: name),
      let device = ScanUSB.device(forSaneName: name, in: (try? ScanUSB.attachedDevices()) ?? [])
    else { return ScannerFacts(name: name) }
    return ScannerFacts(name: name, vendor: device.manufacturer ?? "", model: device.productName ?? "")
  }
}

extension ScanFault {
  /// A refused access, by the numbers that a udev rule has to match, where USB tells them.
  func namingUSB(_ devices: [USBDevice]) -> ScanFault {
    guard case .accessDenied(let name) = self, let device = ScanUSB.device(forSaneName: name, in: devices) else {
      return self
    }
    return .accessDenied(device: device.identity.description)
  }
}
