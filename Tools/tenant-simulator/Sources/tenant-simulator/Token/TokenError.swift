import FoundationEssentials

/// A refusal of a token endpoint (RFC 6749 section 5.2).
struct TokenError: Error {
  let status: Int
  let error: String
  /// As the service words it: "AADSTS50126: …" from Microsoft.
  let description: String

  init(_ error: String, _ description: String, status: Int = 400) {
    self.error = error
    self.description = description
    self.status = status
  }

  /// A scripted one: "400 invalid_client AADSTS7000215: Invalid …". Nil where the words are no such thing.
  init?(scripted: String) {
    let parts = scripted.split(separator: " ", maxSplits: 2).map(String.init)
    guard parts.count >= 2, let status = Int(parts[0]) else { return nil }
    self.init(parts[1], parts.count > 2 ? parts[2] : "", status: status)
  }

  /// In Microsoft's form, with the numbers that their support asks for.
  var microsoft: Response {
    let code = description.firstMatch(of: /AADSTS([0-9]+)/).flatMap { Int($0.output.1) }
    let trace = UUID().uuidString.lowercased()
    let correlation = UUID().uuidString.lowercased()
    let time = formatted("%Y-%m-%d %H:%M:%SZ")
    let words = description + " Trace ID: \(trace) Correlation ID: \(correlation) Timestamp: \(time)"
    let body = MicrosoftBody(
      error: error, errorDescription: words, errorCodes: code.map { [$0] } ?? [], timestamp: time, traceId: trace,
      correlationId: correlation,
      errorUri: code.map { "https://login.microsoftonline.com/error?code=\($0)" })
    return limited(.json(status, body))
  }

  var google: Response { limited(.json(status, GoogleBody(error: error, errorDescription: description))) }

  private func limited(_ response: Response) -> Response {
    var response = response
    if status == 429 || status == 503 { response.headers.append(("Retry-After", "60")) }
    return response
  }

  private struct MicrosoftBody: Encodable {
    let error: String
    let errorDescription: String
    let errorCodes: [Int]
    let timestamp: String
    let traceId: String
    let correlationId: String
    let errorUri: String?
  }

  private struct GoogleBody: Encodable {
    let error: String
    let errorDescription: String
  }
}

/// What a token endpoint grants.
struct TokenAnswer: Encodable {
  var tokenType = "Bearer"
  let scope: String?
  let expiresIn: Int
  let accessToken: String
  let refreshToken: String?
}
