import Raster

/// The PDF objects around an image's bytes.
///
/// What is not known when they are written stands in fields as wide as it can become, blank to the right.
struct ImageHeader {
  let bytes: [UInt8]
  private let heightField: Int
  private let lengthField: Int

  private static let heightDigits = 5
  private static let lengthDigits = 10

  /// The first bytes of an object: all that tells its number.
  static func beginning(_ object: Int) -> [UInt8] { Array("\(object) 0 obj\n".utf8) }

  init(object: Int, layout: PageLayout) {
    var text =
      String(decoding: Self.beginning(object), as: UTF8.self) + "<</Subtype/Image/Width \(layout.width)/Height "
    heightField = text.utf8.count
    text += Self.field("", Self.heightDigits)
    text += Self.coding(layout) + "/Length "
    lengthField = text.utf8.count
    text += Self.field("", Self.lengthDigits) + ">>stream\n"
    bytes = Array(text.utf8)
  }

  /// The header with its fields filled in: as long as before.
  func filled(height: Int, length: Int) -> [UInt8] {
    var bytes = bytes
    bytes.replaceSubrange(
      heightField..<heightField + Self.heightDigits, with: Self.field(height, Self.heightDigits).utf8)
    bytes.replaceSubrange(
      lengthField..<lengthField + Self.lengthDigits, with: Self.field(length, Self.lengthDigits).utf8)
    return bytes
  }

  private static func coding(_ layout: PageLayout) -> String {
    switch layout.format {
    // 1 is black in the rows, and coded as black; a decoder gives black as 0, which DeviceGray means too.
    case .lineart:
      "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns \(layout.width)>>"
    case .gray: "/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode"
    case .color: "/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/DCTDecode"
    }
  }

  private static func field(_ value: some CustomStringConvertible, _ width: Int) -> String {
    let text = "\(value)"
    return text + String(repeating: " ", count: width - text.utf8.count)
  }
}

/// What follows an image's bytes: the end of its object, the content stream unless an earlier page's
/// serves, and the page.
struct PageTail {
  /// The end of the image's object.
  static let imageEnd = Array("\nendstream\nendobj\n".utf8)

  private(set) var bytes = PageTail.imageEnd
  let content: PageEntry.Object
  let page: PageEntry.Object

  /// - Parameters:
  ///   - offset: where the tail begins in the page file.
  ///   - shared: the content stream of an earlier page with the same geometry.
  init(image: Int, offset: Int, geometry: PageGeometry, shared: PageEntry.Object?) {
    content = shared ?? PageEntry.Object(number: image + 1, offset: offset + bytes.count)
    if shared == nil {
      let text = geometry.content
      bytes += "\(content.number) 0 obj\n<</Length \(text.utf8.count)>>stream\n\(text)\nendstream\nendobj\n".utf8
    }
    page = PageEntry.Object(number: image + (shared == nil ? 2 : 1), offset: offset + bytes.count)
    bytes +=
      """
      \(page.number) 0 obj
      <</Type/Page/Parent \(ReservedObject.pageTree) 0 R\(geometry.pageEntries)/Contents \(content.number) 0 R\
      /Resources<</XObject<</I \(image) 0 R>>>>>>
      endobj

      """.utf8
  }
}
