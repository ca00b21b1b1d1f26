import Interface
import TestKit
import Testing

@testable import Diagnosis

/// What failures tell people to type, held against the table of commands.
@Suite struct StepCommandTests {
  private static let job = JobStanding(id: "7Q2M4X0C9A", canRetry: true, triesAgain: false, pages: 3)

  /// A value for each word that stands in a command of the catalogue.
  private static let values = [
    "route": "office", "server": "smtp.example.com", "port": "587", "user": "scanner@example.com", "mode": "starttls",
    "floor": "1.2", "lower": "1.1", "sender": "scanner@example.com", "recipient": "ann@example.com",
    "host": "a.example",
    "name": "routes.office.password", "secret": "routes.office.password", "key": "routes.office.port",
    "id": "7Q2M4X0C9A",
    "selector": "s1", "setting": "dkim.selector", "domain": "example.com", "device": "test:0", "verb": "scan",
    "subverb": "", "found": "sha256//AAAA", "preset": "smtp", "pages": "3", "variable": "PLATEN_SCAN_MODE",
    "nearest": "m365", "twin": "m365", "address": "scanner@example.com", "location": "http://a.example/ca.cer",
    "issuer": "Example CA", "file": "chain.pem", "path": "chain.pem",
  ]

  @Test func `every command of every step parses`() throws {
    var parsed: Set<[String]> = []
    for id in FailureID.all {
      let commands = Self.commands(of: id)
      // A step is left out where a value is missing, and would not be tried here.
      #expect(commands.count >= Self.declared(for: id), "\(id): its steps use values that this test does not give")
      for command in commands {
        parsed.insert(command)
        let problem = Self.refusal(of: command)
        #expect(problem == nil, "\(id): platen \(command.joined(separator: " ")): \(problem ?? "")")
      }
    }
    print("figure: commands in steps, parsed\t\(parsed.count)")
    #expect(parsed.count > 80)
  }

  private static func commands(of id: String) -> [[String]] {
    Explanation(Failure(FailureID(id), values: values), about: job).actions.compactMap(\.command)
  }

  /// How many commands the catalogue has in the steps of a failure.
  private static func declared(for id: String) -> Int {
    let actions = Catalogue.shipped.entry(FailureID(id)).steps.flatMap(\.actions)
    return actions.count { Action.Kind(rawValue: $0.first ?? "").map { $0 != .open && $0 != .ask } ?? false }
  }

  /// Why the program's own table does not take it; nil where it does.
  private static func refusal(of words: [String]) -> String? {
    do throws(UsageError) {
      _ = try CommandParser.read(words)
      return nil
    } catch {
      return Failure(error).cause
    }
  }
}
