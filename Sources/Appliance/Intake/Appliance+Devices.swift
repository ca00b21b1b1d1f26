import Base
package import Diagnosis
package import Jobs
import ScanSane
import ScanUSB

extension Appliance {
  /// The scanners that SANE sees, with their USB identity where they have one.
  ///
  /// - Parameter notice: hears why identities are missing, where USB cannot be looked at.
  package func devices(notice: (String) -> Void = { _ in }) throws(Failure) -> [ScannerDescription] {
    let plugged = pluggedIn(notice)
    return try listed().map { description in
      var description = description
      description.identity = ScanUSB.identity(forSaneName: description.name, in: plugged)?.description
      return description
    }
  }

  private func pluggedIn(_ notice: (String) -> Void) -> [USBDevice] {
    do throws(USBFault) {
      return try ScanUSB.attachedDevices()
    } catch {
      notice(error.description)
      return []
    }
  }

  private func listed() throws(Failure) -> [ScannerDescription] {
    do throws(ScanFault) { return try scanner.devices() } catch { throw Failure(error) }
  }

  /// The SANE name behind a USB identity, which outlives re-plugging; any other name is one already.
  func saneName(of name: String) throws(Failure) -> String {
    guard USBIdentity(parsing: name) != nil else { return name }
    guard let device = try devices().first(where: { $0.identity == name }) else {
      throw Failure(ScanFault.notFound(device: name))
    }
    return device.name
  }
}
