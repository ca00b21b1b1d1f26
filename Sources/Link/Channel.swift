import Base
import Crypto
import Glibc

/// Why a channel cannot be used any more.
enum ChannelFault: Error, Equatable {
  /// The other side closed, or the connection broke; in which way.
  case ended(String)
  case timedOut
  case stopped
  case tls(TLSFault)
  /// The other side said something while it was being written to.
  case spokenTo

  init(_ fault: WaitFault) {
    switch fault {
    case .timedOut: self = .timedOut
    case .stopped: self = .stopped
    }
  }
}

/// Bytes both ways over a connection, in clear text first and over TLS from ``startTLS(_:host:until:)`` on.
struct Channel: ~Copyable {
  private let connection: Connection
  /// What ends a wait: another's, once the channel has gone from one thread to another.
  var interrupt: StopSignal
  private let clock: Clock
  private var tls: TLSEngine?
  /// Plaintext that came while we were writing.
  private var inbox: [UInt8] = []
  private var isSecured = false
  /// Why no more bytes come, once that is known.
  private var ending: String?

  private static let readSize = 16384

  init(_ connection: Connection, interrupt: StopSignal, clock: Clock) {
    self.connection = connection
    self.interrupt = interrupt
    self.clock = clock
  }

  var encryption: TLSSession? {
    mutating get { tls?.session }
  }

  // MARK: TLS

  /// An earlier session was offered to the server, and nothing has come of it yet.
  var isResuming: Bool {
    mutating get { encryption == nil && tls?.offersSession == true }
  }

  /// - Parameters:
  ///   - records: what a signed zone says of the host.
  ///   - sessions: those of earlier connections.
  mutating func startTLS(
    _ context: TLSContext, host: String, records: [TLSARecord] = [], sessions: TLSSessionStore, until deadline: Deadline
  ) throws(ChannelFault) {
    do throws(TLSFault) {
      let port = Int(connection.peer.port)
      tls = try TLSEngine(context, host: host, port: port, records: records, sessions: sessions, at: clock.date)
    } catch {
      throw .tls(error)
    }
    isSecured = true
    while true {
      let isDone: Bool
      do throws(TLSFault) {
        isDone = try tls?.handshake() ?? true
      } catch {
        // The alert that tells the server why.
        flushQuietly()
        throw .tls(error)
      }
      try flush(until: deadline)
      if isDone { return }
      try pull(until: deadline)
    }
  }

  // MARK: Writing

  /// Writes all of `bytes`.
  ///
  /// - Parameter yields: throws `spokenTo` as soon as the other side says something before all is written.
  mutating func send(_ bytes: [UInt8], until deadline: Deadline, yields: Bool = false) throws(ChannelFault) {
    if isSecured {
      try encrypt(bytes)
      try flush(until: deadline, yields: yields)
    } else {
      try write(bytes, until: deadline, yields: yields)
    }
  }

  private mutating func encrypt(_ bytes: [UInt8]) throws(ChannelFault) {
    var fault: TLSFault?
    unsafe bytes.withUnsafeBytes { buffer in
      do throws(TLSFault) { try unsafe tls?.write(buffer) } catch { fault = error }
    }
    if let fault { throw .tls(fault) }
  }

  /// Says that nothing more comes, without waiting for anything.
  mutating func close() {
    tls?.close()
    flushQuietly()
  }

  private mutating func flush(until deadline: Deadline, yields: Bool = false) throws(ChannelFault) {
    let outgoing = tls?.takeOutgoing() ?? []
    if !outgoing.isEmpty { try write(outgoing, until: deadline, yields: yields) }
  }

  private mutating func flushQuietly() { try? flush(until: .passed) }

  private mutating func write(_ bytes: [UInt8], until deadline: Deadline, yields: Bool) throws(ChannelFault) {
    var done = 0
    while done < bytes.count {
      let number = connection.socket.number
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(number, buffer.baseAddress?.advanced(by: done), buffer.count - done, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        done += count
      } else if errno == EAGAIN {
        try waitToWrite(until: deadline, yields: yields)
      } else if errno != EINTR {
        throw .ended(reason(errno))
      }
    }
  }

  /// Reads while it waits: a server that is itself stuck writing would never take our bytes.
  private mutating func waitToWrite(until deadline: Deadline, yields: Bool) throws(ChannelFault) {
    let reads = ending == nil && inbox.count < Self.readSize
    let ready = try wait(for: Int16(POLLOUT) | Int16(reads ? POLLIN : 0), until: deadline)
    if ready & Int16(POLLIN) == 0 { return }
    take()
    if let plaintext = try decrypted() { inbox += plaintext }
    if yields && !inbox.isEmpty { throw .spokenTo }
  }

  // MARK: Reading

  /// The next bytes, as soon as there are any.
  mutating func receive(until deadline: Deadline) throws(ChannelFault) -> [UInt8] {
    while true {
      if let bytes = try readyBytes() { return bytes }
      try pull(until: deadline)
    }
  }

  /// What has come already; nil where nothing has.
  mutating func receiveNow() throws(ChannelFault) -> [UInt8]? {
    do throws(ChannelFault) {
      return try receive(until: .passed)
    } catch {
      if error == .timedOut { return nil }
      throw error
    }
  }

  private mutating func readyBytes() throws(ChannelFault) -> [UInt8]? {
    if inbox.isEmpty { return try decrypted() }
    defer { inbox = [] }
    return inbox
  }

  /// Waits for bytes and takes them in.
  private mutating func pull(until deadline: Deadline) throws(ChannelFault) {
    if let ending, !isSecured { throw .ended(ending) }
    _ = try wait(for: Int16(POLLIN), until: deadline)
    take()
  }

  /// Reads once from the socket, to the inbox or into TLS; an end is noted.
  private mutating func take() {
    let number = connection.socket.number
    var ended: String?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.readSize) { buffer, count in
      let result = unsafe recv(number, buffer.baseAddress, buffer.count, 0)
      count = max(0, result)
      if result == 0 { ended = "the server closed the connection" }
      if result < 0 && errno != EAGAIN && errno != EINTR { ended = reason(errno) }
    }
    if let ended {
      ending = ended
      tls?.receiveEnd()
    }
    if !isSecured { inbox += bytes } else { unsafe bytes.withUnsafeBytes { unsafe tls?.receive($0) } }
  }

  /// The plaintext of the records that TLS has taken in; nil where none is whole yet.
  private mutating func decrypted() throws(ChannelFault) -> [UInt8]? {
    guard encryption != nil else { return nil }
    var read = TLSRead.needsMore
    var fault: TLSFault?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.readSize) { buffer, count in
      do throws(TLSFault) {
        read = try unsafe tls?.read(into: UnsafeMutableRawBufferPointer(buffer)) ?? .closed
        if case .bytes(let some) = read { count = some }
      } catch {
        fault = error
      }
    }
    // The alert that tells the server why.
    if fault != nil { flushQuietly() }
    switch (fault, read) {
    // A peer that leaves without a goodbye; whether that matters depends on what was still due.
    case (.truncated, _): throw .ended(ending ?? "the server closed the connection")
    case (let fault?, _): throw .tls(fault)
    case (nil, .closed): throw .ended("the server closed the connection")
    case (nil, .needsMore): return nil
    case (nil, .bytes): return bytes
    }
  }

  /// Whether the other side says something before `other` is ready; nil where neither happens in time.
  mutating func isSpokenTo(before other: Awaited, until deadline: Deadline) throws(ChannelFault) -> Bool? {
    if let bytes = try readyBytes() {
      inbox = bytes
      return true
    }
    do throws(WaitFault) {
      let ready = try clock.wait(for: [.input(connection.socket.number), other], until: deadline, interrupt)
      return ready[0] != 0
    } catch {
      if error == .timedOut { return nil }
      throw ChannelFault(error)
    }
  }

  private func wait(for events: Int16, until deadline: Deadline) throws(ChannelFault) -> Int16 {
    do throws(WaitFault) {
      return try clock.wait(for: [Awaited(connection.socket.number, events: events)], until: deadline, interrupt)[0]
    } catch {
      throw ChannelFault(error)
    }
  }
}
