package struct USBDevice { }
package struct USBIdentity { package init?(parsing: String) { return nil } }
package enum ScanUSB { package static func attachedDevices() throws -> [USBDevice] { [] }
 package static func identity(forSaneName: String, in: [USBDevice]) -> String? { nil }
 package static let libraryVersion = "" }
