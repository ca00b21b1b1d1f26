package import Base
package import Diagnosis
import Glibc
import Host
package import Mail
package import Routes
package import Settings

/// One installation: its configuration, and where its state lies.
package struct Site: Sendable {
  package let configuration: Configuration
  package let routes: [Route]
  /// The folder of spool, journal and secrets.
  package let stateFolder: String
  /// The key that secrets are sealed with: outside the state folder.
  package let deviceKey: String

  /// - Parameters:
  ///   - configFile: `--config`.
  ///   - stateFolder: `--state`; wins over `storage.state`.
  package init(
    configFile: String?, stateFolder: String?, environment: [String: String]
  ) throws(Failure) {
    let configuration = try ConfigurationSources(file: configFile, environment: environment).configuration()
    self.configuration = configuration
    do throws(RouteError) { routes = try Route.all(in: configuration) } catch { throw Failure(error) }
    let places = Places(environment)
    self.stateFolder = absolute(stateFolder ?? configuration.storage.state ?? places.state)
    deviceKey = absolute(configuration.storage.deviceKey ?? places.deviceKey)
  }

  /// The local clock at a moment, as `locale.timeZone` has it.
  package func civil(_ time: WallTime) -> CivilTime {
    let offset = LocalTime.offsetMinutes(at: time.seconds, zone: configuration.locale.timeZone)
    return CivilTime(time, offsetMinutes: offset)
  }

  /// The device's own address, the sender of every message.
  package func sender() throws(Failure) -> Mailbox {
    guard let address = configuration.identity.address else {
      throw Failure(.settingSenderUnset)
    }
    do throws(AddressError) {
      return Mailbox(name: configuration.identity.name, address: try EmailAddress(address))
    } catch {
      throw Failure(.settingsSenderUnfit, because: [Failure(error)])
    }
  }

  /// The routes, at least one, with their rules about the sender and the recipients.
  package func waysOut() throws(Failure) -> RoutePreference {
    if routes.isEmpty { throw Failure(.settingRoutesUnset) }
    return RoutePreference(routes, sender: try sender().address)
  }
}

/// The default places: the system's places for root, the user's own for anyone else.
private struct Places {
  let state: String
  let deviceKey: String

  init(_ environment: [String: String]) {
    if geteuid() == 0 {
      state = "/var/lib/platen"
      deviceKey = "/etc/platen/device.key"
    } else {
      let home = environment["HOME"] ?? "."
      state = (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/platen"
      deviceKey = (environment["XDG_CONFIG_HOME"] ?? home + "/.config") + "/platen/device.key"
    }
  }
}

/// The path from the root on: a folder named on the command line stays the same whatever happens to the
/// working folder.
func absolute(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let folder = unsafe getcwd(nil, 0) else { return path }
  defer { unsafe free(folder) }
  return unsafe String(cString: folder) + "/" + path
}

extension Failure {
  init(_ error: RouteError) { self.init(FailureID(error.id), values: error.values) }
}
