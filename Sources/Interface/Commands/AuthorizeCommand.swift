import Base

package enum AuthorizeCommand {
  package static let route = Slot.argument("ROUTE", .route, "The name of the route.")
  package static let browser = Slot.flag(
    "browser", nil, "Sign in with a browser, for organisations that block device codes.")

  package static let command = Command(
    "authorize", in: .settings, "Sign in a route with OAuth, or test that it gets tokens.",
    """
    It shows an address and a device code: open the address on any computer or phone and enter the code. \
    With --browser it shows a long address: sign in there, then paste the address where the browser ends (a page \
    that does not load) and press Enter. A route with a client secret, certificate or service account needs no sign-in \
    and is only tested.
    """,
    examples: ["authorize office", "authorize office --browser"], takes: [route, browser])
}

@used @section("platen_entries") private let entry: Registration = { CommandTable.enter(AuthorizeCommand.command) }
