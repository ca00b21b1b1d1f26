import Base
import CARES
import Glibc
import Mail

/// Looks up addresses with c-ares: bounded in time and interruptible, which getaddrinfo(3) is not.
struct NameLookup {
  /// "address:port" of each name server; empty for those of the system.
  let servers: [String]
  let interrupt: Int32?

  /// The addresses of `host`, both families, the likelier ones first (RFC 6724); /etc/hosts counts.
  func addresses(of host: String, port: UInt16, until deadline: Deadline) throws(DeliveryFault) -> [SocketAddress] {
    if let literal = SocketAddress(host, port: port) { return [literal] }
    let resolver = try Resolver(host: host, servers: servers)
    let answer = Answer()
    resolver.ask(host, port: port, answer)
    defer { withExtendedLifetime(answer) { resolver.cancel() } }
    while answer.status == nil {
      do throws(WaitFault) {
        try resolver.work(until: deadline, interrupt: interrupt)
      } catch {
        if error == .interrupted { throw .interrupted(stage: .lookup) }
        throw .nameServerFailure(host: host, detail: "no answer in time")
      }
    }
    return try answer.addresses(of: host)
  }
}

/// What c-ares calls back with.
private final class Answer {
  var status: Int32?
  var found: [SocketAddress] = []

  func addresses(of host: String) throws(DeliveryFault) -> [SocketAddress] {
    switch status {
    case ARES_SUCCESS where !found.isEmpty: return found
    case ARES_SUCCESS, ARES_ENOTFOUND, ARES_ENODATA, ARES_ENONAME, ARES_EBADNAME: throw .nameNotFound(host: host)
    default:
      let reason = unsafe String(cString: ares_strerror(status ?? ARES_ETIMEOUT))
      throw .nameServerFailure(host: host, detail: reason)
    }
  }
}

/// A c-ares channel.
@safe private struct Resolver: ~Copyable {
  private let channel: ares_channel

  /// For one server's answer; it doubles with each of the tries.
  private static let firstTryMilliseconds: Int32 = 2000
  private static let tries: Int32 = 3

  init(host: String, servers: [String]) throws(DeliveryFault) {
    var channel: ares_channel?
    var options = unsafe ares_options()
    unsafe options.timeout = Self.firstTryMilliseconds
    unsafe options.tries = Self.tries
    // A full name is not also tried below the search domains, which whoever runs the DHCP server chooses.
    unsafe options.flags = host.contains(".") ? ARES_FLAG_NOSEARCH : 0
    let mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
    var status = unsafe ares_init_options(&channel, &options, mask)
    if status == ARES_SUCCESS, !servers.isEmpty {
      status = unsafe ares_set_servers_ports_csv(channel, servers.joined(separator: ","))
    }
    guard status == ARES_SUCCESS, let ready = unsafe channel else {
      if let channel = unsafe channel { unsafe ares_destroy(channel) }
      let reason = unsafe String(cString: ares_strerror(status))
      let named = servers.isEmpty ? "the system's" : servers.joined(separator: ", ")
      throw .nameServerFailure(host: host, detail: "cannot use name servers \(named): \(reason)")
    }
    unsafe self.channel = ready
  }

  deinit { unsafe ares_destroy(channel) }

  /// `answer` must outlive the question: ``cancel()`` ends it.
  func ask(_ host: String, port: UInt16, _ answer: Answer) {
    var hints = ares_addrinfo_hints()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    let pointer = unsafe Unmanaged.passUnretained(answer).toOpaque()
    unsafe ares_getaddrinfo(
      channel, host, String(port), &hints,
      { pointer, status, _, result in
        guard let pointer = unsafe pointer else { return }
        let answer = unsafe Unmanaged<Answer>.fromOpaque(pointer).takeUnretainedValue()
        answer.status = status
        guard let result = unsafe result else { return }
        var node = unsafe result.pointee.nodes
        while let current = unsafe node {
          if let address = unsafe SocketAddress(current.pointee.ai_addr) { answer.found.append(address) }
          unsafe node = current.pointee.ai_next
        }
        unsafe ares_freeaddrinfo(result)
      }, pointer)
  }

  func cancel() { unsafe ares_cancel(channel) }

  /// Waits for the next thing to do, and does it.
  func work(until deadline: Deadline, interrupt: Int32?) throws(WaitFault) {
    let sockets = self.sockets()
    let next = nextRetry()
    do throws(WaitFault) {
      let ready = try waitReady(sockets, until: min(next, deadline), interrupt: interrupt)
      for (socket, events) in zip(sockets, ready) where events != 0 {
        let canWrite = events & Int16(POLLOUT) != 0
        unsafe ares_process_fd(channel, socket.descriptor, canWrite ? socket.descriptor : none)
      }
    } catch {
      if error == .interrupted || next >= deadline { throw error }
      unsafe ares_process_fd(channel, none, none)
    }
  }

  /// ARES_SOCKET_BAD, a macro with a cast.
  private var none: ares_socket_t { -1 }

  private func nextRetry() -> Deadline {
    var left = timeval()
    guard unsafe ares_timeout(channel, nil, &left) != nil else { return .never }
    return .after(.seconds(left.tv_sec) + .microseconds(left.tv_usec))
  }

  /// What c-ares waits for; ARES_GETSOCK_READABLE and its twin are macros with arguments.
  private func sockets() -> [(descriptor: Int32, events: Int16)] {
    let most = Int(ARES_GETSOCK_MAXNUM)
    var all = [ares_socket_t](repeating: none, count: most)
    let bits = unsafe ares_getsock(channel, &all, Int32(most))
    return all.indices.compactMap { index in
      let reads = bits & (1 << index) != 0
      let writes = bits & (1 << (index + most)) != 0
      if !reads && !writes { return nil }
      return (all[index], Int16(reads ? POLLIN : 0) | Int16(writes ? POLLOUT : 0))
    }
  }
}
