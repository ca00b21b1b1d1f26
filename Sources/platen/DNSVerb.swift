import Base
import Diagnosis
import Interface

enum DNSVerb {
  struct Check: Verb {
    static let command = DNSCommand.check
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode {
      let request = Operation.Records(
        route: said[DNSCommand.route], address: said[DNSCommand.address], asksBlockLists: said[DNSCommand.dnsbl])
      return try face.records(request, desk)
    }
  }

  struct DKIM: Verb {
    static let command = DNSCommand.dkim
    let said: Said

    func run(_ face: Face) throws(Failure) -> ExitCode {
      let request = Operation.Keys(
        new: said[DNSCommand.new], algorithm: said[DNSCommand.algorithm]?.rawValue, isSecond: said[DNSCommand.second],
        isReplacing: said[DNSCommand.replace])
      return try face.keys(request, desk)
    }
  }
}

@used @section("platen_entries") private let entry: Entry = {
  Verbs.enter(DNSVerb.Check.self, DNSVerb.DKIM.self, below: DNSCommand.command)
}
