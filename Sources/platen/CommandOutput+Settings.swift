import Diagnosis
import Interface
import JSON
import Settings

// Asks a desk, and prints what it says: settings and secrets.
extension CommandOutput {
  func configuration(_ desk: any Desk) throws(Failure) -> ExitCode {
    let rows = try desk.configuration(Operation.Configuration()).values
    print(ConfigurationView.text(rows), json: .fields(["settings": rows]))
    return .done
  }

  func setting(_ key: String, _ desk: any Desk) throws(Failure) -> ExitCode {
    let value = try desk.configuration(Operation.Configuration(key: key)).values.first?.value ?? .null
    print(JSONText.bare(value) + "\n", json: value)
    return .done
  }

  func exportSettings(_ desk: any Desk) throws(Failure) -> ExitCode {
    let own = try desk.configuration(Operation.Configuration(isOwn: true)).values.first?.value ?? .object([])
    // JSON5 in either case: it is a file that `import` takes.
    write(SiteFile.text(own))
    return .done
  }

  func change(_ request: Operation.Change, _ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.change(request)
    for notice in answer.notices { complain(notice) }
    let codes = answer.problems.map { report($0) }
    return codes.first ?? .done
  }

  func validate(_ desk: any Desk) throws(Failure) -> ExitCode {
    let code = try change(Operation.Change(edits: [], isDry: true), desk)
    if code == .done {
      emit(["valid": true])
      say("the configuration is valid")
    }
    return code
  }

  func schema(_ desk: any Desk) throws(Failure) -> ExitCode {
    write(json ? try desk.schema(Operation.Schema()).schema : SchemaShape.configuration.text)
    return .done
  }

  // MARK: Secrets

  func secrets(_ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.secrets(Operation.Secrets())
    emit(answer)
    if answer.secrets.isEmpty { say("no secrets") }
    for secret in answer.secrets { say("\(secret.name)  set \(secret.modified.inJSON)" + words(secret)) }
    return .done
  }

  private func words(_ secret: SecretReport) -> String {
    let used = secret.lastUsed.map { "  last used \($0.inJSON)" } ?? ""
    let note = secret.note.map { " (\($0))" } ?? ""
    guard let ends = secret.ends else { return used + (note.isEmpty ? "" : " " + note) }
    let warning =
      switch secret.state {
      case "endsSoon": "  EXPIRES SOON: \(count(secret.days ?? 0, "day"))"
      case "ended": "  EXPIRED"
      default: ""
      }
    return used + "  expires \(ends.inJSON)" + note + warning
  }

  func setSecret(_ name: String, _ value: [UInt8], _ desk: any Desk) throws(Failure) -> ExitCode {
    let notice = try desk.setSecret(Operation.SetSecret(name: name, value: value)).notice
    emit(JSONValue.fields(["set": name, "notice": notice]))
    say("\(name) is set")
    if let notice { complain(notice) }
    return .done
  }

  func unsetSecret(_ name: String, _ desk: any Desk) throws(Failure) -> ExitCode {
    let notice = try desk.setSecret(Operation.SetSecret(name: name, value: nil)).notice
    emit(["unset": name])
    say(notice ?? "\(name) is removed")
    return .done
  }
}
