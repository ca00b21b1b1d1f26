import Mail

extension ReplyKnowledge {
  private static let authorize = "Prove the sign-in: platen authorize {route}"
  private static let source = "learn.microsoft.com: Authenticate an IMAP, POP or SMTP connection using OAuth"

  /// What a server says to a token, asked before all other rows where one was shown.
  static let tokenRules: [ReplyRule] = [
    ReplyRule(
      [.auth], [535], ["5.7.142", "5.7.143"],
      means: Explanation(
        .transient, "{server} finds the token of \"{user}\" too old: {reply}", who: .nobody,
        ["A fresh token goes with the next attempt", "If it stays so, check this device's clock: date"],
        source: source)),
    ReplyRule(
      [.auth], [535], ["5.7.144"],
      means: Explanation(
        .configuration, "{server} says that the application may not send mail for \"{user}\" ({reply})",
        who: .administrator,
        [
          "In the Entra admin centre: App registrations, API permissions, add what the preset's method needs, and "
            + "grant admin consent", authorize,
        ], source: source)),
    ReplyRule(
      [.auth], [535], ["5.7.3", "5.7.8"],
      means: Explanation(
        .configuration, "{server} refused a fresh token of \"{user}\" ({reply})", who: .administrator, mailbox,
        takesEffect: "two hours", source: source)),
    ReplyRule(
      [.auth], says: ["the user credentials were incorrect"],
      means: Explanation(
        .configuration, "{server} refused a fresh token of \"{user}\" ({reply})", who: .administrator, mailbox,
        takesEffect: "two hours", source: source)),
  ]

  /// The rest of them, asked after the services' own rows.
  static let refusedTokenRules: [ReplyRule] = [
    ReplyRule(
      [.auth], [535],
      means: Explanation(
        .configuration, "{server} refused a fresh token of \"{user}\" ({reply})", who: .administrator, mailbox,
        confidence: 0.9, takesEffect: "two hours", source: source))
  ]

  private static let mailbox = [
    "Check that \"{user}\" is the mailbox that was signed in, or that the application may use: platen config get "
      + "routes.{route}.username",
    "Microsoft 365, application: New-ServicePrincipal, and Add-MailboxPermission {user} -AccessRights FullAccess; "
      + "see Test-ServicePrincipalAuthorization",
    authorize,
  ]
}
