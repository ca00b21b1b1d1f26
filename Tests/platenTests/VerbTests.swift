import Interface
import JSON
import Settings
import Testing

@testable import platen

/// The table of commands, held against what does them.
@Suite struct VerbTests {
  @Test func `every command of the table is done by a verb`() {
    var done = 0
    for verb in CommandTable.program.subcommands {
      let names = verb.subcommands.isEmpty ? [[verb.name]] : verb.subcommands.map { [verb.name, $0.name] }
      for name in names {
        #expect(Verbs.named(name) != nil, "nothing does \(name)")
        done += 1
      }
    }
    #expect(Verbs.count == done)
  }

  @Test(arguments: [ValueKind.job, .route, .key, .secret, .device, .preset])
  func `names for completion are asked of the desk, and a preset's of nobody`(_ kind: ValueKind) throws {
    let desk = FakeDesk()
    desk.rows = [
      .init(
        key: "routes", value: .array([.object([.init("name", .string("office"))])]), origin: "", isOverridden: false)
    ]
    let words = try Names(desk: desk).words(for: kind).map(\.text)
    switch kind {
    case .route: #expect(words == ["office"])
    case .key: #expect(words.contains("routes.office.tls.floor") && words.contains("scan.device"))
    case .secret: #expect(words.contains("routes.office.clientSecret") && words.contains("dkim.privateKey"))
    case .preset: #expect(words.contains("m365-oauth"))
    default: #expect(words.isEmpty)
    }
    #expect(desk.asked.isEmpty == (kind == .preset))
  }
}
