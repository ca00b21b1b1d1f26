import Mail

extension ReplyKnowledge {
  private static let reports = "Microsoft: Fix email delivery issues, NDR codes"

  private static func tenant(
    _ cause: String, _ steps: [String], takesEffect: String? = nil, source: String = reports
  ) -> Explanation {
    Explanation(.configuration, cause, who: .administrator, steps, takesEffect: takesEffect, source: source)
  }

  private static func later(_ cause: String, _ steps: [String], source: String = reports) -> Explanation {
    Explanation(.transient, cause, who: .administrator, steps, source: source)
  }

  /// Exchange Online, once the sign-in is behind: what a tenant may send, and to whom.
  static let microsoftDeliveryRules: [ReplyRule] = [
    ReplyRule(
      says: ["mailbox logon failure"],
      means: tenant(
        "the application that sends for \"{user}\" has no right to that mailbox ({reply})",
        [
          "In PowerShell: Add-MailboxPermission {user} -User APPLICATION -AccessRights FullAccess, or mend its RBAC scope"
        ],
        takesEffect: "two hours", source: "Microsoft: Authenticate SMTP using OAuth")),
    ReplyRule(
      [], [], ["5.7.501", "5.7.502", "5.7.503", "5.7.705"],
      means: tenant(
        "Microsoft 365 has stopped the organisation or {sender} for sending too much, or spam ({reply})",
        [
          "Look for an account that was broken into, and change its password",
          "Ask Microsoft's support to lift the block",
        ])),
    ReplyRule(
      [], [], ["5.7.703"], says: ["tenant allow block list", "tenant recipient block policy"],
      means: Explanation(
        .message, "the organisation blocks one of the recipients, and with it the whole message ({reply})",
        who: .administrator,
        [
          "Send it again without that recipient: platen jobs resend ID --to ADDRESS",
          "Or in the Defender portal: Policies, Tenant Allow/Block Lists, take the address off",
        ], source: reports)),
    ReplyRule(
      [], [], ["5.7.750"],
      means: tenant(
        "the domain of {sender} is not one of the organisation's accepted domains ({reply})",
        ["In the Microsoft 365 admin centre: Settings, Domains, add and verify it"])),
    ReplyRule(
      [], [], ["5.7.230", "5.7.231", "5.7.232", "5.7.233", "5.7.234"], says: ["external recipient"],
      means: later(
        "the organisation has sent to as many external recipients as it may in a day ({reply})",
        [
          "Wait until tomorrow; the job is kept and tried again",
          "In the Exchange admin centre: Reports, Mail flow, Tenant Outbound External Recipients Rate",
        ])),
    ReplyRule(
      [], [], ["5.2.121", "5.2.122"],
      means: later(
        "a recipient gets more messages an hour than its mailbox may take ({reply})",
        ["Nothing to do: it is tried again by itself"])),
    ReplyRule(
      [], [], ["5.7.12", "5.7.124", "5.7.133", "5.7.134"],
      means: tenant(
        "a recipient's group or mailbox takes mail only from senders that are signed in, or that it knows ({reply})",
        [
          "In the Exchange admin centre: Groups, Settings, Delivery management, allow senders outside the organisation",
          "Or send signed in, over smtp.office365.com port 587",
        ], takesEffect: "an hour")),
    ReplyRule(
      [], [], ["5.3.4"], says: ["sign in to your account"],
      means: tenant(
        "Outlook.com wants \"{user}\" to sign in with a browser once ({reply})",
        ["Sign in as \"{user}\" at outlook.com, then retry the job: platen jobs retry ID"])),
    ReplyRule(
      [.data, .final], [5], ["5.1.20", "5.7.512"],
      means: Explanation(
        .message, "{server} finds the sender in the message's header malformed ({reply})", who: .vendor,
        ["Tell the maker of this device, with this line", "Keep the document: platen jobs export ID --output FILE"],
        source: reports)),
  ]

  /// The organisation's MX, for Direct Send and relay.
  static let microsoftExchangeRules: [ReplyRule] = [
    ReplyRule(
      [], [451], ["4.4.62"],
      means: tenant(
        "{server} is not the mail server of {recipient}'s organisation, or it does not know this connection ({reply})",
        [
          "Use the server that the MX record of the recipient's domain names",
          "In the Exchange admin centre: Mail flow, Connectors; compare its address with this connection's",
        ], source: "Microsoft: ATTR35")),
    ReplyRule(
      [.rcpt], [451], ["4.4.4"], says: ["attr5", "no mail-enabled subscriptions"],
      means: tenant(
        "the organisation of {recipient} has no mailboxes, or the domain of {sender} is not one of its own ({reply})",
        ["In the Microsoft 365 admin centre: Settings, Domains, add and verify the domain of {sender}"])),
    ReplyRule(
      [], [5], ["5.7.511"],
      means: tenant(
        "Microsoft blocks the internet address of this connection ({reply})",
        ["Write to delist@microsoft.com with this line", "Or send signed in, over smtp.office365.com port 587"])),
    ReplyRule(
      [], [4, 5], ["4.7.26", "5.7.510"], says: ["over ipv6"],
      means: tenant(
        "{server} takes no mail from this device over IPv6 ({reply})",
        ["Connect over IPv4: platen config set network.sourceAddress with this device's IPv4 address"])),
  ]
}
