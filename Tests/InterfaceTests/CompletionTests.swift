import Interface
import Testing

private typealias Bench = Workbench

@Suite struct CompletionTests {
  private func complete(_ words: String...) -> Completion { Completion(words, program: Bench.program) }

  private func texts(_ words: String...) -> [String] {
    Completion(words, program: Bench.program).words.map(\.text)
  }

  private static let common = ["--config", "--state", "--json", "--quiet", "--help", "--version"]

  @Test func `verbs, and sub-verbs where one can stand`() {
    #expect(texts("") == ["take", "group", "open", "strict", "one"])
    #expect(texts("ta") == texts(""))
    #expect(texts() == texts(""))
    #expect(texts("group", "") == ["plain", "pick"])
    #expect(texts("--json", "--state", "s", "group", "--config=c", "") == ["plain", "pick"])
    #expect(texts("group", "pick", "j", "") == ["--name"] + Self.common)
  }

  @Test func `hidden verbs are offered to nobody`() {
    let hidden = CommandTable.program.subcommands.filter(\.isHidden).map(\.name)
    #expect(!hidden.isEmpty)
    #expect(Set(Completion([""]).words.map(\.text)).isDisjoint(with: hidden))
  }

  @Test func `options that can still be given`() {
    #expect(texts("group", "plain", "-") == Self.common)
    #expect(texts("group", "plain", "--json", "--") == Self.common.filter { $0 != "--json" })
    let open = texts("take", "a", "-ffile", "--to", "x", "-l", "--")
    #expect(open.contains("--to") && !open.contains("--file") && !open.contains("--loud"))
    #expect(texts("open", "-").contains("--count"))
  }

  @Test func `values by their kinds`() {
    #expect(texts("take", "--colour", "") == ["red", "green", "dark-blue"])
    #expect(texts("take", "-c", "r") == ["red", "green", "dark-blue"])
    #expect(texts("take", "-lc", "") == ["red", "green", "dark-blue"])
    #expect(complete("take", "--file", "").kind == .file && complete("take", "-f", "b").kind == .file)
    #expect(complete("take", "--state", "").kind == .folder)
    for free in [complete("take", "--to", ""), complete("take", "--number", ""), complete("take", "--wait", "")] {
      #expect(free.words.isEmpty && free.kind == nil)
    }
  }

  @Test func `a value in the word of its option`() {
    let colour = complete("take", "--colour=r")
    #expect(colour.words.map(\.text) == ["red", "green", "dark-blue"] && colour.lead == "--colour=")
    let file = complete("take", "--file=a/b")
    #expect(file.kind == .file && file.lead == "--file=" && file.words.isEmpty)
    #expect(complete("take", "--loud=").kind == nil)
  }

  @Test func `arguments in their order`() {
    #expect(complete("take", "").kind == .file)
    #expect(complete("take", "a", "").kind == nil && texts("take", "a", "") == [])
    #expect(complete("group", "pick", "").kind == .job)
    #expect(complete("open", "").kind == .route && texts("open", "") == ["look", "pick"])
    #expect(complete("open", "look", "").kind == .route && texts("open", "look", "") == [])
  }

  @Test func `after -- there are no options`() {
    #expect(texts("take", "--", "-") == [] && complete("take", "--", "-").kind == .file)
    #expect(texts("take", "--file", "--", "").contains("--force") == false)
  }

  @Test func `a line that is wrong is completed all the same`() {
    #expect(texts("take", "--bogus", "--colour", "") == ["red", "green", "dark-blue"])
    #expect(complete("take", "--number", "many", "").kind == .file)
  }

  @Test func `where configuration and state are is known`() {
    let said = complete("--config", "c", "group", "--state=s", "pick", "").said
    #expect(said[CommonOptions.config] == "c" && said[CommonOptions.state] == "s")
  }
}
