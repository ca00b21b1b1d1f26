import Base

package enum AuthorizeCommand {
  package static let route = Slot.argument("ROUTE", .route, "The name of the route.")
  package static let browser = Slot.flag(
    "browser", nil, "By a browser elsewhere, for organizations that block device codes.")

  package static let command = Command(
    "authorize", in: .settings, "Sign a route in for OAuth, or prove that it gets tokens.",
    """
    By device code it shows an address and a code: open the address on any computer or telephone and type the code. \
    With --browser it shows a long address; sign in there, then paste the address that the browser ended at (a page \
    that does not load) and press Enter. A route with a secret, a certificate or a service account signs in by itself, \
    and is tried.
    """,
    examples: ["authorize office", "authorize office --browser"], takes: [route, browser])
}

@used @section("platen_entries") private let entry: Entry = { CommandTable.enter(AuthorizeCommand.command) }
