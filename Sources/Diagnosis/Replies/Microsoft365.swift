import Mail

extension ReplyKnowledge {
  private static let propagation = "a few minutes, a day at most"

  private static func tenant(
    _ cause: String, _ steps: [String], takesEffect: String? = propagation
  ) -> Explanation {
    Explanation(
      .configuration, cause, who: .administrator, steps, takesEffect: takesEffect,
      source: "Microsoft: Fix issues with printers, scanners, and LOB applications")
  }

  /// Exchange Online. Its code 5.7.139 stands for a dozen causes, and errors come wrapped in others, so the
  /// sentence decides, wherever it appears.
  static let microsoftRules: [ReplyRule] = [
    ReplyRule(
      says: ["smtpclientauthentication is disabled"],
      means: tenant(
        "Microsoft 365 has sign-in over SMTP switched off for \"{user}\"",
        [
          "In the Microsoft 365 admin centre: Users, Active users, \"{user}\", Mail, Manage email apps, tick "
            + "Authenticated SMTP",
          "Or in PowerShell: Set-CASMailbox {user} -SmtpClientAuthenticationDisabled $false",
        ])),
    ReplyRule(
      says: ["security defaults policy"],
      means: tenant(
        "the security defaults of the Microsoft 365 organisation forbid \"{user}\" to sign in with a password",
        ["In the Entra admin centre: Properties, Manage security defaults; replace them by Conditional Access"])),
    ReplyRule(
      says: ["did not meet the criteria to be authenticated"],
      means: tenant(
        "a Conditional Access policy of the Microsoft 365 organisation stops \"{user}\"",
        ["In the Entra admin centre: the sign-in log of \"{user}\" names the policy; exclude this account from it"])),
    ReplyRule(
      says: ["basic authentication is disabled"],
      means: tenant(
        "Microsoft has password sign-in switched off for \"{user}\"",
        ["Give \"{user}\" an authentication policy with -AllowBasicAuthSmtp, or use another account"])),
    ReplyRule(
      says: ["basic authentication is not supported for client submission"],
      means: tenant(
        "Microsoft 365 no longer takes passwords over SMTP from this organisation",
        ["Send over another server, or by a method without a password"], takesEffect: nil)),
    ReplyRule(
      says: ["the user credentials were incorrect"],
      means: tenant(
        "Microsoft 365 refused the user name or password of \"{user}\"",
        [
          "Enter the password again: platen secret set routes.{route}.password",
          "The user name is the one of the sign-in page, not an alias", "Try both at outlook.office.com",
        ], takesEffect: nil)),
    ReplyRule(
      says: ["authentication unsuccessful, account locked"],
      means: tenant(
        "Microsoft 365 has locked \"{user}\" after wrong passwords",
        ["Wait half an hour, or unblock the user in the Entra admin centre", "Look for devices with the old password"])),
    ReplyRule(
      says: ["password has expired", "password is expired"],
      means: tenant(
        "the password of \"{user}\" has expired",
        [
          "Give it a new one, and for a device set it never to expire",
          "Enter it: platen secret set routes.{route}.password",
        ], takesEffect: nil)),
    ReplyRule(
      says: ["federated sts service was unreachable"],
      means: Explanation(
        .transient, "the organisation's own sign-in server (ADFS) did not answer for \"{user}\"", who: .administrator,
        ["Check the organisation's federation server; the job is kept and tried again"],
        source: "Microsoft: Fix issues with printers, scanners, and LOB applications")),
    ReplyRule(
      says: ["federated sts url does not support https"],
      means: tenant(
        "the organisation's own sign-in server (ADFS) lacks TLS, so \"{user}\" cannot sign in",
        ["Give the federation server TLS 1.2, or use a cloud account for this device"], takesEffect: nil)),
    ReplyRule(
      says: ["organization configuration doesn't allow this authentication"],
      means: tenant(
        "the Microsoft 365 organisation forbids \"{user}\" to sign in with a password",
        ["Switch security defaults off, and allow basic authentication for SMTP in the authentication policy"])),
    ReplyRule(
      [.mail, .rcpt, .data, .final], [], ["5.7.57"],
      means: tenant(
        "Microsoft 365 wants a sign-in before it takes mail",
        [
          "Name the user: platen config set routes.{route}.username NAME",
          "Enter the password: platen secret set routes.{route}.password",
        ], takesEffect: nil)),
    ReplyRule(
      says: ["does not have permissions to send as this sender", "sendasdenied"],
      means: tenant(
        "Microsoft 365 does not let \"{user}\" send as {sender}",
        [
          "Send as the account that signs in: platen config set identity.address {user}",
          "Or in the Exchange admin centre: Recipients, {sender}, Delegation, Send as, add \"{user}\"",
        ], takesEffect: "an hour")),
    ReplyRule(
      says: ["tls 1.0 and 1.1 are not supported"],
      means: tenant(
        "something between this device and {server} lowers TLS below 1.2",
        ["Let the firewall pass the connection to {server} untouched"], takesEffect: nil)),
    ReplyRule(
      says: ["submissionquotaexceeded", "submission quota exceeded", "daily limit for message recipients"],
      means: Explanation(
        .transient, "\"{user}\" has used up what it may send in a day", who: .administrator,
        ["Wait until tomorrow; the job is kept and tried again", "Give each device its own account"],
        source: "Microsoft: Exchange Online limits")),
    ReplyRule(
      says: ["wascl useraction verdict", "bad outbound sender"],
      means: tenant(
        "Microsoft 365 stopped \"{user}\" for sending spam",
        ["In the Defender portal: Review, Restricted entities, unblock \"{user}\"", "Change its password"])),
    ReplyRule(
      [], [], ["5.7.708"],
      means: tenant(
        "Microsoft 365 takes no mail from this organisation's addresses yet ({reply})",
        ["This happens to new and trial organisations: open a ticket with Microsoft"])),
    ReplyRule(
      [], [], ["5.7.68"],
      means: tenant(
        "the Microsoft 365 organisation refuses Direct Send from this connection",
        ["Make a connector for this connection's address", "Or send signed in, over smtp.office365.com port 587"])),
    ReplyRule(
      [.rcpt], [], ["5.7.64"],
      means: tenant(
        "Microsoft 365 knows no connector for this connection, and does not relay for it",
        ["In the Exchange admin centre: Mail flow, Connectors; compare its address with this connection's"])),
  ]
}
