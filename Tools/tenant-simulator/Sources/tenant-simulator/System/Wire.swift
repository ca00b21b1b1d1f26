import COpenSSL
import Glibc

/// The other side is gone, or said what no peer may say.
struct Ended: Error {
  let reason: String
}

/// Bytes both ways over one connection, for the thread that serves it: in clear first, over TLS from ``secure(_:)`` on.
@safe final class Wire {
  let connection: Connection
  private var tls: OpaquePointer?
  private var inbox: [UInt8] = []
  private var start = 0
  private var clearIn = 0
  private var clearOut = 0

  /// How long a client may be silent; Exchange waits as long (RFC 5321 section 4.5.3.2.7).
  private static let patience = timeval(tv_sec: 300, tv_usec: 0)
  private static let readSize = 65536

  init(_ connection: Connection) {
    self.connection = connection
    var patience = Self.patience
    unsafe setsockopt(connection.number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { unsafe SSL_free(tls) }

  // MARK: TLS

  var isSecured: Bool { unsafe tls != nil }

  /// Lets the client begin TLS; what it said before that is forgotten.
  func secure(_ context: TLSContext) throws(Ended) {
    inbox = []
    start = 0
    guard let new = unsafe SSL_new(context.handle) else { throw Ended(reason: "out of memory for TLS") }
    unsafe SSL_set_fd(new, connection.number)
    ERR_clear_error()
    guard unsafe SSL_accept(new) == 1 else {
      let reason = lastOpenSSLError()
      unsafe SSL_free(new)
      throw Ended(reason: "TLS: \(reason)")
    }
    unsafe tls = new
  }

  /// What was negotiated, and who the client proved to be.
  var session: TLSSession? {
    guard let tls = unsafe tls else { return nil }
    return unsafe TLSSession(tls)
  }

  // MARK: Writing

  func write(_ text: String) throws(Ended) { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws(Ended) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { unsafe writeSome($0, from: done) }
      if count > 0 {
        done += count
      } else if isSecured || errno != EINTR {
        throw Ended(reason: "the client closed the connection")
      }
    }
  }

  private func writeSome(_ buffer: UnsafeRawBufferPointer, from done: Int) -> Int {
    let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
    if let tls = unsafe tls { return unsafe Int(SSL_write(tls, rest.baseAddress, Int32(rest.count))) }
    let count = unsafe send(connection.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
    clearOut += max(0, count)
    return count
  }

  // MARK: Reading

  /// The next line without its CR LF.
  ///
  /// - Parameter limit: of bytes; a client that says a longer line is cut off.
  func readLine(limit: Int) throws(Ended) -> [UInt8] {
    var line = try readRawLine(limit: limit)
    guard line.popLast() == UInt8(ascii: "\n") else { throw Ended(reason: "a line of more than \(limit) bytes") }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  /// The next line with its end, or `limit` bytes of it where it is longer.
  func readRawLine(limit: Int) throws(Ended) -> [UInt8] {
    var scanned = 0
    while true {
      let unread = inbox.count - start
      if let end = lineEnd(after: start + scanned) {
        return take(min(end + 1 - start, limit))
      }
      if unread >= limit { return take(limit) }
      scanned = unread
      try fill()
    }
  }

  private func lineEnd(after first: Int) -> Int? {
    unsafe inbox.withUnsafeBytes { buffer in
      guard first < buffer.count, let base = buffer.baseAddress else { return nil }
      let found = unsafe memchr(base + first, Int32(UInt8(ascii: "\n")), buffer.count - first)
      return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
    }
  }

  private func take(_ count: Int) -> [UInt8] {
    defer { start += count }
    return Array(inbox[start..<start + count])
  }

  /// Between 1 and `limit` bytes.
  func read(atMost limit: Int) throws(Ended) -> [UInt8] {
    if start == inbox.count { try fill() }
    return take(min(inbox.count - start, limit))
  }

  /// Whether something has come that nobody has read yet.
  var hasUnread: Bool { start < inbox.count }

  private func fill() throws(Ended) {
    if start > 0 {
      inbox.removeFirst(start)
      start = 0
    }
    let count = unsafe withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 1) { buffer in
      let count = unsafe readSome(buffer)
      if count > 0 { unsafe inbox.append(contentsOf: buffer[..<count]) }
      return count
    }
    if count <= 0 { throw Ended(reason: count == 0 ? "the client closed" : "the client closed or timed out") }
  }

  private func readSome(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    if let tls = unsafe tls { return unsafe Int(SSL_read(tls, buffer.baseAddress, Int32(buffer.count))) }
    var count = 0
    repeat {
      count = unsafe recv(connection.number, buffer.baseAddress, buffer.count, 0)
    } while count < 0 && errno == EINTR
    clearIn += max(0, count)
    return count
  }

  /// Says nothing more and waits until the client gives up.
  func stall() {
    unsafe withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 1) { buffer in
      while unsafe recv(connection.number, buffer.baseAddress, buffer.count, 0) > 0 {}
    }
  }

  /// Ends TLS in order; the connection closes with its last reference.
  func finish() {
    if let tls = unsafe tls { unsafe SSL_shutdown(tls) }
  }

  // MARK: Counting

  /// Bytes of TCP payload so far, TLS records included.
  var bytesIn: Int { unsafe clearIn + (tls.map { unsafe Int(BIO_number_read(SSL_get_rbio($0))) } ?? 0) }
  var bytesOut: Int { unsafe clearOut + (tls.map { unsafe Int(BIO_number_written(SSL_get_wbio($0))) } ?? 0) }
}
