package import Base

/// What turns a file of whole pages into a document.
package enum DocumentTrailer {
  /// The end of the document: the objects of the whole, the cross-reference table and the trailer.
  ///
  /// The caller cuts the page file at `cutAt`, appends `trailer` and syncs. The same pages, information and
  /// time give the same bytes.
  ///
  /// - Parameter entries: at least one, as ``DocumentIndex`` read them.
  package static func bytes(
    for entries: [PageEntry], _ information: DocumentInformation, digest: () -> any ByteDigest
  ) -> (cutAt: Int, trailer: [UInt8]) {
    guard let last = entries.last else { preconditionFailure("a document has a page") }
    var body = Body(start: last.end)
    let (metadata, dictionary) = (information.metadata, information.dictionary)
    body.add(ReservedObject.catalog, catalog(information.conformance))
    body.add(ReservedObject.pageTree, pageTree(entries))
    body.add(ReservedObject.metadata, "<</Type/Metadata/Subtype/XML", stream: Array(metadata.utf8))
    body.add(ReservedObject.profile, "<</N 3", stream: ColorProfile.sRGB)
    body.add(ReservedObject.information, dictionary)
    for object in entries.flatMap({ [$0.image, $0.content, $0.page] }) { body.offsets[object.number] = object.offset }
    body.addTable(identifier: identifier(entries, metadata + dictionary, digest()))
    return (last.end, body.bytes)
  }

  private static func catalog(_ conformance: DocumentInformation.Conformance) -> String {
    // The file's first line says 1.4; this overrides it (PDF 1.7, 7.7.2).
    let version = conformance == .a2b ? "/Version/1.7" : ""
    return "<</Type/Catalog\(version)/Pages \(ReservedObject.pageTree) 0 R/Metadata \(ReservedObject.metadata) 0 R"
      + "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
      + "/Info(sRGB IEC61966-2.1)/DestOutputProfile \(ReservedObject.profile) 0 R>>]>>"
  }

  private static func pageTree(_ entries: [PageEntry]) -> String {
    let kids = entries.map { "\($0.page.number) 0 R" }.joined(separator: "\n")
    return "<</Type/Pages/Count \(entries.count)/Kids[\(kids)]>>"
  }

  /// 16 bytes that stand for this document and no other.
  private static func identifier(
    _ entries: [PageEntry], _ text: String, _ digest: any ByteDigest
  ) -> String {
    var digest = digest
    digest.update(Array(text.utf8))
    for entry in entries { digest.update(DocumentIndex.line(entry)) }
    return "<" + hexadecimal(digest.finish().prefix(16)) + ">"
  }

  /// Objects one after the other, and where each begins.
  private struct Body {
    let start: Int
    var bytes: [UInt8] = []
    var offsets: [Int: Int] = [:]

    init(start: Int) { self.start = start }

    mutating func add(_ object: Int, _ text: String) {
      offsets[object] = start + bytes.count
      bytes += Array("\(object) 0 obj\n\(text)\nendobj\n".utf8)
    }

    mutating func add(_ object: Int, _ dictionary: String, stream: [UInt8]) {
      offsets[object] = start + bytes.count
      bytes += Array("\(object) 0 obj\n\(dictionary)/Length \(stream.count)>>\nstream\n".utf8)
      bytes += stream + Array("\nendstream\nendobj\n".utf8)
    }

    mutating func addTable(identifier: String) {
      let position = start + bytes.count
      let size = (offsets.keys.max() ?? 0) + 1
      bytes += Array("xref\n0 \(size)\n0000000000 65535 f \n".utf8)
      for object in 1..<size { bytes += Array((padded(offsets[object] ?? 0, 10) + " 00000 n \n").utf8) }
      bytes += Array(
        """
        trailer
        <</Size \(size)/Root \(ReservedObject.catalog) 0 R/Info \(ReservedObject.information) 0 R\
        /ID[\(identifier)\(identifier)]>>
        startxref
        \(position)
        %%EOF

        """.utf8)
    }
  }
}
