import Base
import Interface
import JSON
import Jobs
import Testing

/// The types of the room, held against the file that others build on.
@Suite struct `The interface file` {
  private let text: String
  private let file: VarlinkFile

  init() throws {
    let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    text = String(decoding: try Folder.contents(of: root + "/Sources/Interface/io.platen.varlink"), as: UTF8.self)
    file = try VarlinkFile(text)
  }

  @Test func `names every state`() {
    let lists = text.split(separator: "\n").filter { $0.hasPrefix("# state: ") }
    let words = lists.map { Set($0.dropFirst("# state: ".count).split { $0 == " " || $0 == "." }.map(String.init)) }
    #expect(words == [Set(RecipientState.allCases.map(\.rawValue)), Set(JobState.allCases.map(\.rawValue))])
  }

  @Test func `is of io.platen, and every type in it is there and of use`() {
    #expect(file.name == "io.platen" && Set(file.errors.keys) == ["Failed"])
    var used: Set<String> = []
    func use(_ shape: VarlinkFile.Shape) {
      switch shape {
      case .named(let name):
        #expect(file.types[name] != nil, "\(name)")
        if used.insert(name).inserted { file.types[name]?.forEach { use($0.shape) } }
      case .list(let inner), .map(let inner), .optional(let inner): use(inner)
      case .fields(let fields): fields.forEach { use($0.shape) }
      default: break
      }
    }
    for method in file.methods.values { (method.input + method.output).forEach { use($0.shape) } }
    #expect(used == Set(file.types.keys))
  }

  @Test func `has samples of all that is in it, and of nothing else`() {
    let ours = Set(file.types.keys)
    for isFull in [true, false] {
      #expect(Set(Samples.types.filter { $0.isFull == isFull }.map(\.name)) == ours)
      #expect(Set(Samples.requests.filter { $0.isFull == isFull }.map(\.name)) == Set(file.methods.keys))
      #expect(Set(Samples.answers.filter { $0.isFull == isFull }.map(\.name)) == Set(file.methods.keys))
    }
  }

  @Test(arguments: Samples.types)
  func `has the names and types that are written`(_ sample: Sample) {
    #expect(problems(sample, file.types[sample.name] ?? []) == [])
  }

  @Test(arguments: Samples.requests)
  func `has what is asked`(_ sample: Sample) {
    #expect(problems(sample, file.methods[sample.name]?.input ?? []) == [])
  }

  @Test(arguments: Samples.answers)
  func `has what is answered`(_ sample: Sample) {
    #expect(problems(sample, file.methods[sample.name]?.output ?? []) == [])
  }

  @Test(arguments: Samples.types + Samples.requests + Samples.answers)
  func `what is written is read again as it was`(_ sample: Sample) { #expect(sample.comesBack) }

  private func problems(_ sample: Sample, _ fields: [VarlinkFile.Field]) -> [String] {
    file.problems(sample.json, with: fields, isFull: sample.isFull, at: sample.name)
  }
}

/// The judge itself.
@Suite struct `The reader of interface files` {
  @Test func `finds what is wrong`() throws {
    let file = try VarlinkFile("interface a.b # c\ntype T (a: int, b: ?[]string, c: [string]?float)\nmethod M() -> ()")
    let fields = try #require(file.types["T"])
    func problems(_ text: String, isFull: Bool = false) throws -> [String] {
      file.problems(try JSON5Reader.read(Array(text.utf8)), with: fields, isFull: isFull, at: "T")
    }
    #expect(try problems("{ a: 1, c: {} }") == [])
    #expect(try problems("{ a: 1, b: ['x'], c: { x: 1.5 } }", isFull: true) == [])
    #expect(try problems("{ a: 1.5, c: {} }") == ["T.a is no whole number"])
    #expect(try problems("{ a: 1, c: {}, d: 1 }") == ["T.d is not in the file"])
    #expect(try problems("{ a: 1 }") == ["T.c is missing"])
    #expect(try problems("{ a: 1, c: {} }", isFull: true) == ["T.b is missing"])
    #expect(try problems("{ a: 1, b: [1], c: {} }").count == 1)
  }

  @Test(arguments: [
    "type T ()", "interface a.b type T (a)", "interface a.b type T (a: []", "interface a.b thing T ()",
    "interface a.b type T () type T ()",
  ])
  func `refuses what is no interface`(_ text: String) {
    #expect(throws: VarlinkFile.Fault.self) { try VarlinkFile(text) }
  }
}
