import Base
import Glibc

/// dnsmasq on a free port of 127.0.0.1, answering for what it is told and denying the rest of "test".
package final class NameServer: Sendable {
  /// "127.0.0.1:port".
  package let address: String
  private let child: ServerProcess

  /// - Parameter records: dnsmasq's options: "--host-record=mail.example.test,127.0.0.1,::1".
  package init(_ records: [String]) throws {
    // dnsmasq cannot take port 0: a port that is free now is given to it, and another one where that fails.
    for _ in 0..<20 {
      let port = try Self.freePort()
      let null = try Descriptor(opening: "/dev/null", O_RDWR)
      let child = try ServerProcess(
        [
          "/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
          "--pid-file=",
        ]
          + [
            "--user=root", "--group=root", "--listen-address=127.0.0.1", "--bind-interfaces", "--port=\(port)",
            "--local=/test/",
          ]
          + records,
        environment: [:], descriptors: [0: null.number, 1: null.number, 2: null.number])
      if Self.answers(port) {
        address = "127.0.0.1:\(port)"
        self.child = child
        return
      }
      child.send(signal: SIGKILL)
      child.wait()
    }
    throw KitError("dnsmasq did not start")
  }

  deinit {
    child.send(signal: SIGKILL)
    child.wait()
  }

  static func freePort() throws -> Int {
    let result = try run([
      "/usr/bin/python3", "-I", "-c",
      "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])",
    ])
    guard let port = Int(result.text.dropLast()) else { throw KitError("no free port") }
    return port
  }

  /// Asks until something answers, for at most two seconds.
  static func answers(_ port: Int) -> Bool {
    let question = """
      import socket, sys, time
      query = bytes.fromhex("123401000001000000000000047465737400000100 01".replace(" ", ""))
      s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      s.settimeout(0.1)
      s.connect(("127.0.0.1", \(port)))
      for _ in range(40):
          try:
              s.send(query)
              if s.recv(512)[:2] == query[:2]: sys.exit(0)
          except OSError:
              time.sleep(0.05)
      sys.exit(1)
      """
    return (try? run(["/usr/bin/python3", "-I", "-c", question]).exitCode) == 0
  }
}
