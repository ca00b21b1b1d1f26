import Base
import Diagnosis
import Mail

// What addresses and texts that people give have against standing in a message, by the names of the catalogue.

extension Failure {
  init(_ error: AddressError) {
    let (id, values) = error.problem.named
    self.init(id, values: values.merging(["address": error.value]) { own, _ in own })
  }

  init(_ error: MessageError) {
    switch error {
    // Which header it is cannot be told without a word of ours; the text tells it.
    case .controlCharacter(_, let text, let scalar):
      self.init(.headerControlCharacter, values: ["text": text, "character": scalar.codePoint])
    case .slash(let fileName): self.init(.headerFileNameSlash, values: ["file": fileName])
    case .noFileName: self.init(.headerFileNameEmpty)
    case .mediaType(let type): self.init(.headerMediaType, values: ["type": type])
    case .messageID(let text): self.init(.headerMessageId, values: ["text": text])
    case .boundary(let text): self.init(.headerBoundary, values: ["text": text])
    case .size(let fileName, let bytes):
      self.init(.headerFileSize, values: ["file": fileName, "bytes": String(bytes)])
    }
  }
}

extension AddressError.Problem {
  fileprivate var named: (FailureID, [String: String]) {
    switch self {
    case .empty: (.addressEmpty, [:])
    case .noAt: (.addressNoAt, [:])
    case .noLocalPart: (.addressNoLocalPart, [:])
    case .noDomain: (.addressNoDomain, [:])
    case .controlCharacter(let scalar): (.addressControlCharacter, ["character": scalar.codePoint])
    case .localPartNotASCII(let scalar): (.addressLocalPartBeyondAscii, ["character": String(scalar)])
    case .domainNotASCII(let scalar): (.addressDomainBeyondAscii, ["character": String(scalar)])
    case .localPartTooLong(let count): (.addressLocalPartTooLong, ["count": String(count)])
    case .tooLong(let count): (.addressTooLong, ["count": String(count)])
    case .several: (.addressSeveral, [:])
    case .character("@"): (.addressSecondAt, [:])
    case .character(let scalar): (.addressCharacter, ["character": String(scalar)])
    case .misplacedDot: (.addressMisplacedDot, [:])
    case .openQuote: (.addressOpenQuote, [:])
    case .label(""): (.addressEmptyLabel, [:])
    case .label(let label): (.addressLabel, ["label": label])
    case .bareIPAddress(let text): (.addressBareIp, ["ip": text])
    case .literal(let literal): (.addressLiteral, ["literal": literal])
    case .angleBrackets: (.addressAngleBrackets, [:])
    }
  }
}
