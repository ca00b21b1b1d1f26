/// One SMTP server of the simulated world.
final class SMTPEndpoint: Sendable {
  let name: String
  let settings: EndpointSettings
  let service: any Service
  let listener: Listener
  let tenant: Tenant
  let authority: Authority
  private let context: TLSContext
  private let offer: TLSOffer

  /// - Parameter certificate: the server's own.
  init(
    _ name: String, _ settings: EndpointSettings, _ service: any Service, tenant: Tenant, authority: Authority,
    certificate: CertificateFiles
  ) throws(Fault) {
    self.name = name
    self.settings = settings
    self.service = service
    self.tenant = tenant
    self.authority = authority
    listener = try Listener(address: settings.address, port: settings.port, isOpen: settings.listening)
    offer = TLSOffer(
      lowest: settings.tls.lowest, highest: settings.tls.highest, certificate: certificate,
      clientRoots: service.asksForClientCertificate ? authority.root : nil)
    context = try TLSContext(offer)
  }

  func start() throws(Fault) {
    if settings.listening { try listener.serve { Session(self, $0).run() } }
  }

  /// What the next handshake is made of: a scripted one may offer other versions or another certificate.
  func handshake(_ scripted: Rule?) throws(Fault) -> TLSContext {
    guard let scripted else { return context }
    var offer = offer
    if let version = TLSVersion(rawValue: scripted.reply) {
      offer.lowest = min(version, .tls10)
      offer.highest = version
    } else if let fault = CertificateFault(rawValue: scripted.reply) {
      // Made when the simulator started; here it is only found.
      offer.certificate = try authority.certificate(name, names: [], fault: fault)
    }
    return try TLSContext(offer)
  }
}
