import Base
import Diagnosis
import Interface

enum DNSVerb {
  struct Check: Verb {
    static let command = DNSCommand.check
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let request = Operation.Records(
        route: said[DNSCommand.route], address: said[DNSCommand.address], asksBlockLists: said[DNSCommand.dnsbl])
      return try output.records(request, desk)
    }
  }

  struct DKIM: Verb {
    static let command = DNSCommand.dkim
    let said: Said

    func run(_ output: CommandOutput) throws(Failure) -> ExitCode {
      let request = Operation.Keys(
        new: said[DNSCommand.new], algorithm: said[DNSCommand.algorithm]?.rawValue, isSecond: said[DNSCommand.second],
        isReplacing: said[DNSCommand.replace])
      return try output.keys(request, desk)
    }
  }
}

@used @section("platen_entries") private let entry: Registration = {
  Verbs.enter(DNSVerb.Check.self, DNSVerb.DKIM.self, below: DNSCommand.command)
}
