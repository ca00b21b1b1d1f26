import Diagnosis
import Host
import Interface
import JSON
import Routes
import Settings

/// The names that complete a line. Only what is quick to list: no scanner is searched for.
struct Names {
  let desk: any Desk

  func words(for kind: ValueKind) throws(Failure) -> [Completion.Word] {
    switch kind {
    case .job:
      try desk.jobs(Operation.Jobs(all: true)).jobs.map {
        Completion.Word(text: $0.id, meaning: $0.state + ", " + $0.file)
      }
    case .route: try routes().map { Completion.Word(text: $0, meaning: "") }
    case .key: keys(of: (try? routes()) ?? [])
    case .secret: try secrets()
    case .device:
      try value(of: "scan.device").text.map { [Completion.Word(text: $0, meaning: "from the configuration")] } ?? []
    case .preset: Preset.all.map { Completion.Word(text: $0.name, meaning: $0.summary) }
    default: []
    }
  }

  private func value(of key: String) throws(Failure) -> JSONValue {
    try desk.configuration(Operation.Configuration(key: key)).values.first?.value ?? .null
  }

  private func routes() throws(Failure) -> [String] {
    try value(of: "routes").elements.compactMap { $0["name"]?.text }
  }

  /// Those of a route once for each that there is.
  private func keys(of routes: [String]) -> [Completion.Word] {
    SchemaShape.configuration.leaves().filter(\.key.isServed).flatMap { leaf -> [Completion.Word] in
      let parts = leaf.path.split(separator: "[]", omittingEmptySubsequences: false)
      guard parts.count == 2 else { return [Completion.Word(text: leaf.path, meaning: leaf.key.summary)] }
      return routes.map { Completion.Word(text: "\(parts[0]).\($0)\(parts[1])", meaning: leaf.key.summary) }
    }
  }

  /// Those that are not set come first.
  private func secrets() throws(Failure) -> [Completion.Word] {
    let routes = try routes()
    let known = SecretName.forms.flatMap { form -> [String] in
      let parts = form.split(separator: "<route>", omittingEmptySubsequences: false)
      return parts.count == 2 ? routes.map { parts[0] + $0 + parts[1] } : [form]
    }
    let there = Set(
      ((try? desk.secrets(Operation.Secrets())) ?? Operation.Secrets.Answer(secrets: [])).secrets.map(\.name))
    return known.filter { !there.contains($0) }.map { Completion.Word(text: $0, meaning: "") }
      + known.filter(there.contains).map { Completion.Word(text: $0, meaning: "set") }
  }
}
