import Mail

extension ReplyKnowledge {
  /// Gmail and Google Workspace, where their words say more than the code.
  static let googleRules: [ReplyRule] = [
    ReplyRule(
      [.auth], [535], ["5.7.8"], says: ["badcredentials", "username and password not accepted"],
      means: Explanation(
        .configuration, "Google refused the user name or password of \"{user}\"", who: .administrator,
        [
          "Make an app password at myaccount.google.com/apppasswords; the account's own password does not work",
          "Enter it: platen secret set routes.{route}.password",
        ], source: "Google: BadCredentials")),
    ReplyRule(
      [.auth], [534], [], says: ["log in via your web browser"],
      means: Explanation(
        .configuration, "Google wants \"{user}\" to sign in with a browser once", who: .administrator,
        ["Sign in as \"{user}\" at accounts.google.com, then retry the job: platen jobs retry ID"],
        source: "Google: WebLoginRequired")),
    ReplyRule(
      [], [550, 454], [],
      says: [
        "daily sending quota exceeded", "daily user sending limit", "daily user sending quota",
        "daily smtp relay limit",
      ],
      means: Explanation(
        .transient, "Google lets \"{user}\" send no more today", who: .administrator,
        ["Wait until tomorrow; the job is kept and tried again"], source: "Google: sending limits")),
    ReplyRule(
      [], [], [], says: ["sender account is disabled or not registered"],
      means: Explanation(
        .configuration, "Google does not relay for this device or for {sender}", who: .administrator,
        ["In the Admin console: Apps, Gmail, Routing, SMTP relay service; add this connection's address"],
        source: "Google: SMTP relay")),
  ]
}
