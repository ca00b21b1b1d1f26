import Appliance
import ArgumentParser
import Diagnosis

struct DevicesVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the scanners that SANE sees, and what they can do.")

  @OptionGroup var common: CommonOptions

  func run() throws {
    let face = Face(json: common.json)
    try face.run { () throws(Failure) in try face.devices(LocalDesk(common)) }
  }
}
