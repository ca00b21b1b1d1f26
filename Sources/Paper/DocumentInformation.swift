package import Base

/// What a document says of itself.
package struct DocumentInformation: Sendable, Equatable {
  /// The archival form it keeps to.
  package enum Conformance: String, Sendable, CaseIterable {
    /// ISO 19005-2 level B, a PDF 1.7.
    case a2b = "pdf/a-2b"
    /// ISO 19005-1 level B, a PDF 1.4.
    case a1b = "pdf/a-1b"
  }

  package var conformance: Conformance
  package var title: String
  package var created: WallTime
  /// Of the local clock from UTC, eastward.
  package var offsetMinutes: Int
  /// What made the pages: the scanner's name.
  package var creator: String?
  /// What made the document, with its version.
  package var producer: String

  package init(
    conformance: Conformance = .a2b, title: String, created: WallTime, offsetMinutes: Int = 0,
    creator: String? = nil, producer: String = "Platen 0.1.0"
  ) {
    self.conformance = conformance
    self.title = title
    self.created = created
    self.offsetMinutes = offsetMinutes
    self.creator = creator
    self.producer = producer
  }

  /// Longer texts are cut: readers show a line, and PDF/A-1 limits a string.
  private static let longestText = 250

  /// A text as both the information dictionary and XMP can have it: they must agree.
  static func clean(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(longestText) {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: clean.append(" ")
      default: clean.append(scalar)
      }
    }
    return String(clean)
  }

  var time: CivilTime { CivilTime(created, offsetMinutes: offsetMinutes) }

  // MARK: The information dictionary (PDF 1.7, 14.3.3)

  var dictionary: String {
    let date = "(\(time.forPDF))"
    return "<</Title\(Self.string(title))/Producer\(Self.string(producer))"
      + (creator.map { "/Creator\(Self.string($0))" } ?? "") + "/CreationDate\(date)/ModDate\(date)>>"
  }

  /// A text string: as it stands where it is plain ASCII, else UTF-16 in hexadecimal.
  static func string(_ text: String) -> String {
    let text = clean(text)
    if text.unicodeScalars.allSatisfy(\.isASCII) {
      return "(" + text.map { "()\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + ")"
    }
    let bytes = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    return "<feff" + hexadecimal(bytes) + ">"
  }

  // MARK: XMP (ISO 16684-1)

  var metadata: String {
    let part = conformance == .a1b ? 1 : 2
    let date = time.forXMP
    let tool = creator.map { "<xmp:CreatorTool>\(Self.escaped($0))</xmp:CreatorTool>\n" } ?? ""
    return """
      <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>
      <x:xmpmeta xmlns:x="adobe:ns:meta/">
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
      xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
      xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
      <pdfaid:part>\(part)</pdfaid:part>
      <pdfaid:conformance>B</pdfaid:conformance>
      <dc:format>application/pdf</dc:format>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">\(Self.escaped(title))</rdf:li></rdf:Alt></dc:title>
      <pdf:Producer>\(Self.escaped(producer))</pdf:Producer>
      \(tool)<xmp:CreateDate>\(date)</xmp:CreateDate>
      <xmp:ModifyDate>\(date)</xmp:ModifyDate>
      </rdf:Description>
      </rdf:RDF>
      </x:xmpmeta>
      <?xpacket end="r"?>
      """
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in clean(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
