import JSON

/// One file of the catalogue, in JSON5.
package struct CatalogueSource {
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  func tree() throws(CatalogueFault) -> JSONValue {
    do throws(JSON5Reader.Fault) {
      return try JSON5Reader.read(bytes)
    } catch {
      throw CatalogueFault("\(name):\(error.line):\(error.column): error: \(error.message)")
    }
  }
}

/// What is wrong with a catalogue, as compilers say it: "FILE: error: auth.refused: no cause".
package struct CatalogueFault: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// A value of the catalogue and where it stands, so that what is wrong can be said with its place.
struct Place {
  let file: String
  let path: String
  let value: JSONValue

  func fault(_ message: String) -> CatalogueFault { CatalogueFault("\(file): error: \(path): \(message)") }

  func members(_ known: [String]) throws(CatalogueFault) -> [Place] {
    guard case .object(let members) = value else { throw fault("an object expected") }
    if let odd = members.first(where: { !known.isEmpty && !known.contains($0.name) }) {
      throw fault("unknown field \"\(odd.name)\"; known are \(known.joined(separator: ", "))")
    }
    return members.map { Place(file: file, path: path.isEmpty ? $0.name : "\(path) \($0.name)", value: $0.value) }
  }

  func elements() throws(CatalogueFault) -> [Place] {
    guard case .array(let elements) = value else { throw fault("a list expected") }
    return elements.enumerated().map { Place(file: file, path: "\(path)[\($0)]", value: $1) }
  }

  subscript(_ name: String) -> Place? {
    value[name].map { Place(file: file, path: "\(path) \(name)", value: $0) }
  }

  /// A text of one line.
  func text() throws(CatalogueFault) -> String {
    guard case .string(let text) = value else { throw fault("a text expected") }
    if text.unicodeScalars.contains(where: { $0.value < 32 }) { throw fault("a text of one line expected") }
    return text
  }

  func texts() throws(CatalogueFault) -> [String] {
    try elements().map { (place) throws(CatalogueFault) in try place.text() }
  }

  func word(of known: [String]) throws(CatalogueFault) -> String {
    let word = try text()
    if !known.contains(word) { throw fault("\"\(word)\" is not one of \(known.joined(separator: ", "))") }
    return word
  }

  func flag() throws(CatalogueFault) -> Bool {
    guard case .boolean(let flag) = value else { throw fault("true or false expected") }
    return flag
  }
}
