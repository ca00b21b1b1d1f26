package import JSON
package import Mail

// What of a message the spool keeps. The mail itself knows nothing of JSON.

extension EmailAddress: JSONStorable {
  package var json: JSONValue { text.json }

  package init(json: JSONValue) throws(JSONMismatch) {
    let text = try String(json: json)
    do throws(AddressError) { try self.init(text) } catch { throw JSONMismatch("an address") }
  }
}

extension Mailbox: JSONStorable {
  package var json: JSONValue { .fields(["address": address, "name": name]) }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(name: try json.optional("name"), address: try json.field("address"))
  }
}

extension MessageEncoding: JSONStorable {}

extension DKIMSigning.Algorithm: JSONStorable {}

extension DKIMTerms: JSONStorable {
  package var json: JSONValue {
    .fields(["algorithm": algorithm, "domain": domain, "fields": fields, "key": key, "selector": selector])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    self.init(
      algorithm: try json.field("algorithm"), domain: try json.field("domain"), selector: try json.field("selector"),
      fields: try json.field("fields"), key: try json.field("key"))
  }
}
