import Base
import CARES
import Glibc
import Mail
import Routes

/// What c-ares calls back with.
final class NameReply {
  /// nil until it has.
  fileprivate(set) var status: Int32?
  fileprivate(set) var addresses: [SocketAddress] = []
  /// The DNS message, where a question of one kind was asked.
  fileprivate(set) var message: [UInt8] = []
}

/// A c-ares channel, for one question.
@safe struct NameChannel: ~Copyable {
  private let channel: ares_channel

  /// For one server's answer; it doubles with each of the tries.
  private static let firstTryMilliseconds: Int32 = 2000
  private static let tries: Int32 = 3

  /// - Parameters:
  ///   - servers: "address:port" of each; empty for those of the system.
  ///   - takingAnything: a refusal is an answer too, and no reason to ask the next server.
  init(for name: String, servers: [String], takingAnything: Bool = false) throws(DeliveryFault) {
    var channel: ares_channel?
    var options = unsafe ares_options()
    unsafe options.timeout = Self.firstTryMilliseconds
    unsafe options.tries = Self.tries
    // A full name is not also tried below the search domains, which the DHCP server's operator chooses.
    let flags = (name.contains(".") ? ARES_FLAG_NOSEARCH : 0) | (takingAnything ? ARES_FLAG_NOCHECKRESP : 0)
    unsafe options.flags = flags
    let mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
    var status = unsafe ares_init_options(&channel, &options, mask)
    if status == ARES_SUCCESS, !servers.isEmpty {
      status = unsafe ares_set_servers_ports_csv(channel, servers.joined(separator: ","))
    }
    guard status == ARES_SUCCESS, let ready = unsafe channel else {
      if let channel = unsafe channel { unsafe ares_destroy(channel) }
      let reason = unsafe String(cString: ares_strerror(status))
      let named = servers.isEmpty ? "the system's" : servers.joined(separator: ", ")
      throw .nameServerFailure(host: name, detail: "cannot use name servers \(named): \(reason)")
    }
    unsafe self.channel = ready
  }

  deinit { unsafe ares_destroy(channel) }

  /// Asks for addresses. `reply` must outlive the question: ``cancel()`` ends it.
  func ask(_ host: String, port: UInt16, _ reply: NameReply) {
    var hints = ares_addrinfo_hints()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let pointer = unsafe Unmanaged.passUnretained(reply).toOpaque()
    unsafe ares_getaddrinfo(
      channel, host, String(port), &hints,
      { pointer, status, _, result in
        guard let pointer = unsafe pointer else { return }
        let reply = unsafe Unmanaged<NameReply>.fromOpaque(pointer).takeUnretainedValue()
        reply.status = status
        guard let result = unsafe result else { return }
        var node = unsafe result.pointee.nodes
        while let current = unsafe node {
          if let address = unsafe SocketAddress(current.pointee.ai_addr) { reply.addresses.append(address) }
          unsafe node = current.pointee.ai_next
        }
        unsafe ares_freeaddrinfo(result)
      }, pointer)
  }

  /// Asks for records of one kind, of the exact name. `reply` must outlive the question.
  func ask(_ name: String, _ question: NameQuestion, _ reply: NameReply) {
    let pointer = unsafe Unmanaged.passUnretained(reply).toOpaque()
    unsafe ares_query(
      channel, name, Self.internet, Int32(question.rawValue),
      { pointer, status, _, bytes, count in
        guard let pointer = unsafe pointer else { return }
        let reply = unsafe Unmanaged<NameReply>.fromOpaque(pointer).takeUnretainedValue()
        reply.status = status
        reply.message = unsafe Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(count)))
      }, pointer)
  }

  /// The class IN.
  private static let internet: Int32 = 1

  func cancel() { unsafe ares_cancel(channel) }

  /// Waits for the next thing to do, and does it.
  func work(until deadline: Deadline, _ clock: Clock, _ interrupt: StopSignal) throws(WaitFault) {
    let sockets = self.sockets()
    let next = nextRetry(clock)
    do throws(WaitFault) {
      let ready = try clock.wait(for: sockets, until: min(next, deadline), interrupt)
      for (socket, events) in zip(sockets, ready) where events != 0 {
        let canWrite = events & Int16(POLLOUT) != 0
        unsafe ares_process_fd(channel, socket.descriptor, canWrite ? socket.descriptor : none)
      }
    } catch {
      if error == .stopped || next >= deadline { throw error }
      unsafe ares_process_fd(channel, none, none)
    }
  }

  /// ARES_SOCKET_BAD, a macro with a cast.
  private var none: ares_socket_t { -1 }

  private func nextRetry(_ clock: Clock) -> Deadline {
    var left = timeval()
    guard unsafe ares_timeout(channel, nil, &left) != nil else { return .never }
    return clock.after(.seconds(left.tv_sec) + .microseconds(left.tv_usec))
  }

  /// What c-ares waits for; ARES_GETSOCK_READABLE and its twin are macros with arguments.
  private func sockets() -> [Awaited] {
    let most = Int(ARES_GETSOCK_MAXNUM)
    var all = [ares_socket_t](repeating: none, count: most)
    let bits = unsafe ares_getsock(channel, &all, Int32(most))
    return all.indices.compactMap { index in
      let reads = bits & (1 << index) != 0
      let writes = bits & (1 << (index + most)) != 0
      if !reads && !writes { return nil }
      return Awaited(all[index], events: Int16(reads ? POLLIN : 0) | Int16(writes ? POLLOUT : 0))
    }
  }
}
