/// The identity of the device that a SANE name such as `epson2:libusb:001:005` stands for; nil where the name
/// has no bus and address, or no such device is attached.
package func identity(forSaneName name: String, in devices: [USBDevice]) -> USBIdentity? {
  guard let location = USBLocation(inSaneName: name) else { return nil }
  return devices.first { location.isOf($0) }?.identity
}

/// The first of SANE's `names` that stands for the device of that identity; nil where none does.
package func saneName(
  for identity: USBIdentity, among names: [String], in devices: [USBDevice]
) -> String? {
  names.first { name in
    guard let location = USBLocation(inSaneName: name) else { return false }
    return devices.contains { location.isOf($0) && $0.matches(identity) }
  }
}

/// Bus and address as sanei_usb writes them into a device's name: `libusb:BBB:DDD`, decimal.
private struct USBLocation {
  let bus: Int
  let address: Int

  init?(inSaneName name: String) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard let mark = parts.lastIndex(of: "libusb"), parts.count >= mark + 3, let bus = number(parts[mark + 1]),
      let address = number(parts[mark + 2])
    else { return nil }
    self.bus = bus
    self.address = address
  }

  func isOf(_ device: USBDevice) -> Bool { device.bus == bus && device.address == address }
}

private func number(_ digits: Substring) -> Int? {
  guard digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
  return Int(digits)
}
