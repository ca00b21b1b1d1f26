package import Base
import Crypto
package import Diagnosis
package import Host
import Jobs
import Paper
import ScanSane
import Settings
package import Spool

/// The whole, wired: from what a person asks for to a sealed job, from a job to what a server said.
///
/// Blocks; to be used from one thread.
package struct Appliance {
  package let site: Site
  package let spool: Spool
  let scanner: SaneScanner
  /// TLS sessions of this process, for its next connection to the same server.
  let tlsSessions: TLSSessionStore
  let secrets: SecretStore
  /// The gap between the attempts of a verb that waits. Schedules over days are the daemon's.
  let gap: Duration
  let clock: Clock
  /// Secrets of the environment, by their variables' names; taken out of it at the start.
  let givenSecrets: EnvironmentSecrets

  /// - Parameters:
  ///   - program: the path of this program, which is the scan worker too.
  ///   - environment: what the worker's is chosen from.
  package init(
    _ site: Site, program: String, environment: [String: String], givenSecrets: EnvironmentSecrets,
    gap: Duration = .seconds(30), clock: Clock = .system
  ) throws(Failure) {
    self.site = site
    self.gap = gap
    self.clock = clock
    tlsSessions = TLSSessionStore(clock: clock)
    spool = try Spool(folder: site.stateFolder)
    scanner = SaneScanner(
      program: program, environment: environment, clock: clock, quirks: try Self.quirks(),
      facts: { Self.facts(ofScanner: $0) })
    secrets = SecretStore(site, clock)
    self.givenSecrets = givenSecrets
  }

  /// What ends a document of this site (``Spool/seal(_:_:failure:now:ending:)``).
  func ending(title: String, created: WallTime) -> DocumentEnding {
    let information = information(title: title, created: created)
    return { DocumentTrailer.bytes(for: $0, information) { SHA256() } }
  }

  /// What a document of this site says of itself.
  func information(title: String, created: WallTime) -> DocumentInformation {
    DocumentInformation(
      conformance: .init(rawValue: site.configuration.document.format) ?? .a2b, title: title, created: created,
      offsetMinutes: site.civil(created).offsetMinutes, creator: site.configuration.identity.name,
      producer: Version.product)
  }
}
