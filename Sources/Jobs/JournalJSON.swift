import Base
import Diagnosis

// The journal as it is shown: names are a contract, times are RFC 3339 in UTC, a field without a value is left out.

private func text(_ time: WallTime) -> String { CivilTime(time, offsetMinutes: 0).iso8601 }

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
