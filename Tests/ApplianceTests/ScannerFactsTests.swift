import Diagnosis
import ScanUSB
import TestKit
import Testing

@testable import Appliance

@Suite struct ScannerFactsTests {
  // case: scan-access-denied
  @Test func `a refused access is told with the numbers that a rule has to match`() {
    let device = USBDevice(bus: 1, address: 5, portPath: "1-2", vendor: 0x04b8, product: 0x0142, serial: "X1")
    let fault = ScanFault.accessDenied(device: "epson2:libusb:001:005").namingUSB([device])
    #expect(fault == .accessDenied(device: "usb:04b8:0142:X1"))
    let steps = Failure(fault).steps
    #expect(steps.first?.contains("ATTR{idVendor}==\"04b8\", ATTR{idProduct}==\"0142\"") == true)
    #expect(ScanFault.accessDenied(device: "net:x").namingUSB([device]) == .accessDenied(device: "net:x"))
    #expect(ScanFault.jammed.namingUSB([device]) == .jammed)
  }
}
