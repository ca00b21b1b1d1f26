package import Base
package import Diagnosis
import Glibc
import Mail
package import Routes

/// Asks token endpoints over HTTPS: one POST a call, on the caller's thread. Redirects are not followed: they would
/// carry secrets elsewhere. The system's proxy variables do not count; the configuration does.
package struct HTTPSClient: Sendable {
  private let network: NetworkSettings
  /// PEM roots in place of the system's.
  private let authorityFile: String?
  private let seconds: Int
  private let clock: Clock

  /// For one answer, from the name look-up to its last byte. Endpoints answer within two; a person may wait.
  package static let seconds = 30
  /// More than any token endpoint says, and little enough to hold.
  package static let longestAnswer = 256 << 10

  package init(
    network: NetworkSettings, authorityFile: String?, seconds: Int = HTTPSClient.seconds, clock: Clock
  ) {
    self.network = network
    self.authorityFile = authorityFile
    self.seconds = seconds
    self.clock = clock
  }

  /// - Parameter interrupt: raised when the request is to end at once.
  package func post(_ request: TokenRequest, interrupt: StopSignal) throws(HTTPSFault) -> TokenAnswer {
    guard let target = WebHost(request.address, scheme: "https://", port: 443) else {
      throw .connect(host: request.address, port: 443, detail: "not an HTTPS address")
    }
    let deadline = clock.after(.seconds(seconds))
    let proxy = network.proxy.flatMap { WebHost($0, scheme: "http://", port: Self.proxyPort) }
    let transfer = try CurlTransfer(to: target, by: proxy)
    try transfer.address(request)
    try transfer.trust(authorityFile)
    try transfer.route(proxy: network.proxy, from: network.sourceAddress)
    let reached = proxy ?? target
    try transfer.resolve(reached, to: try addresses(of: reached, until: deadline, interrupt))
    return try transfer.run(until: deadline, seconds: seconds, clock, interrupt)
  }

  /// Where squid and most others listen.
  private static let proxyPort: UInt16 = 3128

  /// By the name servers of the configuration, of which libcurl would know nothing.
  private func addresses(
    of host: WebHost, until deadline: Deadline, _ interrupt: StopSignal
  ) throws(HTTPSFault) -> [SocketAddress] {
    let lookup = NameLookup(servers: network.nameServers, clock: clock, interrupt: interrupt)
    do throws(DeliveryFault) {
      return try lookup.addresses(of: host.name, port: host.port, until: deadline)
    } catch {
      switch error {
      case .nameNotFound: throw .nameNotFound(host: host.name)
      case .nameServerFailure(_, let detail): throw .nameServerFailure(host: host.name, detail: detail)
      case .interrupted: throw .interrupted(host: host.name)
      default: throw .nameServerFailure(host: host.name, detail: "\(error)")
      }
    }
  }
}

/// Host and port of an address on the web.
struct WebHost {
  let name: String
  let port: UInt16

  /// - Parameter port: where the address names none.
  init?(_ address: String, scheme: String, port: UInt16) {
    guard address.hasPrefix(scheme) else { return nil }
    let parts = address.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
      .split(separator: ":", omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty, parts.count <= 2 else { return nil }
    guard let number = parts.count == 1 ? port : UInt16(parts[1]) else { return nil }
    self.name = String(name)
    self.port = number
  }
}
