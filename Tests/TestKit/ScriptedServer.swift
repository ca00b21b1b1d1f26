import Base
import Glibc

/// A server on 127.0.0.1 that says and hears what a script tells it, over TCP and TLS.
///
/// Each connection has a script of its own, in the order they come in; when a script is done its connection is
/// closed. The server is a Python program, so that the TLS it speaks is set up by none of our code; it ends with
/// this value.
package final class ScriptedServer: Sendable {
  package enum Step: Sendable {
    /// A line, with CRLF.
    case say(String)
    case sayBytes([UInt8])
    /// The same a byte at a time.
    case drip(String, milliseconds: Int)
    /// A line that begins so, in any case; anything else breaks the script off.
    case hear(String)
    /// Everything up to and including CRLF, dot, CRLF.
    case hearMessage
    /// At least so many bytes.
    case hearBytes(Int)
    /// The server's side of a handshake, spoken up to that version ("1.1"); nil for what Python speaks.
    case startTLS(upTo: String? = nil)
    case pause(milliseconds: Int)
    /// Ends the connection with RST.
    case reset
    /// Ends TCP without TLS's close_notify.
    case cut
    /// Reads on until the client leaves.
    case hold
  }

  /// What happened on one connection, in order.
  package struct Record: Sendable, Equatable {
    /// Lines, without their ends.
    package var lines: [String] = []
    package var messages: [[UInt8]] = []
    /// What broke the script off, in Python's words or ours.
    package var fault: String?
  }

  package let port: Int
  /// Where messages are put: they may be large.
  private let folder: TemporaryFolder
  private let child: ChildProcess
  private let reader: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor
  private let log: Locked<(text: [UInt8], records: [Int: Record], ended: Set<Int>)>

  package convenience init(_ script: [Step], certificate: ServerCertificate? = nil) throws {
    try self.init(connections: [script], certificate: certificate)
  }

  /// - Parameter connections: a script for each; further connections get the last one again.
  package init(connections: [[Step]], certificate: ServerCertificate? = nil, address: String = "127.0.0.1") throws {
    folder = try TemporaryFolder()
    let script = try Pipe()
    let report = try Pipe()
    let standardError = try Descriptor(opening: "/dev/null", O_WRONLY)
    child = try ChildProcess(
      ["/usr/bin/python3", "-I", "-c", scriptedServerProgram, address, folder.path]
        + [certificate?.file ?? "", certificate?.key ?? ""],
      environment: ["OPENSSL_CONF": "/dev/null"],
      descriptors: [0: script.reader.number, 1: report.writer.number, 2: standardError.number])
    log = Locked(([], [:], []))
    reader = try report.reader.duplicate()
    lifeline = try script.writer.duplicate()
    try lifeline.write(connections.map { $0.map(\.line).joined() + "connection\n" }.joined() + "go\n")
    port = try Self.firstNumber(from: reader)
  }

  deinit {
    child.send(signal: SIGKILL)
    _ = child.wait()
  }

  /// What happened on a connection, once it is over; waits for that.
  package func record(_ connection: Int = 0, within duration: Duration = .seconds(20)) throws -> Record {
    let deadline = Deadline.after(duration)
    while true {
      let found = log.withLock { $0.ended.contains(connection) ? $0.records[connection] ?? Record() : nil }
      if let found { return found }
      guard !waitReadable([reader.number], until: deadline).isEmpty else {
        throw KitError("connection \(connection) did not end in time")
      }
      let bytes = try reader.read(upTo: 65536)
      if bytes.isEmpty { throw KitError("the scripted server is gone") }
      log.withLock { log in
        log.text += bytes
        while let end = log.text.firstIndex(of: 10) {
          Self.note(String(decoding: log.text[..<end], as: UTF8.self), &log.records, &log.ended)
          log.text.removeSubrange(...end)
        }
      }
    }
  }

  private static func note(_ line: String, _ records: inout [Int: Record], _ ended: inout Set<Int>) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let connection = Int(words[0]) else { return }
    let text = String(decoding: bytes(hexadecimal: words[2]), as: UTF8.self)
    switch words[1] {
    case "line": records[connection, default: Record()].lines.append(text)
    case "message":
      records[connection, default: Record()].messages.append((try? Folder.contents(of: text, limit: 1 << 30)) ?? [])
    case "fault": records[connection, default: Record()].fault = text
    default: ended.insert(connection)
    }
  }

  private static func bytes(hexadecimal text: Substring) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
    }
  }

  private static func firstNumber(from reader: borrowing Descriptor) throws -> Int {
    var text = ""
    while !text.hasSuffix("\n") {
      let bytes = try reader.read(upTo: 1)
      if bytes.isEmpty { throw KitError("the scripted server did not start") }
      text += String(decoding: bytes, as: UTF8.self)
    }
    guard let number = Int(text.dropLast()) else { throw KitError("no port: \(text)") }
    return number
  }
}

extension ScriptedServer.Step {
  /// As the program reads it: a word, a number, bytes in hexadecimal.
  fileprivate var line: String {
    let (word, number, bytes): (String, Int, [UInt8]) =
      switch self {
      case .say(let text): ("say", 0, Array((text + "\r\n").utf8))
      case .sayBytes(let bytes): ("say", 0, bytes)
      case .drip(let text, let milliseconds): ("drip", milliseconds, Array((text + "\r\n").utf8))
      case .hear(let text): ("hear", 0, Array(text.utf8))
      case .hearMessage: ("message", 0, [])
      case .hearBytes(let count): ("take", count, [])
      case .startTLS(let version): ("tls", 0, Array((version ?? "").utf8))
      case .pause(let milliseconds): ("pause", milliseconds, [])
      case .reset: ("reset", 0, [])
      case .cut: ("cut", 0, [])
      case .hold: ("hold", 0, [])
      }
    return "\(word) \(number) \(hexadecimal(bytes))\n"
  }
}

/// Reads the scripts, says its port, and from then on what happens: "connection kind hexadecimal".
private let scriptedServerProgram = #"""
  import os, socket, ssl, struct, sys, threading, time, warnings

  warnings.simplefilter("ignore")
  address, folder, certificate, key = sys.argv[1:5]
  scripts, steps = [], []
  for row in sys.stdin:
      if row == "go\n":
          break
      if row == "connection\n":
          scripts.append(steps)
          steps = []
          continue
      word, number, text = row.rstrip("\n").split(" ")
      steps.append((word, int(number), bytes.fromhex(text)))

  lock = threading.Lock()

  def outlive_nobody():
      sys.stdin.read()
      os._exit(0)

  threading.Thread(target=outlive_nobody, daemon=True).start()

  class Left(Exception):
      pass

  class Connection:
      def __init__(self, index, sock):
          self.index, self.sock, self.raw, self.unread = index, sock, sock, b""

      def report(self, kind, data=b""):
          with lock:
              print(self.index, kind, data.hex(), flush=True)

      def more(self):
          data = self.sock.recv(65536)
          if not data:
              raise Left("the client left")
          self.unread += data

      def until(self, mark):
          while mark not in self.unread:
              self.more()
          end = self.unread.index(mark) + len(mark)
          taken, self.unread = self.unread[:end], self.unread[end:]
          return taken

      def hear(self, number, text):
          line = self.until(b"\n").rstrip(b"\r\n")
          self.report("line", line)
          if not line.upper().startswith(text.upper()):
              raise Left("heard %r, not %r" % (line, text))

      def message(self, number, text):
          # A message that is nothing but its end has no CRLF before the dot.
          while len(self.unread) < 3:
              self.more()
          end = b".\r\n" if self.unread.startswith(b".\r\n") else b"\r\n.\r\n"
          path = "%s/%d.%d" % (folder, self.index, time.monotonic_ns())
          with open(path, "wb") as file:
              file.write(self.until(end))
          self.report("message", path.encode())

      def take(self, number, text):
          while len(self.unread) < number:
              self.more()
          self.unread = b""

      def say(self, number, text):
          self.sock.sendall(text)

      def drip(self, number, text):
          for byte in text:
              self.sock.sendall(bytes([byte]))
              time.sleep(number / 1000)

      def pause(self, number, text):
          time.sleep(number / 1000)

      def tls(self, number, text):
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
          if text:
              context.minimum_version = ssl.TLSVersion.TLSv1
              context.maximum_version = getattr(ssl.TLSVersion, "TLSv" + text.decode().replace(".", "_").replace("1_0", "1"))
              context.set_ciphers("DEFAULT:@SECLEVEL=0")
          context.load_cert_chain(certificate, key)
          self.sock = context.wrap_socket(self.sock, server_side=True, suppress_ragged_eofs=False)

      def reset(self, number, text):
          self.raw = socket.socket(fileno=self.sock.detach())
          self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
          self.sock = self.raw

      def cut(self, number, text):
          self.sock = socket.socket(fileno=self.sock.detach())

      def hold(self, number, text):
          while True:
              while b"\n" in self.unread:
                  self.report("line", self.until(b"\n").rstrip(b"\r\n"))
              self.more()

      def leave(self):
          try:
              if isinstance(self.sock, ssl.SSLSocket):
                  self.sock.settimeout(0.2)
                  self.sock = self.sock.unwrap()
          except (OSError, ValueError):
              pass
          self.sock.close()

      def run(self, script):
          word = ""
          try:
              for word, number, text in script:
                  getattr(self, word)(number, text)
          except (Left, OSError) as fault:
              if word != "hold":
                  self.report("fault", ("%s: %s" % (word, fault)).encode())
          self.leave()
          self.report("end")

  family = socket.AF_INET6 if ":" in address else socket.AF_INET
  listener = socket.create_server((address, 0), family=family, backlog=64)
  print(listener.getsockname()[1], flush=True)
  index = 0
  while True:
      connection = Connection(index, listener.accept()[0])
      script = scripts[min(index, len(scripts) - 1)]
      threading.Thread(target=connection.run, args=(script,), daemon=True).start()
      index += 1
  """#
