import Base

extension CivilTime {
  /// As the information dictionary has it (PDF 1.7, 7.9.4).
  var forPDF: String {
    let zone = zone(separator: "'")
    return "D:" + isoDate.filter { $0 != "-" } + clock(separator: "") + zone + "'"
  }

  /// As XMP has it (ISO 8601): with the offset in digits at UTC too, so that both forms say the same.
  var forXMP: String { isoDate + "T" + clock() + zone(separator: ":") }
}
