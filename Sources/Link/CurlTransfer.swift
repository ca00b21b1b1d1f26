import Base
import CCURL
import Diagnosis
import Glibc
import Routes

/// One HTTPS exchange by libcurl, which is opened for the first.
@safe final class CurlTransfer {
  private let easy: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  /// Lists and buffers that libcurl reads until the end.
  private var lists: [UnsafeMutablePointer<curl_slist>]
  private let words: UnsafeMutablePointer<CChar>
  private let answer = Answer()
  private let target: WebHost
  private let proxy: WebHost?

  /// Why libcurl cannot be used; nil where it can.
  private static let complaint: String? = unsafe ccurl_load().map { unsafe String(cString: $0).onOneLine() }

  init(to target: WebHost, by proxy: WebHost?) throws(HTTPSFault) {
    if let complaint = Self.complaint { throw .libraryMissing(detail: complaint) }
    guard let easy = unsafe ccurl_easy_init() else { throw .libraryMissing(detail: "cannot create a transfer") }
    guard let multi = unsafe ccurl_multi_init() else {
      unsafe ccurl_easy_cleanup(easy)
      throw .libraryMissing(detail: "cannot create a transfer")
    }
    unsafe self.easy = easy
    unsafe lists = []
    unsafe self.multi = multi
    unsafe words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    self.target = target
    self.proxy = proxy
  }

  deinit {
    unsafe ccurl_easy_cleanup(easy)
    unsafe ccurl_multi_cleanup(multi)
    unsafe lists.forEach { unsafe ccurl_list_free($0) }
    unsafe words.deallocate()
  }

  // MARK: What is asked

  func address(_ request: TokenRequest) throws(HTTPSFault) {
    let body = request.body.text
    try set(CURLOPT_URL, request.address)
    try set(CURLOPT_POST, 1)
    // The size first: the copy goes by it.
    try set(CURLOPT_POSTFIELDSIZE, body.utf8.count)
    try set(CURLOPT_COPYPOSTFIELDS, body)
    try set(CURLOPT_HTTPHEADER, ["Content-Type: " + TokenRequest.contentType, "Accept: application/json"])
    try set(CURLOPT_USERAGENT, "platen")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    // Signals belong to the program.
    try set(CURLOPT_NOSIGNAL, 1)
    let context = unsafe Unmanaged.passUnretained(answer).toOpaque()
    try check(unsafe ccurl_set_callbacks(easy, { unsafe Answer.take($0, $1, $2, $3) }, context, words))
  }

  /// The same certificates as mail goes by, and TLS 1.2 at least.
  func trust(_ authorityFile: String?) throws(HTTPSFault) {
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    try set(CURLOPT_SSL_VERIFYPEER, 1)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    guard let authorityFile else { return }
    try set(CURLOPT_CAINFO, authorityFile)
    // Else the system's folder would count beside the file.
    try set(CURLOPT_CAPATH, nil)
  }

  func route(proxy: String?, from source: String?) throws(HTTPSFault) {
    // An empty text keeps libcurl from the environment's variables.
    try set(CURLOPT_PROXY, proxy ?? "")
    try set(CURLOPT_NOPROXY, "")
    if let source { try set(CURLOPT_INTERFACE, "host!" + source) }
  }

  func resolve(_ host: WebHost, to addresses: [SocketAddress]) throws(HTTPSFault) {
    if SocketAddress(host.name, port: 0) != nil { return }
    let texts = addresses.map { $0.host.contains(":") ? "[\($0.host)]" : $0.host }
    try set(CURLOPT_RESOLVE, ["\(host.name):\(host.port):\(texts.joined(separator: ","))"])
  }

  // MARK: The exchange

  func run(
    until deadline: Deadline, seconds: Int, _ clock: Clock, _ interrupt: StopSignal
  ) throws(HTTPSFault) -> TokenAnswer {
    guard unsafe ccurl_multi_add(multi, easy) == CURLM_OK else { throw lost("libcurl refused the transfer") }
    defer { unsafe ccurl_multi_remove(multi, easy) }
    while true {
      let running = unsafe ccurl_multi_perform(multi)
      if running < 0 { throw lost("libcurl failed") }
      if running == 0 { break }
      if interrupt.isRaised { throw .interrupted(host: target.name) }
      if clock.hasPassed(deadline) { throw .timedOut(host: target.name, seconds: seconds) }
      wait(until: deadline, clock, interrupt)
    }
    let code = unsafe ccurl_multi_result(multi)
    guard code == CURLE_OK else { throw fault(code) }
    let retryAfter = unsafe ccurl_retry_after(easy)
    return TokenAnswer(
      status: unsafe ccurl_number(easy, CURLINFO_RESPONSE_CODE), body: answer.bytes,
      retryAfter: retryAfter > 0 ? retryAfter : nil)
  }

  /// Waits for what libcurl waits for: sockets, and times of its own.
  private func wait(until deadline: Deadline, _ clock: Clock, _ interrupt: StopSignal) {
    let pause = unsafe ccurl_multi_pause(multi)
    let turn = pause < 0 ? deadline : min(deadline, clock.after(.milliseconds(pause)))
    // Whichever it was, the transfer looks after it.
    _ = try? clock.wait(for: sockets(), until: turn, interrupt)
  }

  private func sockets() -> [Awaited] {
    var sockets = [ccurl_socket](repeating: ccurl_socket(), count: Int(CCURL_MOST_SOCKETS))
    let count = unsafe ccurl_multi_sockets(multi, &sockets)
    return sockets.prefix(Int(count)).map { Awaited($0.descriptor, events: $0.events) }
  }

  private func lost(_ detail: String) -> HTTPSFault { .lost(host: target.name, detail: detail) }

  /// What libcurl's code means, in its own words.
  private func fault(_ code: CURLcode) -> HTTPSFault {
    if answer.isTooLong { return .tooLong(host: target.name, limit: HTTPSClient.longestAnswer) }
    let said = unsafe String(cString: words)
    let detail = (said.isEmpty ? unsafe String(cString: ccurl_text(code)) : said).onOneLine(limit: 200)
    let connected = unsafe ccurl_number(easy, CURLINFO_HTTP_CONNECTCODE)
    if let proxy, connected != 0 && connected != 200 || code == CURLE_PROXY {
      return .proxy(address: "\(proxy.name):\(proxy.port)", detail: connected == 0 ? detail : "HTTP \(connected)")
    }
    switch code {
    case CURLE_COULDNT_CONNECT:
      let host = proxy ?? target
      return .connect(host: host.name, port: Int(host.port), detail: connectReason(detail))
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: return .certificate(host: target.name, detail: detail)
    case CURLE_SSL_CACERT_BADFILE: return .roots(detail: detail)
    case CURLE_SSL_CONNECT_ERROR: return .tls(host: target.name, detail: detail)
    default: return lost(detail)
    }
  }

  /// The system's word for it where there is one: libcurl's own repeats host and port.
  private func connectReason(_ detail: String) -> String {
    let number = unsafe ccurl_number(easy, CURLINFO_OS_ERRNO)
    return number == 0 ? detail : reason(Int32(clamping: number))
  }

  // MARK: Options

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPSFault) {
    try check(unsafe ccurl_set_number(easy, option, value))
  }

  private func set(_ option: CURLoption, _ value: String?) throws(HTTPSFault) {
    try check(unsafe ccurl_set_text(easy, option, value))
  }

  private func set(_ option: CURLoption, _ values: [String]) throws(HTTPSFault) {
    var list: UnsafeMutablePointer<curl_slist>?
    for value in values { unsafe list = ccurl_list_append(list, value) ?? list }
    guard let list = unsafe list else { return }
    unsafe lists.append(list)
    try check(unsafe ccurl_set_list(easy, option, list))
  }

  private func check(_ code: CURLcode) throws(HTTPSFault) {
    if code != CURLE_OK { throw .libraryMissing(detail: unsafe String(cString: ccurl_text(code))) }
  }
}

/// The body as it comes in.
private final class Answer {
  private(set) var bytes: [UInt8] = []
  private(set) var isTooLong = false

  /// What libcurl calls with a piece; anything but its length breaks the transfer off.
  static func take(
    _ start: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
  ) -> Int {
    guard let context = unsafe context else { return 0 }
    let answer = unsafe Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
    let length = size * count
    if answer.bytes.count + length > HTTPSClient.longestAnswer {
      answer.isTooLong = true
      return 0
    }
    unsafe answer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: length))
    return length
  }
}
