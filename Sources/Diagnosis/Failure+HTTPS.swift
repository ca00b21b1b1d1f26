extension Failure {
  /// Why an HTTPS request of a route, for a token, got no answer.
  package init(_ fault: HTTPSFault, route: String) {
    let found = NamedFault(https: fault)
    self.init(found.id, values: found.values.merging(["route": route]) { $1 })
  }
}

extension NamedFault {
  fileprivate init(https fault: HTTPSFault) {
    switch fault {
    case .libraryMissing(let detail): self.init(.httpsNoLibrary, ["detail": detail])
    case .nameNotFound(let host): self.init(.httpsNameNotFound, ["host": host])
    case .nameServerFailure(let host, let detail): self.init(.httpsNamesDead, ["host": host, "detail": detail])
    case .connect(let host, let port, let detail):
      self.init(.httpsUnreachable, ["host": host, "port": String(port), "detail": detail])
    case .proxy(let address, let detail): self.init(.httpsProxyRefused, ["proxy": address, "detail": detail])
    case .certificate(let host, let detail):
      self.init(.httpsCertificateRefused, ["host": host, "detail": detail])
    case .tls(let host, let detail): self.init(.httpsTlsFailed, ["host": host, "detail": detail])
    case .roots(let detail): self.init(.httpsRootsUnreadable, ["detail": detail])
    case .timedOut(let host, let seconds): self.init(.httpsTimedOut, ["host": host, "seconds": String(seconds)])
    case .lost(let host, let detail): self.init(.httpsLost, ["host": host, "detail": detail])
    case .tooLong(let host, let limit): self.init(.httpsTooLong, ["host": host, "limit": String(limit)])
    case .interrupted(let host): self.init(.httpsInterrupted, ["host": host])
    }
  }
}
