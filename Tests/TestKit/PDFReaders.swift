/// Programs that are not ours, asked about a document.
package enum PDFReaders {
  /// What qpdf, Ghostscript, poppler and MuPDF have to say against a document of so many pages; nothing is best.
  package static func complaints(about path: String, pages: Int) throws -> [String] {
    var complaints: [String] = []
    let count = try run(["qpdf", "--show-npages", path])
    if count.text != "\(pages)\n" { complaints.append("\(path) has \(count.text) pages, not \(pages)") }
    for command in [
      ["qpdf", "--check", path],
      ["gs", "-q", "-sDEVICE=nullpage", "-dNOPAUSE", "-dBATCH", path],
      ["pdftoppm", "-r", "20", path],
      // Debian's MuPDF has no ICC and says so, unless told not to look for it (-N).
      ["mutool", "draw", "-q", "-N", "-r", "20", "-F", "pgm", "-o", "/dev/null", path],
    ] {
      let result = try run(command)
      if result.exitCode != 0 || !result.errors.isEmpty {
        complaints.append("\(command) \(result.text) \(result.errors)")
      }
    }
    return complaints
  }

  /// PDFBox Preflight, a validator of PDF/A-1b: exit code 0 and "valid", or what is wrong.
  package static func preflight(_ path: String) throws -> RunResult {
    let names = ["pdfbox2", "preflight", "xmpbox", "fontbox2", "commons-logging", "javax.activation", "jaxb-api"]
    let jars = names.map { "/usr/share/java/\($0).jar" }
    // Java opens no file with letters beyond ASCII in its name unless the locale has them, and leaves a folder
    // in /tmp unless told not to.
    let java = ["java", "-XX:-UsePerfData", "-cp", jars.joined(separator: ":")]
    return try run(java + ["org.apache.pdfbox.preflight.Validator_A1b", path], environment: ["LC_ALL": "C.UTF-8"])
  }
}
