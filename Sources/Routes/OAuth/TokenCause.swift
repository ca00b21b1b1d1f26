/// What a token endpoint's error means and what helps, in words for an installer.
package struct TokenCause: Sendable, Equatable {
  /// Microsoft's numbers, without "AADSTS"; or words of RFC 6749 and RFC 8628.
  package let codes: [String]
  /// One sentence.
  package let cause: String
  package let step: String
  /// Whether signing in anew at the device helps.
  package let needsSignIn: Bool

  private init(_ codes: [String], _ cause: String, _ step: String, signIn: Bool = false) {
    self.codes = codes
    self.cause = cause
    self.step = step
    needsSignIn = signIn
  }

  /// learn.microsoft.com/entra/identity-platform/reference-error-codes
  package static let source = "learn.microsoft.com/entra/identity-platform/reference-error-codes"

  static func of(code: String) -> TokenCause? {
    let number = code.hasPrefix("AADSTS") ? String(code.dropFirst("AADSTS".count)) : code
    return all.first { $0.codes.contains(number) }
  }

  /// Where no number is known.
  static func of(error: String) -> TokenCause? { words.first { $0.codes.contains(error) } }

  private static let signIn = "Sign in again: platen authorize ROUTE"

  package static let all: [TokenCause] = [
    TokenCause(
      ["700016"], "the application is not known in this tenant: the client id or the tenant is wrong",
      "Compare clientID and tenant with Entra admin centre, App registrations, Overview"),
    TokenCause(
      ["7000215"], "the client secret is wrong; most often its ID was copied in place of its Value",
      "Make a new secret under Certificates & secrets, and set its Value: platen secret set routes.ROUTE.clientSecret"),
    TokenCause(
      ["7000222"], "the client secret has expired",
      "Make a new secret under Certificates & secrets, and set its Value: platen secret set routes.ROUTE.clientSecret"),
    TokenCause(
      ["700027"],
      "the signed assertion was not accepted: the certificate is not uploaded, is another one, or the "
        + "clock is wrong", "Check the date, then upload the certificate under Certificates & secrets"),
    TokenCause(
      ["7000218"], "the application is not registered as a public client, which this way of signing in needs",
      "Set Authentication, Allow public client flows, to Yes"),
    TokenCause(
      ["700025"], "the application is a public client, for which no secret is to be sent",
      "Use the grant device-code or authorization-code, or register a confidential client"),
    TokenCause(["90002"], "the tenant is not known: it is mistyped, or in another cloud", "Check tenant and authority"),
    TokenCause(
      ["900144"], "the request lacked a parameter that the endpoint wants", "Report this: it is a fault of ours"),
    TokenCause(
      ["70011", "28000", "700022"], "the scope that was asked for is not one that the endpoint gives",
      "Check that preset and grant fit the application's permissions"),
    TokenCause(
      ["500011"], "the tenant does not have the service that the token is for",
      "Check that the tenant has Exchange Online, and the authority's cloud"),
    TokenCause(
      ["50126"], "user name or password is wrong", "Set the password anew: platen secret set routes.ROUTE.password"),
    TokenCause(["50034"], "the user is not known in this tenant", "Check username and tenant"),
    TokenCause(
      ["50053"], "the account is locked after too many failed sign-ins, or the address is blocked",
      "Wait half an hour; look at the sign-in logs in Entra, and for other devices with an old password"),
    TokenCause(
      ["50055", "50144"], "the account's password has expired",
      "Give it a new one, and for a device set it never to expire"),
    TokenCause(
      ["50057"], "the account is disabled, or sign-in is blocked as for a shared mailbox",
      "Unblock sign-in, or use the grant client-secret or client-certificate"),
    TokenCause(
      ["50076", "50079", "50074"], "the tenant now wants a second factor for this account", signIn, signIn: true),
    TokenCause(
      ["53003"], "a Conditional Access policy blocks the sign-in",
      "Exclude the account or add a named location under Entra, Conditional Access; device code flow has a "
        + "policy of its own: use the grant authorization-code or client-secret"),
    TokenCause(
      ["530032", "530035", "530036"],
      "security defaults or a security policy of the tenant block this way of signing in",
      "Use the grant authorization-code, client-secret or client-certificate"),
    TokenCause(
      ["65001"], "nobody has consented to the application's permissions",
      "Let an administrator consent: platen authorize ROUTE shows the address"),
    TokenCause(
      ["90094"], "only an administrator may consent to the application's permissions",
      "Let an administrator consent: platen authorize ROUTE shows the address"),
    TokenCause(["65004"], "the person declined to consent", signIn, signIn: true),
    TokenCause(
      ["50105"], "the account is not assigned to the application",
      "Assign it under Enterprise applications, Users and groups"),
    TokenCause(
      ["700082"], "the sign-in has lapsed because it was not used for 90 days", signIn, signIn: true),
    TokenCause(
      ["50173", "50132", "50133", "70043", "70008"],
      "the sign-in was ended: the password changed, an administrator revoked it, or the tenant wants it repeated",
      signIn, signIn: true),
    TokenCause(["70016"], "the person has not finished signing in", "Finish signing in at the address shown"),
    TokenCause(["70019", "70020"], "the code was not used in time", signIn, signIn: true),
    TokenCause(["70018"], "the code was mistyped, or is another device's", signIn, signIn: true),
    TokenCause(
      ["50059", "50194", "9001023"], "the application needs its own tenant's endpoint",
      "Set the tenant: platen config set routes.ROUTE.tenant DOMAIN"),
    TokenCause(
      ["50020"], "the account belongs to another tenant", "Sign in with an account of the tenant", signIn: true),
    TokenCause(
      ["90033", "90006", "90012", "90024", "50033", "50087"], "the token endpoint is out of order for the moment",
      "Wait: it is asked again"),
    TokenCause(["90055", "50196"], "the token endpoint was asked too often", "Wait: it is asked again"),
  ]

  private static let words: [TokenCause] = [
    TokenCause(
      ["authorization_pending"], "the person has not finished signing in", "Finish signing in at the address shown"),
    TokenCause(["authorization_declined", "access_denied"], "the person declined", signIn, signIn: true),
    TokenCause(["expired_token"], "the code was not used in time", signIn, signIn: true),
    TokenCause(["bad_verification_code"], "the code was mistyped, or is another device's", signIn, signIn: true),
    TokenCause(
      ["invalid_scope"], "the scope that was asked for is not one that the endpoint gives",
      "Check that preset and grant fit the application's permissions"),
    TokenCause(
      ["invalid_grant"], "the sign-in is no longer good: it was revoked, has lapsed, or its password changed", signIn,
      signIn: true),
    TokenCause(
      ["invalid_client", "unauthorized_client"], "the application is not known, or its secret or certificate is wrong",
      "Compare clientID and its secret with the application's registration"),
  ]
}
