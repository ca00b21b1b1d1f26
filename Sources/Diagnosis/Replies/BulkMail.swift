import Mail

extension ReplyKnowledge {
  private static let errors = "Microsoft: High Volume Email, troubleshooting"

  private static func account(_ cause: String, _ steps: [String], takesEffect: String? = nil) -> Explanation {
    Explanation(.configuration, cause, who: .administrator, steps, takesEffect: takesEffect, source: errors)
  }

  /// Microsoft's services for devices: High Volume Email, and Azure Communication Services.
  static let bulkMailRules: [ReplyRule] = [
    ReplyRule(
      [.auth], [501, 535], ["5.5.127", "5.7.142", "5.7.143"],
      means: Explanation(
        .transient, "{server} wants a newer access token of \"{user}\" ({reply})", who: .nobody,
        ["Nothing to do: the next attempt takes a new one", "If it stays so, check this device's clock"],
        source: errors)),
    ReplyRule(
      [.auth], [501], ["5.5.121", "5.5.122", "5.5.123", "5.5.124", "5.5.125", "5.5.126"],
      means: Explanation(
        .configuration, "{server} does not understand the access token of \"{user}\" ({reply})", who: .vendor,
        ["Tell the maker of this device, with this line"], source: errors)),
    ReplyRule(
      [.auth], [535], ["5.7.144"],
      means: account(
        "the application that signs in for \"{user}\" may not send mail ({reply})",
        [
          "In the Entra admin centre: App registrations, API permissions, Office 365 Exchange Online, Mail.Send, and "
            + "grant consent"
        ])),
    ReplyRule(
      [], [5], ["5.7.240"],
      means: account(
        "the application may not send for the High Volume Email account \"{user}\" ({reply})",
        ["In PowerShell: Add-HVEAppAccess -Identity {user} -AppIds APPLICATION"], takesEffect: "five minutes")),
    ReplyRule(
      [], [5], ["5.7.62", "5.6.241"],
      means: account(
        "a High Volume Email account sends as itself only, not as {sender} ({reply})",
        ["Send as the account: platen config set identity.address {user}"])),
    ReplyRule(
      [], [5], ["5.2.240"],
      means: account(
        "\"{user}\" is no High Volume Email account ({reply})",
        [
          "For a mailbox use its own server: platen config set routes.{route}.preset m365",
          "Or name the account: platen config set routes.{route}.username NAME",
        ])),
    ReplyRule(
      [], [5], [], says: ["billing policy"],
      means: account(
        "the High Volume Email account \"{user}\" has no valid billing policy ({reply})",
        ["In the Exchange admin centre: Mail flow, High Volume Email, set a billing policy"])),
    ReplyRule(
      says: ["subscriptionblocked", "requests from this subscription are blocked"],
      means: Explanation(
        .configuration, "Azure has blocked the subscription, for too many of its messages were refused ({reply})",
        who: .administrator,
        ["Take addresses that do not exist off the address book", "Ask Azure's support to lift the block"],
        source: "Azure Communication Services: error codes")),
    ReplyRule(
      says: ["too many requests", "toomanyrequests"],
      means: Explanation(
        .transient, "\"{user}\" sends faster than its service allows ({reply})", who: .administrator,
        [
          "Nothing to do: the job is kept and tried again",
          "If it happens often, ask Azure's support for a higher quota",
        ],
        source: "Azure Communication Services: service limits")),
  ]
}
