/// What a method of submission needs in the DNS of the sender's domain. The sources are those of the presets.
struct DomainNeeds {
  /// The policy of the service's own hosts, which the domain's has to include.
  var include: String?
  /// Receivers see this site's public address.
  var showsOwnAddress = false
  /// The names of the keys that the service signs with, once it is told to.
  var serviceSelectors: [String] = []
  /// The service takes no sender whose domain has no mail exchanger.
  var demandsExchanger = false
  /// How the names of the service's own mail exchangers end.
  var exchangerEndings: [String] = []
  /// Mail stays within the service, where nobody asks the DNS.
  var staysInside = false

  private static let microsoftPolicy = "spf.protection.outlook.com"
  private static let googlePolicy = "_spf.google.com"

  init(of route: Route) {
    switch Preset.named(route.preset)?.family {
    case "m365":
      include = Self.microsoftPolicy
      serviceSelectors = ["selector1", "selector2"]
    case "m365-hve": staysInside = true
    case "azure-email":
      include = Self.microsoftPolicy
      serviceSelectors = ["selector1-azurecomm-prod-net", "selector2-azurecomm-prod-net"]
      demandsExchanger = true
    case "m365-exchanger":
      include = Self.microsoftPolicy
      showsOwnAddress = true
      // Names of domains with DNSSEC end in the second way.
      exchangerEndings = [".mail.protection.outlook.com", ".mx.microsoft"]
      // What a connector takes in is the customer's own mail, and signed like it.
      if route.preset == "m365-relay" { serviceSelectors = ["selector1", "selector2"] }
    case "gmail", "gmail-relay":
      include = Self.googlePolicy
      serviceSelectors = ["google"]
    default: break
    }
  }
}
