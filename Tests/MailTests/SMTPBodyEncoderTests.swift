import Base
import TestKit
import Testing

@testable import Mail

@Suite struct `SMTP body` {
  private static let messages: [[UInt8]] = [
    "", ".", "..", "\r\n", ".\r\n", "a", "a\r\n", "a\r\n.", "a\r\n.\r\n", ".a\r\n..b\r\n...\r\n", "\r\n\r\n",
    "\r\n.\r\n\r\n",
    "a\r\n\r\n", "x.\r\n.y", "a\r", "a\n", "a\n.\nb", "a\r.\rb", "\r\r\n\n", "a\r\n.\rb", "\n.\r\n", "a\n.\r\n",
    ".\r.\n.",
  ].map { Array($0.utf8) }

  /// What `pieces` become on the wire.
  private func encoded(_ pieces: [ArraySlice<UInt8>]) -> [UInt8] {
    var encoder = SMTPBodyEncoder()
    var output: [UInt8] = []
    for piece in pieces { encoder.encode(Array(piece), into: &output) }
    return output + encoder.finish()
  }

  // case: smtp-58
  @Test(arguments: messages) func `is the same wherever it is cut`(_ message: [UInt8]) {
    let whole = encoded([message[...]])
    for first in 0...message.count {
      for second in first...message.count {
        #expect(encoded([message[..<first], message[first..<second], message[second...]]) == whole)
      }
    }
  }

  // case: smtp-58
  // case: smtp-59
  // case: smtp-60
  @Test func `reads back as the message, by Python`() throws {
    // Every message with each of its line ends made CRLF, and one at the end where it is not empty.
    let judge = """
      import re, sys
      for line in sys.stdin:
          message, wire = (bytes.fromhex(word) for word in line.rstrip("\\n").split(","))
          assert wire.endswith(b"\\r\\n.\\r\\n") or wire == b".\\r\\n", wire
          body = wire[:-3]
          assert b"\\r\\n.\\r\\n" not in b"\\r\\n" + body, wire
          assert not re.search(rb"(?<!\\r)\\n|\\r(?!\\n)", body), wire
          lines = body.split(b"\\r\\n")[:-1]
          back = b"".join((l[1:] if l[:1] == b"." else l) + b"\\r\\n" for l in lines)
          wanted = re.sub(rb"\\r\\n|\\r|\\n", b"\\r\\n", message)
          if wanted and not wanted.endswith(b"\\r\\n"): wanted += b"\\r\\n"
          assert back == wanted, (message, wire)
      """
    let messages = Self.messages + (0..<3000).map { random(length: $0 % 40, seed: $0) }
    let lines = messages.map { "\(hexadecimal($0)),\(hexadecimal(encoded([$0[...]])))\n" }.joined()
    let result = try run(["/usr/bin/python3", "-c", judge], input: Array(lines.utf8))
    #expect(result.exitCode == 0, "\(result.errors)")
  }

  // case: smtp-59
  // case: smtp-61
  @Test func `ends in one piece`() {
    for message in Self.messages where !message.isEmpty {
      var encoder = SMTPBodyEncoder()
      var output: [UInt8] = []
      encoder.encode(message, into: &output)
      #expect(encoder.finish().suffix(5) == Array("\r\n.\r\n".utf8))
    }
  }

  /// Bytes that are mostly what matters: dots and line ends.
  private func random(length: Int, seed: Int) -> [UInt8] {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<length).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Array(".\r\n.\r\na".utf8)[Int(state >> 33) % 7]
    }
  }
}
