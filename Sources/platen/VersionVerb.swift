import Appliance
import ArgumentParser
import Diagnosis

struct VersionVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "The version of the program and of the libraries it runs on.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let face = Face(json: common.json)
    try face.run { () throws(Failure) in try face.version(LocalDesk(common)) }
  }
}
