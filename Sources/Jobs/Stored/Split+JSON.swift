import Base
package import JSON
package import Paper

extension Split: JSONStorable {
  package var json: JSONValue { .fields(["information": information, "parts": parts]) }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(parts: try json.field("parts"), information: try json.field("information"))
  }
}

extension Part: JSONStorable {
  package var json: JSONValue {
    .fields(["files": files, "number": number, "of": of, "pages": [pages.lowerBound, pages.upperBound]])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    let pages: [Int] = try json.field("pages")
    guard pages.count == 2, pages[0] <= pages[1] else { throw JSONMismatch("two numbers in order", at: "pages") }
    self.init(
      number: try json.field("number"), of: try json.field("of"), pages: pages[0]..<pages[1],
      files: try json.field("files"))
  }
}

extension DocumentInformation.Conformance: JSONStorable {}

extension DocumentInformation: JSONStorable {
  package var json: JSONValue {
    .fields([
      "conformance": conformance, "created": created.seconds, "creator": creator, "offsetMinutes": offsetMinutes,
      "producer": producer, "title": title,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      conformance: try json.field("conformance"), title: try json.field("title"),
      created: WallTime(seconds: try json.field("created")), offsetMinutes: try json.field("offsetMinutes"),
      creator: try json.optional("creator"), producer: try json.field("producer"))
  }
}
