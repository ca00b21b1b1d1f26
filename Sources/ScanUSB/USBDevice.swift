/// A device on the bus, as it is plugged in now.
package struct USBDevice: Hashable, Sendable {
  package let bus: Int
  /// Given anew at each plugging in.
  package let address: Int
  /// Bus and ports on the way, as Linux writes them: `1-2.4`.
  package let portPath: String
  package let vendor: UInt16
  package let product: UInt16
  package let serial: String?
  package let manufacturer: String?
  package let productName: String?

  package init(
    bus: Int, address: Int, portPath: String, vendor: UInt16, product: UInt16, serial: String? = nil,
    manufacturer: String? = nil, productName: String? = nil
  ) {
    self.bus = bus
    self.address = address
    self.portPath = portPath
    self.vendor = vendor
    self.product = product
    self.serial = serial
    self.manufacturer = manufacturer
    self.productName = productName
  }

  package var identity: USBIdentity { USBIdentity(vendor: vendor, product: product, place: serial ?? portPath) }

  /// Whether this is the device of that identity, which may name the port also where there is a serial number.
  package func matches(_ identity: USBIdentity) -> Bool {
    vendor == identity.vendor && product == identity.product
      && (identity.place == serial || identity.place == portPath)
  }
}
