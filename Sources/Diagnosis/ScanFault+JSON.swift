package import JSON

/// As `platen devices` shows it: the fault's name, and within it what it is about.
extension ScanFault: JSONWritable {
  package var json: JSONValue {
    switch self {
    case .notFound(let device): Self.named("notFound", ["device": device])
    case .busy(let device): Self.named("busy", ["device": device])
    case .accessDenied(let device): Self.named("accessDenied", ["device": device])
    case .jammed: Self.named("jammed")
    case .coverOpen: Self.named("coverOpen")
    case .feederEmpty: Self.named("feederEmpty")
    case .inputOutput(let call): Self.named("inputOutput", ["call": call])
    case .outOfMemory: Self.named("outOfMemory")
    case .unsupported(let option, let value, let available):
      Self.named("unsupported", ["available": available, "option": option, "value": value])
    case .rejected(let call, let status): Self.named("rejected", ["call": call, "status": status])
    case .driverCrashed(let signal, let call): Self.named("driverCrashed", ["during": call, "signal": signal])
    case .driverHung(let call, let seconds): Self.named("driverHung", ["during": call, "seconds": seconds])
    case .driverNonsense(let detail): Self.named("driverNonsense", ["detail": detail])
    case .storageFull: Self.named("storageFull")
    case .storage(let detail): Self.named("storage", ["detail": detail])
    case .cancelled: Self.named("cancelled")
    }
  }

  private static func named(_ name: String, _ about: KeyValuePairs<String, (any JSONWritable)?> = [:]) -> JSONValue {
    .object([JSONValue.Member(name, .fields(about))])
  }
}
