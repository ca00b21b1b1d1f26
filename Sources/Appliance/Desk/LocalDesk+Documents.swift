package import Base
package import Diagnosis
package import Interface
import Jobs
import Raster
import Settings

extension LocalDesk {
  package func scan(
    _ request: Operation.Scan, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> JobOutcome {
    let message = request.message ?? MessageDraft()
    var numbers = EventNumbers(clock)
    let task = try begin(message, request.finish, interrupt, &numbers, events)
    let appliance = try appliance()
    let scan = try appliance.request(request.scan ?? ScanSettings())
    var headStart: HeadStart?
    defer { headStart?.close() }
    let job = try appliance.scan(
      scan, message, by: takeWorker(), to: task.finalFile, interrupt: interrupt, began: { events(numbers.begin($0)) }
    ) {
      // Paper moves, so there will be a message.
      if case .pageBegan(1) = $0, message.isSent { headStart = appliance.headStart(for: message) }
      for event in Event.events(of: $0) { events(numbers.next(event)) }
    }
    events(numbers.state(of: job))
    if job.state == .interrupted { return JobOutcome(report(job)) }
    return try task.end(job, isHandedOver: task.finalFile != nil, with: headStart, &numbers, events).outcome(report)
  }

  package func send(
    _ request: Operation.Send, events: (Event) -> Void, interrupt: StopSignal
  ) throws(Failure) -> JobOutcome {
    var numbers = EventNumbers(clock)
    let task = try begin(request.message, request.finish, interrupt, &numbers, events)
    let isOne = request.finish.output != nil
    let job = try appliance().take(
      request.files, request.message, asOne: isOne, interrupt: interrupt, began: { events(numbers.begin($0)) }
    ) {
      for event in Event.events(of: $0) { events(numbers.next(event)) }
    }
    events(numbers.state(of: job))
    return try task.end(job, &numbers, events).outcome(report)
  }

  /// Before a page moves: what would stop the job later stops it now.
  private func begin(
    _ message: MessageDraft, _ finish: Finish, _ interrupt: StopSignal, _ numbers: inout EventNumbers,
    _ events: (Event) -> Void
  ) throws(Failure) -> JobTask {
    try message.checkIsServed()
    let appliance = try appliance()
    if message.isSent {
      for refusal in try appliance.checkCanSend(message) { events(numbers.next(Event(refused: refusal))) }
    }
    if let output = finish.output { try appliance.checkCanWrite(output) }
    return JobTask(appliance, finish, interrupt, isSent: message.isSent)
  }
}

extension Appliance {
  /// What is asked for, with the configuration's settings where nothing is.
  fileprivate func request(_ asked: ScanSettings) throws(Failure) -> ScanRequest {
    let settings = site.configuration.scan
    try asked.checkIsServed()
    return ScanRequest(
      device: try scanner(named: asked.device), source: asked.source ?? settings.source.flatMap(ScanSource.init),
      mode: PixelFormat(rawValue: asked.mode?.rawValue ?? settings.mode) ?? .color,
      resolution: try asked.wholeResolution() ?? settings.resolution,
      paper: asked.paper ?? PaperSize(rawValue: settings.paper) ?? .a4, pageLimit: asked.pages,
      quality: site.configuration.document.quality)
  }
}

extension ScanSettings {
  fileprivate func checkIsServed() throws(Failure) {
    if mode == .auto { throw .notServed("--mode auto") }
    let later: [(String, Bool)] = [
      ("--brightness", brightness != nil), ("--contrast", contrast != nil), ("--threshold", threshold != nil),
      ("--option", !options.isEmpty),
    ]
    for (option, isAsked) in later where isAsked { throw .notServed(option) }
  }

  fileprivate func wholeResolution() throws(Failure) -> Int? {
    guard let resolution else { return nil }
    guard let whole = Int(exactly: resolution), whole > 0 else {
      throw Failure(.inputNoResolution, values: ["value": "\(resolution)"])
    }
    return whole
  }
}

extension MessageDraft {
  func checkIsServed() throws(Failure) {
    if profile != nil { throw .notServed("Message.profile") }
    if fileName != nil { throw .notServed("Message.fileName") }
  }
}
