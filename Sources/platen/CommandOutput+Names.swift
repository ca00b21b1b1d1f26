import Base
import Diagnosis
import Interface
import JSON

// Asks a desk, and prints what it says: what the DNS has, what a sign-in needs.
extension CommandOutput {
  func records(_ request: Operation.Records, _ desk: any Desk) throws(Failure) -> ExitCode {
    let answers = try desk.records(request)
    for answer in answers {
      emit(answer)
      say(text(of: answer))
    }
    guard let failure = answers.lazy.compactMap(\.failure).first else { return .done }
    // In JSON the failure is in its route's object.
    if json { complain("platen: " + failure.cause) } else { explain(failure) }
    return failure.exitCode
  }

  private func text(of answer: Operation.Records.Answer) -> String {
    var lines = [answer.route + (answer.sender.map { ", sending as " + $0 } ?? "")]
    for step in answer.steps {
      lines.append("  " + step.layer.padded(to: 7) + step.verdict.padded(to: 9) + (step.evidence ?? ""))
      let isNeeded = step.verdict != "pass"
      if isNeeded, let needed = step.needed { lines.append(String(repeating: " ", count: 18) + "required: " + needed) }
      if let publish = step.publish {
        lines += ["                  publish:"] + publish.split(separator: "\n").map { "    " + $0 }
      }
    }
    return lines.joined(separator: "\n")
  }

  func keys(_ request: Operation.Keys, _ desk: any Desk) throws(Failure) -> ExitCode {
    let answer = try desk.keys(request)
    emit(answer)
    if answer.keys.isEmpty { say("messages are not signed; create a key: platen dns dkim --new SELECTOR") }
    for key in answer.keys {
      say("; \(key.secret), \(key.algorithm)\n\(key.zone)")
      say("; the value alone\n; \(key.value)")
    }
    if request.new != nil, let key = answer.keys.first {
      let next = key.setting.map { ", then: platen config set \($0) \(key.selector)" }
      say("\nPublish the record" + (next ?? " now: messages are already signed with it"))
    }
    return .done
  }

  /// - Parameter pasted: reads the address that the browser ended at.
  func authorize(
    _ request: Operation.Authorize, _ desk: any Desk, _ stop: StopSignal, pasted: () throws(Failure) -> String
  ) throws(Failure) -> ExitCode {
    let answer = try desk.authorize(request, events: show, answer: pasted, interrupt: stop)
    var report = answer.json
    report["authorized"] = .string(request.route)
    emit(report)
    say("route \(request.route): \(answer.username ?? "") has a token for \((answer.seconds ?? 0) / 60) minutes")
    if answer.kept == true { say("the sign-in is kept and renewed automatically") }
    if let warning = answer.warning { complain("\(answer.grant ?? "") is \(warning)") }
    return .done
  }

  private func show(_ event: Event) {
    let address = event.address ?? ""
    switch event.kind {
    case .code:
      let minutes = (event.seconds ?? 0) / 60
      say("Open \(address) and enter the code \(event.code ?? "")\nwithin \(minutes) minutes. Waiting …")
    case .open: say("Open this address, sign in, and paste the address where the browser ends:\n\n\(address)\n")
    case .token: complain("getting a token from \(event.text ?? "")")
    case .waiting: complain(event.text ?? "")
    default: break
    }
    emit(event)
  }
}
