import Crypto
import Diagnosis
import Jobs
import Mail
import Routes
import TestKit
import Testing

/// Every floor, against servers of every version that show every kind of certificate, however TLS comes about.
@Suite struct `TLS matrix` {
  private let authority: CertificateAuthority

  init() throws { authority = try CertificateAuthority() }

  // case: smtp-21
  // case: smtp-24
  // case: smtp-25
  @Test(arguments: Presented.allCases, TLSCell.modes)
  func `each cell has its verdict and its words`(_ presented: Presented, _ mode: Route.TLSMode) throws {
    let cells = TLSCell.all.filter { $0.presented == presented && $0.mode == mode }
    let certificate = try presented.certificate(of: authority)
    let server = try ScriptedServer(connections: cells.map(\.script), apart: true, certificate: certificate)
    for (number, cell) in cells.enumerated() {
      var route = Route(name: "r", server: "127.0.0.1", port: server.ports[number], tlsMode: mode)
      route.tls = try presented.policy(cell.floor, authority, certificate)
      let done = attempt(route)
      if cell.isTaken { expectTaken(done, cell) } else { expectRefused(done, cell, route) }
      let record = try server.record(number)
      #expect(record.messages.count == (cell.isTaken ? 1 : 0), "\(cell)")
      #expect(!record.inClear.contains { $0.hasPrefix("MAIL") }, "\(cell)")
    }
  }

  @Test func `has every cell`() {
    print("figure: TLS matrix cells = \(TLSCell.all.count)")
    #expect(TLSCell.all.count == 4 * 4 * 9 * 3)
  }

  private func expectTaken(_ done: Attempt, _ cell: TLSCell) {
    #expect(done.outcome == .accepted(SMTPReply(code: 250, lines: ["queued"])), "\(cell): \(done.report)")
    #expect(done.report.encryption?.version == cell.highest, "\(cell)")
  }

  private func expectRefused(_ done: Attempt, _ cell: TLSCell, _ route: Route) {
    guard case .failed(.tls(let fault)) = done.outcome else { return #expect(Bool(false), "\(cell): \(done.report)") }
    let failure = Failure(
      .tls(fault),
      route: RouteFacts(
        name: "r", server: "127.0.0.1", port: route.port, tlsMode: route.tlsMode.rawValue, floor: cell.floor))
    #expect(failure.class == .configuration && failure.exitCode == .serverProtocol && !failure.retry, "\(cell)")
    if cell.isBelowFloor {
      #expect(fault == .belowFloor(floor: cell.floor), "\(cell)")
      #expect(failure.cause == "127.0.0.1 does not support TLS \(cell.floor.rawValue) or later, the minimum of route r")
      return
    }
    #expect(cell.presented.isNamed(by: fault), "\(cell): \(fault)")
    #expect(failure.cause.contains(cell.presented.words.cause), "\(failure.cause)")
    #expect(failure.steps.first?.contains(cell.presented.words.step) == true, "\(failure.steps)")
  }
}
