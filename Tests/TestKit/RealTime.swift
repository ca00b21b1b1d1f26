package import Base

// A test's own patience with what goes on in other processes is the system's.

extension Deadline {
  package static var now: Deadline { Clock.system.now }

  package static func after(_ duration: Duration) -> Deadline { Clock.system.after(duration) }

  package var hasPassed: Bool { Clock.system.hasPassed(self) }
}

extension WallTime {
  package static var now: WallTime { Clock.system.date }
}

/// Waits until one of `descriptors` can be read (or has ended), or the deadline; which can.
package func waitReadable(_ descriptors: [Int32], until deadline: Deadline) -> Set<Int32> {
  do throws(WaitFault) {
    let ready = try Clock.system.wait(for: descriptors.map(Awaited.input), until: deadline, .never)
    return Set(zip(descriptors, ready).filter { $0.1 != 0 }.map(\.0))
  } catch {
    return []
  }
}

extension StopSignal {
  /// Raised by whoever writes to a pipe.
  package init(_ pipe: borrowing Pipe) throws { self.init(readable: try pipe.reader.duplicate()) }
}
