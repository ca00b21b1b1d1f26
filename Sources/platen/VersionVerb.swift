import Appliance
import ArgumentParser
import Host

struct VersionVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "The version of the program and of the libraries it runs on.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let face = Face(json: common.json)
    let versions = Versions(program: ProcessEnvironment.program, environment: ProcessEnvironment.variables())
    try face.emit(versions)
    face.say("platen   \(versions.platen) (\(versions.build))")
    face.say("SANE     \(versions.sane)")
    face.say("OpenSSL  \(versions.openssl)")
    face.say("libusb   \(versions.libusb)")
  }
}
