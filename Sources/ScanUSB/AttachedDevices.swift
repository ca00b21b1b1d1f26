import Base
import CUSB

/// Why the bus could not be listed.
package struct USBFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// libusb's name for it.
  package let code: String

  package var description: String { "cannot list the USB devices: libusb says \(code)" }
}

/// What is plugged in, hubs left out, by bus and port; empty on a machine without USB.
///
/// A device that is being scanned from is not disturbed: what the kernel knows of it is enough.
package func attachedDevices() throws(USBFault) -> [USBDevice] {
  var context: OpaquePointer?
  // Without USB in the kernel libusb does not even begin.
  guard unsafe libusb_init(&context) == 0 else { return [] }
  defer { unsafe libusb_exit(context) }
  var list: UnsafeMutablePointer<OpaquePointer?>?
  let count = unsafe libusb_get_device_list(context, &list)
  guard count >= 0, let list = unsafe list else {
    throw USBFault(code: unsafe String(cString: libusb_error_name(Int32(count))))
  }
  defer { unsafe libusb_free_device_list(list, 1) }
  let entries = unsafe UnsafeBufferPointer(start: list, count: count)
  let devices = unsafe entries.compactMap { entry in unsafe entry.flatMap { unsafe device($0) } }
  return devices.sorted { ($0.bus, $0.portPath) < ($1.bus, $1.portPath) }
}

/// The version of the libusb that runs.
package var libraryVersion: String {
  guard let version = unsafe libusb_get_version() else { return "libusb" }
  return unsafe "libusb \(version.pointee.major).\(version.pointee.minor).\(version.pointee.micro)"
}

private func device(_ entry: OpaquePointer) -> USBDevice? {
  var descriptor = libusb_device_descriptor()
  guard unsafe libusb_get_device_descriptor(entry, &descriptor) == 0, descriptor.bDeviceClass != hubClass else {
    return nil
  }
  let path = unsafe portPath(entry)
  let texts = unsafe kernelTexts(path) ?? askedTexts(entry, descriptor)
  return USBDevice(
    bus: unsafe Int(libusb_get_bus_number(entry)), address: unsafe Int(libusb_get_device_address(entry)),
    portPath: path, vendor: descriptor.idVendor, product: descriptor.idProduct, serial: texts.serial,
    manufacturer: texts.manufacturer, productName: texts.product)
}

/// LIBUSB_CLASS_HUB, as the descriptor has it.
private let hubClass: UInt8 = 9

/// USB allows six hubs in a row; libusb wants room for one more.
private let longestPath = 7

private func portPath(_ entry: OpaquePointer) -> String {
  var ports = [UInt8](repeating: 0, count: longestPath)
  let count = unsafe libusb_get_port_numbers(entry, &ports, Int32(ports.count))
  let path = ports.prefix(Int(max(0, count))).map(String.init).joined(separator: ".")
  return unsafe "\(libusb_get_bus_number(entry))-\(path.isEmpty ? "0" : path)"
}

// MARK: What a device says of itself

private struct DeviceTexts {
  var manufacturer: String?
  var product: String?
  var serial: String?
}

/// What the kernel read when the device was plugged in; nil where there is no sysfs.
private func kernelTexts(_ portPath: String) -> DeviceTexts? {
  let folder = "/sys/bus/usb/devices/" + portPath
  guard Folder.exists(folder) else { return nil }
  func text(_ name: String) -> String? {
    (try? Folder.contents(of: folder + "/" + name)).flatMap { usable(String(decoding: $0, as: UTF8.self)) }
  }
  return DeviceTexts(manufacturer: text("manufacturer"), product: text("product"), serial: text("serial"))
}

/// What the device answers, which takes the right to open it.
private func askedTexts(_ entry: OpaquePointer, _ descriptor: libusb_device_descriptor) -> DeviceTexts {
  var handle: OpaquePointer?
  guard unsafe libusb_open(entry, &handle) == 0, let handle = unsafe handle else { return DeviceTexts() }
  defer { unsafe libusb_close(handle) }
  return unsafe DeviceTexts(
    manufacturer: text(handle, descriptor.iManufacturer), product: text(handle, descriptor.iProduct),
    serial: text(handle, descriptor.iSerialNumber))
}

private func text(_ handle: OpaquePointer, _ index: UInt8) -> String? {
  if index == 0 { return nil }
  // A string descriptor has at most 255 bytes (USB 2.0 section 9.6.7).
  var buffer = [UInt8](repeating: 0, count: 256)
  let count = unsafe libusb_get_string_descriptor_ascii(handle, index, &buffer, Int32(buffer.count))
  return count > 0 ? usable(String(decoding: buffer.prefix(Int(count)), as: UTF8.self)) : nil
}

/// The text without blanks around it, or nil where nothing is left: vendors fill the field up with them.
func usable(_ text: String) -> String? {
  let isBlank = { (character: Character) in character.isWhitespace || character == "\0" }
  let start = text.drop(while: isBlank)
  let end = start.reversed().drop(while: isBlank)
  return end.isEmpty ? nil : String(end.reversed()).onOneLine(limit: 126)
}
