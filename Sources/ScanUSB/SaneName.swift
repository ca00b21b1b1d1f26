/// The identity of the device that a SANE name such as `epson2:libusb:001:005` stands for; nil where the name
/// has no bus and address, or no such device is attached.
package func identity(forSaneName name: String, in devices: [USBDevice]) -> USBIdentity? {
  device(forSaneName: name, in: devices)?.identity
}

/// The device that a SANE name stands for, by its place on the bus or, as the driver pixma has it, by vendor,
/// product and serial number (`pixma:04A91912_4E2F10`).
package func device(forSaneName name: String, in devices: [USBDevice]) -> USBDevice? {
  if let location = USBLocation(inSaneName: name) { return devices.first { location.isOf($0) } }
  let alike = devices.filter { device in pixmaNumbers(name).map { $0 == (device.vendor, device.product) } ?? false }
  return alike.first { $0.serial.map { name.hasSuffix("_" + $0) } ?? false } ?? alike.first
}

/// Whether a SANE name stands for a USB device at all; only then USB is worth looking at.
package func isOfUSB(saneName name: String) -> Bool {
  USBLocation(inSaneName: name) != nil || pixmaNumbers(name) != nil
}

private func pixmaNumbers(_ name: String) -> (vendor: UInt16, product: UInt16)? {
  let prefix = "pixma:"
  let digits = name.dropFirst(prefix.count).prefix { $0 != "_" }
  guard name.hasPrefix(prefix), digits.utf8.count == 8, let number = UInt32(digits, radix: 16) else { return nil }
  return (UInt16(number >> 16), UInt16(truncatingIfNeeded: number))
}

/// The first of SANE's `names` that stands for the device of that identity; nil where none does.
package func saneName(
  for identity: USBIdentity, among names: [String], in devices: [USBDevice]
) -> String? {
  names.first { name in
    device(forSaneName: name, in: devices)?.matches(identity) ?? false
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
