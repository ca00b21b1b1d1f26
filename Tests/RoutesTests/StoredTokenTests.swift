import Base
import JSON
import Routes
import Testing

@Suite struct StoredTokenTests {
  private func roundTrip<Value: JSONStorable>(_ value: Value) throws -> Value {
    try Value(json: try JSON5Reader.read(Array(JSONText.compact(value).utf8)))
  }

  @Test func `a token comes back as it was kept`() throws {
    let body = Array(#"{"access_token": "a\/b+c==", "expires_in": 3599}"#.utf8)
    let grant = try TokenGrant(TokenAnswer(status: 200, body: body, retryAfter: nil))
    let token = StoredToken(grant, at: Moment(boot: "b", sinceBoot: .nanoseconds(1)), for: "exchange secret a@b.c")
    #expect(try roundTrip(token) == token)
  }

  @Test(arguments: [
    Duration.zero, .nanoseconds(1), .nanoseconds(-1_500_000_001), .seconds(400 * 86_400) + .nanoseconds(123_456_789),
    .nanoseconds(Int64.max), .seconds(Int64.max),
  ])
  func `a moment keeps each nanosecond, however long the device has run`(since: Duration) throws {
    for wall in [nil, WallTime(seconds: 0), WallTime(seconds: 253_402_300_799)] {
      let moment = Moment(boot: "5f3c", sinceBoot: since, wall: wall)
      #expect(try roundTrip(moment) == moment)
    }
  }
}
