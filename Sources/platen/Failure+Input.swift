import Base
import Diagnosis

extension Failure {
  /// A wrong use of the program that the parser cannot see.
  static func usage(_ cause: String, _ step: String) -> Failure {
    Failure(
      class: .configuration, stage: "usage", cause: cause, who: .person, steps: [step], retry: false, exitCode: .usage)
  }

  static func cannotRead(_ error: SystemError) -> Failure {
    Failure(
      class: .configuration, stage: "input", cause: error.description, who: .person,
      steps: ["Check the name, and that this user may read it."], retry: true, exitCode: .noInput)
  }
}
