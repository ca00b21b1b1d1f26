package import Paper

/// The messages that a job goes in: fixed at the first attempt of the first of them, for them all.
package struct Split: Sendable, Equatable {
  package let parts: [Part]
  /// Of the whole document; each part's has a title of its own.
  package let information: DocumentInformation

  package init(parts: [Part], information: DocumentInformation) {
    self.parts = parts
    self.information = information
  }
}

/// One message of the several that a document needs: whole pages in their order, whole files.
package struct Part: Sendable, Equatable {
  /// From 1.
  package let number: Int
  package let of: Int
  /// From 0; empty where the part holds files only.
  package let pages: Range<Int>
  /// Attached files by index.
  package let files: [Int]

  package init(number: Int, of: Int, pages: Range<Int>, files: [Int] = []) {
    self.number = number
    self.of = of
    self.pages = pages
    self.files = files
  }

  package var isLast: Bool { number == of }

  /// "1 of 3"; nil where there is one only.
  package var label: String? { of > 1 ? "\(number) of \(of)" : nil }

  package func subject(_ subject: String) -> String { label.map { "\(subject) (\($0))" } ?? subject }

  /// "Scan (1 of 3).pdf".
  package func fileName(_ name: String) -> String {
    guard let label else { return name }
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name) (\(label))" }
    return "\(name[..<dot]) (\(label))\(name[dot...])"
  }
}

/// What a document weighs, page by page.
package struct DocumentWeight: Sendable, Equatable {
  /// Bytes of each page, with the objects that only it uses.
  package var pages: [Int]
  /// Bytes that every document of some of these pages has: catalogue, metadata, colour profile, trailer.
  package var shared: Int
  /// Bytes of each attached file.
  package var files: [Int]
  /// The names of the attached files, for messages; may be empty.
  package var fileNames: [String]

  package init(pages: [Int], shared: Int = 0, files: [Int] = [], fileNames: [String] = []) {
    self.pages = pages
    self.shared = shared
    self.files = files
    self.fileNames = fileNames
  }

  func name(of file: Int) -> String? { fileNames.indices.contains(file) ? fileNames[file] : nil }

  /// Bytes of the document of some pages.
  func bytes(of range: Range<Int>) -> Int { range.isEmpty ? 0 : shared + pages[range].reduce(0, +) }
}

/// Why a document cannot be split so that each message fits.
package enum SplitRefusal: Error, Sendable, Equatable {
  /// A page, from 1, that is too big by itself.
  case page(Int, bytes: Int, limit: Int)
  /// An attached file, by index, that is too big by itself.
  case file(Int, bytes: Int, limit: Int)
}

extension DocumentWeight {
  /// The fewest messages within `limit` bytes that together hold every page in order, and every file.
  ///
  /// - Parameter limit: bytes of a message on the wire; nil: any number.
  package func parts(
    within limit: Int?, weighing message: MessageWeight
  ) throws(SplitRefusal) -> [Part] {
    guard let limit else { return [Part(number: 1, of: 1, pages: pages.indices, files: Array(files.indices))] }
    var packing = Packing(weight: self, message: message, limit: limit)
    for page in pages.indices { try packing.add(page: page) }
    for file in files.indices { try packing.add(file: file) }
    return packing.parts
  }
}

/// Fills one message after the other.
private struct Packing {
  struct Load {
    var pages: Range<Int>
    var files: [Int] = []
  }

  let weight: DocumentWeight
  let message: MessageWeight
  let limit: Int
  private var loads: [Load] = []

  init(weight: DocumentWeight, message: MessageWeight, limit: Int) {
    self.weight = weight
    self.message = message
    self.limit = limit
  }

  mutating func add(page: Int) throws(SplitRefusal) {
    if var last = loads.last {
      last.pages = last.pages.lowerBound..<page + 1
      if bytes(of: last) <= limit {
        loads[loads.count - 1] = last
        return
      }
    }
    let alone = Load(pages: page..<page + 1)
    let bytes = bytes(of: alone)
    if bytes > limit { throw .page(page + 1, bytes: bytes, limit: limit) }
    loads.append(alone)
  }

  /// Into the first message that has room.
  mutating func add(file: Int) throws(SplitRefusal) {
    for index in loads.indices {
      var load = loads[index]
      load.files.append(file)
      if bytes(of: load) <= limit {
        loads[index] = load
        return
      }
    }
    let end = weight.pages.count
    let alone = Load(pages: end..<end, files: [file])
    let bytes = bytes(of: alone)
    if bytes > limit { throw .file(file, bytes: bytes, limit: limit) }
    loads.append(alone)
  }

  private func bytes(of load: Load) -> Int {
    let document = weight.bytes(of: load.pages)
    return message.bytes(of: (load.pages.isEmpty ? [] : [document]) + load.files.map { weight.files[$0] })
  }

  var parts: [Part] {
    loads.enumerated().map { index, load in
      Part(number: index + 1, of: loads.count, pages: load.pages, files: load.files)
    }
  }
}
