package import Base
package import Diagnosis
import Jobs

extension Spool {
  /// Gives up a job that is being made, with all that is in it: what it was made from is still elsewhere.
  package func discard(_ open: OpenJob, because failure: Failure, now: WallTime) throws(SpoolError) {
    try apply(.scanEnded(pages: 0, attachments: 0, failure: failure), to: open.id, at: now)
  }
}
