import Base
import Diagnosis
package import JSON

// The journal as it is shown: names are a contract, times are RFC 3339 in UTC, a field without a value is left out.

extension JournalEvent: JSONWritable {}

extension JournalLine: JSONWritable {
  package var json: JSONValue {
    .fields([
      "address": address, "event": event, "failure": failure, "job": job, "part": part, "peer": peer, "reply": reply,
      "route": route, "time": CivilTime(time, offsetMinutes: 0).iso8601, "tls": tls,
    ])
  }
}
