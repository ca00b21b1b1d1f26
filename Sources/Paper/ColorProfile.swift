/// The sRGB colour space (IEC 61966-2-1) as an ICC profile of version 2: three primaries and one tone curve.
///
/// PDF/A wants one as output intent, so that DeviceRGB and DeviceGray mean definite colours.
enum ColorProfile {
  static let sRGB: [UInt8] = {
    let curve = toneCurve
    let tags: [(signature: String, data: [UInt8])] = [
      ("desc", description("sRGB")), ("cprt", text("Public domain")), ("wtpt", xyz(0.9642, 1, 0.8249)),
      ("rXYZ", xyz(0.4360747, 0.2225045, 0.0139322)), ("gXYZ", xyz(0.3850649, 0.7168786, 0.0971045)),
      ("bXYZ", xyz(0.1430804, 0.0606169, 0.7141733)), ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
    ]
    var table = number(UInt32(tags.count))
    var data: [UInt8] = []
    var placed: [[UInt8]: Int] = [:]
    let dataStart = headerBytes + 4 + 12 * tags.count
    for tag in tags {
      // The three curves are one: tags may share their data.
      let offset = placed[tag.data] ?? dataStart + data.count
      if placed[tag.data] == nil { data += tag.data + padding(tag.data.count) }
      placed[tag.data] = offset
      table += Array(tag.signature.utf8) + number(UInt32(offset)) + number(UInt32(tag.data.count))
    }
    return header(size: dataStart + data.count) + table + data
  }()

  private static let headerBytes = 128
  /// Fine enough that interpolation stays below half a step of 8 bits everywhere.
  private static let curvePoints = 256

  private static func header(size: Int) -> [UInt8] {
    let date: [UInt8] = [2024, 1, 1, 0, 0, 0].flatMap { short(UInt16($0)) }
    let illuminant = xyzNumbers(0.9642, 1, 0.8249)
    return number(UInt32(size)) + number(0) + number(0x0210_0000) + Array("mntrRGB XYZ ".utf8) + date
      + Array("acsp".utf8) + [UInt8](repeating: 0, count: 28) + illuminant + [UInt8](repeating: 0, count: 48)
  }

  private static var toneCurve: [UInt8] {
    var bytes = Array("curv".utf8) + number(0) + number(UInt32(curvePoints))
    for point in 0..<curvePoints {
      bytes += short(UInt16((linear(Double(point) / Double(curvePoints - 1)) * 65_535).rounded()))
    }
    return bytes
  }

  /// Linear light of an encoded value, both 0 to 1.
  private static func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
  }

  /// x to the 2.4th for x in 0...1, without the C library: x² times the fifth root of x².
  private static func power(_ x: Double) -> Double {
    let square = x * x
    var root = 1.0
    for _ in 0..<60 {
      let fourth = root * root * root * root
      let step = (fourth * root - square) / (5 * fourth)
      root -= step
      // Newton's steps grow by squares from here on: the next would change nothing.
      if step < 1e-9 { break }
    }
    return square * root
  }

  private static func description(_ name: String) -> [UInt8] {
    let ascii = Array(name.utf8) + [0]
    return Array("desc".utf8) + number(0) + number(UInt32(ascii.count)) + ascii
      + [UInt8](repeating: 0, count: 4 + 4 + 2 + 1 + 67)
  }

  private static func text(_ text: String) -> [UInt8] { Array("text".utf8) + number(0) + Array(text.utf8) + [0] }

  private static func xyz(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
    Array("XYZ ".utf8) + number(0) + xyzNumbers(x, y, z)
  }

  private static func xyzNumbers(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
    [x, y, z].flatMap { number(UInt32(($0 * 65_536).rounded())) }
  }

  private static func number(_ value: UInt32) -> [UInt8] { short(UInt16(value >> 16)) + short(UInt16(value & 0xFFFF)) }

  private static func short(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

  private static func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (4 - count % 4) % 4) }
}
