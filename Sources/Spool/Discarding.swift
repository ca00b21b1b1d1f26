package import Base
package import Diagnosis
import Jobs

extension Spool {
  /// Gives up a job that is being made, with its files: their sources still exist.
  package func discard(_ open: OpenJob, because failure: Failure, now: WallTime) throws(Failure) {
    try apply(.scanEnded(pages: 0, attachments: 0, failure: failure), to: open.id, at: now)
  }
}
