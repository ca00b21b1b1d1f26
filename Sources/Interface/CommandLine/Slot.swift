import Settings

/// A parameter, and the type that its value is read as: what a verb asks for, so that neither a name nor a type
/// can be mistaken.
///
///     static let device = Slot.option("device", "d", "NAME", .device, "The scanner.")
///     …
///     said[ScanCommand.device]  // a String?
package struct Slot<Value: Sendable>: Sendable {
  package let parameter: Parameter
  /// From what was given, in its order; all of it is as the parameter's kind demands.
  let read: @Sendable ([String]) -> Value
}

/// A slot of any type, in the list of those that a command takes.
package protocol Taken: Sendable {
  var parameter: Parameter { get }
}

extension Slot: Taken {}

/// A kind of value, and what reads it.
package struct ValueReader<Value: Sendable>: Sendable {
  let kind: ValueKind
  let read: @Sendable (String) -> Value?
}

extension ValueReader where Value == String {
  private init(_ kind: ValueKind) { self.init(kind: kind) { $0 } }

  package static var text: Self { Self(.text) }
  package static var file: Self { Self(.file) }
  package static var folder: Self { Self(.folder) }
  package static var address: Self { Self(.address) }
  package static var route: Self { Self(.route) }
  package static var job: Self { Self(.job) }
  package static var key: Self { Self(.key) }
  package static var secret: Self { Self(.secret) }
  package static var device: Self { Self(.device) }
  package static var preset: Self { Self(.preset) }
}

extension ValueReader where Value == Int {
  package static func number(_ range: ClosedRange<Int>) -> Self { Self(kind: .number(range)) { Int($0) } }

  /// 1 or more.
  package static var count: Self { .number(1 ... .max) }
}

extension ValueReader where Value == Duration {
  package static var duration: Self { Self(kind: .duration) { DurationText.parse($0) } }
}

extension ValueReader where Value: RawRepresentable<String> & CaseIterable {
  package static func word(_ type: Value.Type) -> Self {
    Self(kind: .word(type.allCases.map(\.rawValue))) { Value(rawValue: $0) }
  }
}

extension Slot {
  package static func flag(_ name: String, _ short: Character? = nil, _ help: String) -> Self where Value == Bool {
    let parameter = Parameter(
      role: .flag, name: name, short: short, kind: .text, placeholder: "", help: help, isRepeated: false,
      isRequired: false, fallback: nil)
    return Self(parameter: parameter) { !$0.isEmpty }
  }

  /// Of several the last counts.
  package static func option<Read>(
    _ name: String, _ short: Character? = nil, _ placeholder: String, _ kind: ValueReader<Read>, _ help: String,
    fallback: String? = nil
  ) -> Self where Value == Read? {
    let parameter = Parameter(
      role: .option, name: name, short: short, kind: kind.kind, placeholder: placeholder, help: help,
      isRepeated: false, isRequired: false, fallback: fallback)
    return Self(parameter: parameter) { ($0.last ?? fallback).flatMap(kind.read) }
  }

  /// An option that must be there.
  package static func required(
    _ name: String, _ short: Character? = nil, _ placeholder: String, _ kind: ValueReader<String>, _ help: String
  ) -> Self where Value == String {
    let parameter = Parameter(
      role: .option, name: name, short: short, kind: kind.kind, placeholder: placeholder, help: help,
      isRepeated: false, isRequired: true, fallback: nil)
    return Self(parameter: parameter) { $0.last ?? "" }
  }

  /// An option that may be repeated.
  package static func options<Read>(
    _ name: String, _ short: Character? = nil, _ placeholder: String, _ kind: ValueReader<Read>, _ help: String,
    isRequired: Bool = false
  ) -> Self where Value == [Read] {
    let parameter = Parameter(
      role: .option, name: name, short: short, kind: kind.kind, placeholder: placeholder, help: help,
      isRepeated: true, isRequired: isRequired, fallback: nil)
    return Self(parameter: parameter) { $0.compactMap(kind.read) }
  }

  package static func argument(
    _ placeholder: String, _ kind: ValueReader<String>, _ help: String
  ) -> Self where Value == String {
    Self(parameter: argument(placeholder, kind.kind, help, isRequired: true)) { $0.last ?? "" }
  }

  /// An argument that may be missing, or that is read as something else than text.
  package static func argument<Read>(
    _ placeholder: String, _ kind: ValueReader<Read>, _ help: String, isRequired: Bool
  ) -> Self where Value == Read? {
    Self(parameter: argument(placeholder, kind.kind, help, isRequired: isRequired)) { $0.last.flatMap(kind.read) }
  }

  /// The last argument, which may be repeated.
  package static func arguments(
    _ placeholder: String, _ kind: ValueReader<String>, _ help: String, isRequired: Bool = true
  ) -> Self where Value == [String] {
    Self(parameter: argument(placeholder, kind.kind, help, isRequired: isRequired, isRepeated: true)) { $0 }
  }

  private static func argument(
    _ placeholder: String, _ kind: ValueKind, _ help: String, isRequired: Bool, isRepeated: Bool = false
  ) -> Parameter {
    Parameter(
      role: .argument, name: placeholder, short: nil, kind: kind, placeholder: placeholder, help: help,
      isRepeated: isRepeated, isRequired: isRequired, fallback: nil)
  }
}
