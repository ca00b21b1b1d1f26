import ScanUSB
import Testing

@Suite struct USBIdentityTests {
  private let epson = USBDevice(
    bus: 1, address: 5, portPath: "1-2.4", vendor: 0x04b8, product: 0x0142, serial: "X4:G007")
  private let canon = USBDevice(bus: 3, address: 12, portPath: "3-1", vendor: 0x04a9, product: 0x190f)

  @Test func `a serial number goes before the port`() {
    #expect(epson.identity.description == "usb:04b8:0142:X4:G007")
    #expect(canon.identity.description == "usb:04a9:190f:3-1")
  }

  @Test(arguments: ["usb:04b8:0142:X4:G007", "usb:04a9:190f:3-1", "usb:ffff:0000:a b"])
  func `an identity is read as it is written`(text: String) {
    #expect(USBIdentity(parsing: text)?.description == text)
  }

  @Test func `digits may be capitals`() {
    #expect(USBIdentity(parsing: "usb:04B8:0142:X") == USBIdentity(vendor: 0x04b8, product: 0x0142, place: "X"))
  }

  @Test(arguments: [
    "", "usb", "usb:04b8:0142", "usb:04b8:0142:", "USB:04b8:0142:X", "usb:4b8:0142:X", "usb:+4b8:0142:X",
    "usb:04b8:01g2:X", "usb:04b8:0142:X\n", "epson2:libusb:001:005", "test:0",
  ])
  func `anything else is no identity`(text: String) {
    #expect(USBIdentity(parsing: text) == nil)
  }

  @Test func `a device answers to its serial number and to its port`() {
    #expect(epson.matches(USBIdentity(vendor: 0x04b8, product: 0x0142, place: "X4:G007")))
    #expect(epson.matches(USBIdentity(vendor: 0x04b8, product: 0x0142, place: "1-2.4")))
    #expect(!epson.matches(USBIdentity(vendor: 0x04b8, product: 0x0142, place: "1-2")))
    #expect(!epson.matches(USBIdentity(vendor: 0x04b8, product: 0x0143, place: "X4:G007")))
    #expect(!canon.matches(USBIdentity(vendor: 0x04a9, product: 0x190f, place: "")))
  }

  @Test(arguments: [
    ("epson2:libusb:001:005", "usb:04b8:0142:X4:G007"), ("genesys:libusb:003:012", "usb:04a9:190f:3-1"),
    ("net:localhost:epson2:libusb:001:005", "usb:04b8:0142:X4:G007"),
  ])
  func `SANE's name leads to the device`(name: String, identity expected: String) {
    #expect(identity(forSaneName: name, in: [epson, canon])?.description == expected)
  }

  @Test(arguments: [
    "test:0", "epson2:libusb:001:006", "epson2:libusb:001", "epson2:libusb", "epson2:libusb:001:", "libusb:x:5",
    "epson2:libusb:-1:005", "airscan:e0:Canon", "epson2:libusb:99999999999999999999:005", "",
  ])
  func `other names lead nowhere`(name: String) {
    #expect(identity(forSaneName: name, in: [epson, canon]) == nil)
  }

  // case: scan-access-denied
  @Test func `a name by vendor and product leads to the device, by its serial number where two are alike`() {
    let one = USBDevice(bus: 1, address: 2, portPath: "1-1", vendor: 0x04a9, product: 0x1912, serial: "4E2F10")
    let other = USBDevice(bus: 1, address: 3, portPath: "1-2", vendor: 0x04a9, product: 0x1912, serial: "4E2F11")
    #expect(device(forSaneName: "pixma:04A91912_4E2F11", in: [epson, one, other]) == other)
    #expect(device(forSaneName: "pixma:04A91912", in: [epson, one, other]) == one)
    #expect(device(forSaneName: "pixma:04A91913_4E2F11", in: [one, other]) == nil)
    #expect(device(forSaneName: "pixma:MG5300_10.0.0.2", in: [one, other]) == nil)
    #expect(saneName(for: other.identity, among: ["pixma:04A91912_4E2F11"], in: [one, other]) != nil)
  }

  @Test func `an identity finds SANE's name of the day`() {
    let names = [
      "test:0", "airscan:e0:X4:G007", "genesys:libusb:003:012", "epson2:libusb:001:005", "epkowa:libusb:001:005",
    ]
    #expect(saneName(for: epson.identity, among: names, in: [epson, canon]) == "epson2:libusb:001:005")
    #expect(saneName(for: canon.identity, among: names, in: [epson, canon]) == "genesys:libusb:003:012")
    let replugged = USBDevice(
      bus: 2, address: 9, portPath: "2-1", vendor: 0x04b8, product: 0x0142, serial: "X4:G007")
    let later = ["epson2:libusb:001:005", "epson2:libusb:002:009"]
    #expect(saneName(for: epson.identity, among: later, in: [replugged, canon]) == "epson2:libusb:002:009")
    #expect(saneName(for: epson.identity, among: names, in: [canon]) == nil)
  }
}
