/// What a person said: a command, and what was given for its parameters.
package struct Said: Sendable {
  /// From the program to the sub-verb.
  package let path: [Command]
  /// In their order.
  let given: [Given]

  struct Given: Sendable, Equatable {
    let name: String
    let text: String
  }

  package init(path: [Command]) { self.init(path: path, given: []) }

  init(path: [Command], given: [Given]) {
    self.path = path
    self.given = given
  }

  /// The names of verb and sub-verb.
  package var names: [String] { path.dropFirst().map(\.name) }

  package subscript<Value>(slot: Slot<Value>) -> Value {
    let parameter = slot.parameter
    assert(
      path.last?.parameters.contains(parameter) == true || CommonOptions.parameters.contains(parameter),
      "\(names) does not take \(parameter.spelling)")
    return slot.read(given.filter { $0.name == parameter.name }.map(\.text))
  }
}
