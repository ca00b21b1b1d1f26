import Base
import TestKit
import Testing

/// Secrets typed at a terminal, Python's pty.
@Suite struct `Secrets at a terminal` {
  /// Types what it is given once the program asks; prints what the terminal showed, whether it echoes, the exit code.
  private static let terminal = """
    import os, pty, sys, termios
    master, slave = pty.openpty()
    child = os.fork()
    if child == 0:
        os.setsid()
        import fcntl
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for number in (0, 1, 2): os.dup2(slave, number)
        os.execv(sys.argv[2], sys.argv[2:])
    shown = b""
    while b"Enter:" not in shown: shown += os.read(master, 4096)
    while termios.tcgetattr(slave)[3] & termios.ECHO: os.sched_yield()
    os.write(master, bytes.fromhex(sys.argv[1]))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    echoes = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
    os.close(slave)
    try:
        while piece := os.read(master, 4096): shown += piece
    except OSError: pass
    print(b"hunter2" in shown, echoes, code)
    """

  private func typing(_ bytes: String, at desk: Desk) throws -> String {
    let command = desk.command(["secret", "set", "routes.office.password"])
    let result = try run(["/usr/bin/python3", "-c", Self.terminal, hexadecimal(bytes.utf8)] + command)
    return result.text + result.errors
  }

  @Test func `are not shown`() throws {
    let desk = try Desk()
    #expect(try typing("hunter2\n", at: desk) == "False True 0\n")
    #expect(try desk.platen("secret", "list").text.contains("routes.office.password"))
  }

  @Test func `Ctrl-C sets none, and leaves a terminal that shows what is typed`() throws {
    let desk = try Desk()
    #expect(try typing("hunter2\u{3}", at: desk) == "False True 130\n")
    #expect(try desk.platen("secret", "list").text == "no secrets\n")
  }
}
