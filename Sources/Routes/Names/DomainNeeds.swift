/// What a method of submission needs in the DNS of the sender's domain. The sources are those of the presets.
struct DomainNeeds: Sendable, Equatable {
  /// The policy of the service's own hosts, which the domain's has to include.
  var include: String?
  /// Receivers see this site's public address.
  var showsOwnAddress = false
  /// The names of the keys that the service signs with, once it is told to.
  var serviceSelectors: [String] = []
  /// The service refuses senders whose domain has no mail exchanger.
  var demandsExchanger = false
  /// How the names of the service's own mail exchangers end.
  var exchangerEndings: [String] = []
  /// Mail stays within the service, which does not ask the DNS.
  var staysInside = false
}
