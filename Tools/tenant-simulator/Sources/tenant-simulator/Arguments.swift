/// What the command line says.
struct Arguments {
  private(set) var data: String?
  private(set) var scenario: String?
  private(set) var folder: String?
  private(set) var authority: String?

  init(_ words: some Sequence<String>) throws(Fault) {
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
      guard let option = Self.options[word], let value = rest.popFirst() else {
        throw .usage("--data DIR [--scenario FILE] [--folder DIR] [--authority DIR]; unexpected: \(word)")
      }
      self[keyPath: option] = value
    }
  }

  private static var options: [String: WritableKeyPath<Arguments, String?>] {
    ["--data": \.data, "--scenario": \.scenario, "--folder": \.folder, "--authority": \.authority]
  }

  func needed(_ option: KeyPath<Arguments, String?>, _ name: String) throws(Fault) -> String {
    guard let value = self[keyPath: option] else { throw .usage("\(name) is missing") }
    return value
  }
}
