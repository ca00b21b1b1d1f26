import Base
import Glibc

/// An HTTP/1.1 server on a free port of 127.0.0.1: one exchange a connection, a thread each.
final class WebServer: Sendable {
  struct Request: Sendable {
    let method: String
    let path: String
    let body: String
  }

  /// What is sent back, which need not make sense.
  struct Answer: Sendable {
    /// The status line and the fields.
    var head: [String]
    var body: [UInt8] = []

    /// Nothing; the connection stays open until the client leaves.
    static var silence: Answer {
      var answer = Answer(200)
      answer.head = []
      return answer
    }

    init(_ status: Int, _ fields: [String] = [], body: [UInt8] = []) {
      head = ["HTTP/1.1 \(status) \(status < 400 ? "OK" : "No")", "Connection: close"] + fields
      head += ["Content-Length: \(body.count)"]
      self.body = body
    }
  }

  let port: Int
  private let listener: Descriptor

  init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    listener = try Self.listeningSocket()
    port = try Self.port(of: listener)
    inThread(Listening(listener: try listener.duplicate(), answer: answer)) { $0.run() }
  }

  /// Accepts no more; a connection that is there ends with its client.
  func close() { shutdown(listener.number, Int32(SHUT_RDWR)) }

  deinit { close() }

  private static func listeningSocket() throws(SystemError) -> Descriptor {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let listener = Descriptor(takingOwnership: try system("make socket") { socket(AF_INET, kind, 0) })
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let number = listener.number
    try unsafe withAddress(&address) { (address, length) throws(SystemError) in
      try system("bind") { unsafe bind(number, address, length) }
    }
    try system("listen") { Glibc.listen(number, 64) }
    return listener
  }

  private static func port(of listener: borrowing Descriptor) throws(SystemError) -> Int {
    var address = sockaddr_in()
    let number = listener.number
    try unsafe withAddress(&address) { (address, length) throws(SystemError) in
      var length = length
      try system("look up port") { unsafe getsockname(number, address, &length) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func withAddress(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
  ) throws(SystemError) {
    try unsafe withUnsafeMutablePointer(to: &address) { (address) throws(SystemError) in
      try unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { (address) throws(SystemError) in
        try unsafe body(address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

private final class Listening: Sendable {
  private let listener: Descriptor
  private let answer: @Sendable (WebServer.Request) -> WebServer.Answer

  init(listener: consuming Descriptor, answer: @escaping @Sendable (WebServer.Request) -> WebServer.Answer) {
    self.listener = listener
    self.answer = answer
  }

  func run() {
    while true {
      let number = accept(listener.number, nil, nil)
      guard number >= 0 else { return }
      let connection = Connection(Descriptor(takingOwnership: number))
      let answer = answer
      inThread(connection) { try? $0.serve(answer) }
    }
  }
}

private final class Connection: Sendable {
  private let socket: Descriptor

  init(_ socket: consuming Descriptor) { self.socket = socket }

  func serve(_ answer: (WebServer.Request) -> WebServer.Answer) throws(SystemError) {
    guard let request = try readRequest() else { return }
    let answer = answer(request)
    if answer.head.isEmpty {
      while !(try socket.read(upTo: 4096)).isEmpty {}
      return
    }
    try send(Array((answer.head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + answer.body)
  }

  private func readRequest() throws(SystemError) -> WebServer.Request? {
    var bytes: [UInt8] = []
    while true {
      let piece = try socket.read(upTo: 65536)
      if piece.isEmpty { return nil }
      bytes += piece
      if let request = Self.request(in: bytes) { return request }
    }
  }

  /// nil while it is not whole.
  private static func request(in bytes: [UInt8]) -> WebServer.Request? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    let words = (lines.first ?? "").split(separator: " ").map(String.init)
    guard words.count == 3 else { return nil }
    let length = lines.lazy.compactMap { line in
      line.lowercased().hasPrefix("content-length:") ? Int(line.dropFirst(15).filter { $0 != " " }) : nil
    }.first
    let body = String(text[end.upperBound...])
    return body.utf8.count >= length ?? 0 ? WebServer.Request(method: words[0], path: words[1], body: body) : nil
  }

  /// Without SIGPIPE where the client has left.
  private func send(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = try system("send") {
        unsafe rest.withUnsafeBytes { rest in
          unsafe Glibc.send(socket.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
        }
      }
      rest = rest.dropFirst(sent)
    }
  }
}
