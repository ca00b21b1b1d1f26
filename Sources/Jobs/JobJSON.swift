import Base
import Diagnosis
package import JSON
import Raster

// Jobs and scanners as every verb with --json, the control socket and the journal show them: names are a contract,
// times are RFC 3339 in UTC, a field without a value is left out.

private func text(_ time: WallTime) -> String { CivilTime(time, offsetMinutes: 0).iso8601 }

extension JobState: JSONWritable {}
extension RecipientState: JSONWritable {}
extension JournalEvent: JSONWritable {}

extension Job: JSONWritable {
  package var json: JSONValue {
    .fields([
      "bytes": bytes, "created": text(created), "failure": failure, "file": file, "id": id, "messageID": messageID,
      "pages": pages, "recipients": recipients, "state": state,
    ])
  }
}

extension Recipient: JSONWritable {
  package var json: JSONValue {
    // Only where it tells something: the recipient has the first pages, and not the last.
    let partsAccepted = state != .accepted && partsAccepted > 0 ? partsAccepted : nil
    return .fields([
      "address": address, "attempts": attempts, "failure": failure, "next": next.map(text),
      "partsAccepted": partsAccepted, "reply": reply, "route": route, "state": state,
    ])
  }
}

extension JournalLine: JSONWritable {
  package var json: JSONValue {
    .fields([
      "address": address, "event": event, "failure": failure, "job": job, "part": part, "peer": peer, "reply": reply,
      "route": route, "time": text(time), "tls": tls,
    ])
  }
}

extension ScannerDescription: JSONWritable {
  package var json: JSONValue {
    .fields([
      "buttons": buttons, "identity": identity, "model": model, "modes": modes.map(\.rawValue), "name": name,
      "problem": problem, "resolutionIsRange": resolutionIsRange, "resolutions": resolutions,
      "sources": sources.map(\.rawValue), "type": type, "vendor": vendor,
    ])
  }
}
