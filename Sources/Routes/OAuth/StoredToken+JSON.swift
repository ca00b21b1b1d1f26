package import Base
package import JSON

extension StoredToken: JSONStorable {
  package var json: JSONValue {
    .fields(["accessToken": accessToken, "key": key, "lifeSeconds": lifeSeconds, "received": received])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    accessToken = try json.field("accessToken")
    received = try json.field("received")
    lifeSeconds = try json.field("lifeSeconds")
    key = try json.field("key")
  }
}

/// To the nanosecond, which is what its clock has.
extension Moment: JSONStorable {
  package var json: JSONValue {
    let (seconds, attoseconds) = sinceBoot.components
    // In one number the digits of a device that runs for 104 days would not fit.
    return .fields([
      "boot": boot, "nanoseconds": attoseconds / 1_000_000_000, "seconds": seconds, "wall": wall?.seconds,
    ])
  }

  package init(json: JSONValue) throws(JSONMismatch) {
    let seconds: Int64 = try json.field("seconds")
    let nanoseconds: Int64 = try json.field("nanoseconds")
    self.init(
      boot: try json.field("boot"), sinceBoot: .seconds(seconds) + .nanoseconds(nanoseconds),
      wall: try json.optional("wall").map(WallTime.init(seconds:)))
  }
}
