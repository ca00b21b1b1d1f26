import Base
import Diagnosis
import Mail

// What addresses and texts that people give have against standing in a message, by the names of the catalogue.

extension Failure {
  init(_ error: AddressError) {
    var values = ["address": error.value]
    let id: FailureID
    switch error.problem {
    case .empty: id = .addressEmpty
    case .noAt: id = .addressNoAt
    case .noLocalPart: id = .addressNoLocalPart
    case .noDomain: id = .addressNoDomain
    case .controlCharacter(let scalar):
      id = .addressControlCharacter
      values["character"] = scalar.codePoint
    case .localPartNotASCII(let scalar):
      id = .addressLocalPartBeyondAscii
      values["character"] = String(scalar)
    case .domainNotASCII(let scalar):
      id = .addressDomainBeyondAscii
      values["character"] = String(scalar)
    case .localPartTooLong(let count):
      id = .addressLocalPartTooLong
      values["count"] = String(count)
    case .tooLong(let count):
      id = .addressTooLong
      values["count"] = String(count)
    case .several: id = .addressSeveral
    case .character("@"): id = .addressSecondAt
    case .character(let scalar):
      id = .addressCharacter
      values["character"] = String(scalar)
    case .misplacedDot: id = .addressMisplacedDot
    case .openQuote: id = .addressOpenQuote
    case .label(""): id = .addressEmptyLabel
    case .label(let label):
      id = .addressLabel
      values["label"] = label
    case .bareIPAddress(let text):
      id = .addressBareIp
      values["ip"] = text
    case .literal(let literal):
      id = .addressLiteral
      values["literal"] = literal
    case .angleBrackets: id = .addressAngleBrackets
    }
    self.init(id, values: values)
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
