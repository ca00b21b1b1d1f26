package import Base

/// The small language of subject, body and file name: `{pages}` stands for a value, `{{` for a brace.
package enum Template {
  /// - Parameter values: by placeholder. They go in as they are; braces in them mean nothing.
  package static func expand(_ text: String, _ values: [String: String]) throws(TemplateError) -> String {
    var result = ""
    var rest = text[...]
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[rest.index(after: brace)...]
      if rest.first == "{" {
        result += "{"
        rest = rest.dropFirst()
      } else {
        result += try value(takenFrom: &rest, of: text, values)
      }
    }
    return result + rest
  }

  private static func value(
    takenFrom rest: inout Substring, of text: String, _ values: [String: String]
  ) throws(TemplateError) -> String {
    guard let end = rest.firstIndex(of: "}") else { throw .open(text: text) }
    let name = String(rest[..<end])
    guard let value = values[name] else { throw .unknown(name: name, valid: values.keys.sorted()) }
    rest = rest[rest.index(after: end)...]
    return value
  }

  /// The values for subject and body.
  ///
  /// - Parameters:
  ///   - file: the document's file name.
  ///   - name: who or what sends.
  package static func values(file: String, name: String, pages: Int, at time: CivilTime) -> [String: String] {
    let clock = time.clock().prefix(5)
    return ["file": file, "name": name, "pages": String(pages), "date": time.isoDate, "time": String(clock)]
  }

  /// The values for a file name: the time with seconds, so that two scans differ, and with dots, which every file
  /// system takes ("14.05.09"). What comes out still has to pass `FileName.safe`, for `name` is anyone's.
  package static func fileNameValues(name: String, pages: Int, at time: CivilTime) -> [String: String] {
    ["name": name, "pages": String(pages), "date": time.isoDate, "time": time.clock(separator: ".")]
  }
}

package enum TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
  case unknown(name: String, valid: [String])
  /// A "{" without its "}".
  case open(text: String)

  package var description: String {
    switch self {
    case .unknown(let name, let valid):
      "{\(name.onOneLine(limit: 60))} is no placeholder: use \(valid.map { "{\($0)}" }.joined(separator: ", "))"
    case .open(let text):
      "\"\(text.onOneLine(limit: 120))\" has a { without its }: close it, or write {{ for a brace"
    }
  }
}
