import CLinux

/// What a file of the program does to enter itself into a table.
///
/// Each lies in the section `platen_entries`, which the linker puts together: the file that declares a command enters
/// it, and no list elsewhere has to be kept.
///
///     @used @section("platen_entries") private let entry: Registration = { CommandTable.enter(ScanCommand.command) }
package typealias Registration = @convention(c) () -> Void

package enum Entries {
  /// Runs all of them, once however often it is asked.
  package static func run() { ran }

  private static let ran: Void = clinux_run_entries()
}
