/// Why an HTTPS request got no answer.
package enum HTTPSFault: Error, Sendable, Equatable {
  /// libcurl is not there, or not as it must be.
  case libraryMissing(detail: String)
  case nameNotFound(host: String)
  case nameServerFailure(host: String, detail: String)
  case connect(host: String, port: Int, detail: String)
  /// The proxy did not let the request through.
  case proxy(address: String, detail: String)
  /// The server's certificate was not accepted, in OpenSSL's words.
  case certificate(host: String, detail: String)
  /// TLS did not come about for another reason.
  case tls(host: String, detail: String)
  /// Our own roots could not be read.
  case roots(detail: String)
  case timedOut(host: String, seconds: Int)
  case lost(host: String, detail: String)
  case tooLong(host: String, limit: Int)
  case interrupted(host: String)
}
