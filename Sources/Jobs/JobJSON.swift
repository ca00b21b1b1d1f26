import Base
import Diagnosis

// Jobs as every verb with --json, the control socket and the journal show them: names are a contract, times
// are RFC 3339 in UTC, a field without a value is left out.

private func text(_ time: WallTime) -> String { CivilTime(time, offsetMinutes: 0).iso8601 }

extension Job: Encodable {
  private enum Key: String, CodingKey {
    case id, state, created, pages, bytes, messageID, file, recipients, failure
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(id, forKey: .id)
    try container.encode(state, forKey: .state)
    try container.encode(text(created), forKey: .created)
    try container.encode(pages, forKey: .pages)
    try container.encode(bytes, forKey: .bytes)
    try container.encodeIfPresent(messageID, forKey: .messageID)
    try container.encode(file, forKey: .file)
    try container.encode(recipients, forKey: .recipients)
    try container.encodeIfPresent(failure, forKey: .failure)
  }
}

extension Recipient: Encodable {
  private enum Key: String, CodingKey {
    case address, state, route, attempts, partsAccepted, next, reply, failure
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(address, forKey: .address)
    try container.encode(state, forKey: .state)
    try container.encodeIfPresent(route, forKey: .route)
    try container.encode(attempts, forKey: .attempts)
    // Only where it tells something: the recipient has the first pages, and not the last.
    if state != .accepted && partsAccepted > 0 { try container.encode(partsAccepted, forKey: .partsAccepted) }
    try container.encodeIfPresent(next.map(text), forKey: .next)
    try container.encodeIfPresent(reply, forKey: .reply)
    try container.encodeIfPresent(failure, forKey: .failure)
  }
}

extension JournalLine: Encodable {
  private enum Key: String, CodingKey {
    case job, time, event, address, route, part, reply, peer, tls, failure
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(job, forKey: .job)
    try container.encode(text(time), forKey: .time)
    try container.encode(event, forKey: .event)
    try container.encodeIfPresent(address, forKey: .address)
    try container.encodeIfPresent(route, forKey: .route)
    try container.encodeIfPresent(part, forKey: .part)
    try container.encodeIfPresent(reply, forKey: .reply)
    try container.encodeIfPresent(peer, forKey: .peer)
    try container.encodeIfPresent(tls, forKey: .tls)
    try container.encodeIfPresent(failure, forKey: .failure)
  }
}
