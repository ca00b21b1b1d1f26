import Base
import Glibc
import ScanUSB
import TestKit
import Testing

/// Set in the process that runs under umockdev.
private let mark = "PLATEN_TEST_UNDER_UMOCKDEV"
private let isUnderUmockdev = unsafe getenv(mark) != nil

@Suite struct AttachedDevicesTests {
  @Test func `the library says which it is`() {
    #expect(ScanUSB.libraryVersion.hasPrefix("libusb 1."))
  }

  @Test(.enabled(if: !Folder.exists("/dev/bus/usb"), "this machine has USB"))
  func `a machine without USB has no devices`() throws {
    #expect(try attachedDevices().isEmpty)
  }

  /// This very test again, in a process for which umockdev makes devices up.
  @Test func `devices are listed with what they say of themselves`() throws {
    if isUnderUmockdev { return try expectMadeUpDevices() }
    let folder = try TemporaryFolder()
    let bus = try folder.write(madeUpBus, to: "bus.umockdev")
    let program = String(
      decoding: try Folder.contents(of: "/proc/self/cmdline").prefix { $0 != 0 }, as: UTF8.self)
    let result = try run(
      [
        "umockdev-run", "-d", bus, "--", program, "--testing-library", "swift-testing", "--filter",
        "AttachedDevicesTests",
      ], environment: [mark: "1"])
    #expect(result.exitCode == 0, "\(result.text) \(result.errors)")
    let said = result.text + result.errors
    #expect(said.contains("\"devices are listed with what they say of themselves\" passed"), "\(said)")
  }

  private func expectMadeUpDevices() throws {
    let devices = try attachedDevices()
    let scanner = USBDevice(
      bus: 1, address: 2, portPath: "1-1", vendor: 0x04b8, product: 0x0142, serial: "X4G007",
      manufacturer: "EPSON", productName: "Mock scanner")
    let nameless = USBDevice(bus: 1, address: 3, portPath: "1-4", vendor: 0x04a9, product: 0x190f)
    #expect(devices == [scanner, nameless])
    #expect(identity(forSaneName: "epson2:libusb:001:002", in: devices)?.description == "usb:04b8:0142:X4G007")
    #expect(devices.last?.identity.description == "usb:04a9:190f:1-4")
  }
}

/// Two scanners, one with a serial number, and a hub, as umockdev-record would describe them.
private let madeUpBus = [
  device(
    path: "1-1", address: 2, vendor: "04b8", product: "0142", class: "00",
    texts: "A: manufacturer=EPSON\\n\nA: product=Mock scanner \\n\nA: serial=  X4G007\\n\n"),
  device(path: "1-2", address: 4, vendor: "1d6b", product: "0002", class: "09", texts: ""),
  device(path: "1-4", address: 3, vendor: "04a9", product: "190f", class: "00", texts: "A: serial= \\n\n"),
].joined(separator: "\n")

private func device(
  path: String, address: Int, vendor: String, product: String, class: String, texts: String
) -> String {
  let swapped = [vendor, product].map { $0.suffix(2) + $0.prefix(2) }.joined().uppercased()
  let descriptors =
    "12010002\(`class`)000040\(swapped)000101020301" + "0902200001010080FA" + "0904000002FF000000"
    + "0705810200020007050202000200"
  return """
    P: /devices/pci0000:00/0000:00:14.0/usb1/\(path)
    N: bus/usb/001/00\(address)=\(descriptors)
    E: DEVTYPE=usb_device
    E: SUBSYSTEM=usb
    E: DEVNAME=/dev/bus/usb/001/00\(address)
    E: BUSNUM=001
    E: DEVNUM=00\(address)
    E: MAJOR=189
    E: MINOR=\(address - 1)
    A: busnum=1\\n
    A: devnum=\(address)\\n
    A: idVendor=\(vendor)\\n
    A: idProduct=\(product)\\n
    A: speed=480\\n
    A: bConfigurationValue=1\\n
    A: bDeviceClass=\(`class`)\\n
    \(texts)H: descriptors=\(descriptors)

    """
}
