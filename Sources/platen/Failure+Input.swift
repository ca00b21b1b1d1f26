import Base
import Diagnosis

extension Failure {
  static func cannotRead(_ error: SystemError) -> Failure {
    Failure(.programReadFailed, code: "errno \(error.code)", values: ["detail": error.description])
  }
}
