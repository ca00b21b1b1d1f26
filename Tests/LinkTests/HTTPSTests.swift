import Base
import Diagnosis
import Link
import Mail
import Routes
import TestKit
import Testing

@Suite struct `Asking a token endpoint` {
  private let authority: CertificateAuthority
  private let good: ServerCertificate

  init() throws {
    authority = try CertificateAuthority()
    good = try authority.issue(["IP:127.0.0.1", "DNS:login.example.test"])
  }

  /// A request to what stands in for an authority.
  private func request(_ address: String) -> TokenRequest {
    TokenSource(
      service: .exchange, grant: .clientSecret, tenant: "contoso.com", clientID: "app", authority: address
    ).clientCredentials(secret: "s&cret=%+ä")
  }

  private func client(proxy: String? = nil, dns: [String] = [], roots: String? = nil, seconds: Int = 20) -> HTTPSClient
  {
    HTTPSClient(
      network: NetworkSettings(nameServers: dns, proxy: proxy), authorityFile: roots ?? authority.file,
      seconds: seconds, clock: .system)
  }

  private func fault(_ client: HTTPSClient, _ address: String, interrupt: StopSignal = .never) -> HTTPSFault? {
    do throws(HTTPSFault) {
      _ = try client.post(request(address), interrupt: interrupt)
      return nil
    } catch {
      return error
    }
  }

  /// Whether the fault is of that kind, about 127.0.0.1 where it is about a host.
  private func describes(_ fault: HTTPSFault?, _ kind: String) -> Bool {
    let text = fault.map { "\($0)" } ?? "none"
    return text.hasPrefix(kind + "(host: \"127.0.0.1\"") || text.hasPrefix(kind + "(detail")
  }

  @Test func `a form goes out and an answer comes back`() throws {
    let endpoint = try TokenEndpoint(
      [.init("{\"error\": \"slow\"}", status: 429, headers: ["Retry-After": "17"])], certificate: good)
    let answer = try client().post(request(endpoint.address), interrupt: .never)
    #expect(answer.status == 429 && answer.retryAfter == 17)
    #expect(String(decoding: answer.body, as: UTF8.self) == "{\"error\": \"slow\"}")
    let asked = try #require(try endpoint.requests().first)
    #expect(asked.method == "POST" && asked.path == "/contoso.com/oauth2/v2.0/token")
    #expect(asked.headers["Content-Type"] == "application/x-www-form-urlencoded")
    #expect(asked.form["client_secret"] == "s&cret=%+ä" && asked.form["grant_type"] == "client_credentials")
  }

  @Test func `a redirect is an answer, and carries nothing elsewhere`() throws {
    let other = try TokenEndpoint([.token("stolen")], certificate: good)
    let endpoint = try TokenEndpoint([.init("", status: 307, headers: ["Location": other.address])], certificate: good)
    #expect(try client().post(request(endpoint.address), interrupt: .never).status == 307)
    #expect(try other.requests().isEmpty)
  }

  @Test func `names come from the configured name servers`() throws {
    let names = try NameServer(["--host-record=login.example.test,127.0.0.1"])
    let endpoint = try TokenEndpoint([.token("t")], certificate: good)
    let address = "https://login.example.test:\(endpoint.port)"
    #expect(try client(dns: [names.address]).post(request(address), interrupt: .never).status == 200)
    #expect(
      fault(client(dns: [names.address]), "https://nowhere.example.test") == .nameNotFound(host: "nowhere.example.test")
    )
  }

  @Test func `certificates that must not do`() throws {
    let wrong = try authority.issue(["DNS:other.example.test"])
    let expired = try authority.issue(["IP:127.0.0.1"], from: "20200101000000Z", to: "20200201000000Z")
    let own = try authority.selfSigned("own", extensions: ["subjectAltName=IP:127.0.0.1"])
    for certificate in [wrong, expired, own] {
      let endpoint = try TokenEndpoint([.token("t")], certificate: certificate)
      #expect(describes(fault(client(), endpoint.address), "certificate"))
      #expect(try endpoint.requests().isEmpty)
    }
  }

  @Test func `the system's authorities do not count beside a file`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: good)
    let other = try CertificateAuthority()
    #expect(describes(fault(client(roots: other.file), endpoint.address), "certificate"))
    #expect(describes(fault(client(roots: "/no/roots.pem"), endpoint.address), "roots"))
  }

  @Test func `TLS below 1 point 2 is not spoken`() throws {
    let server = try ScriptedServer([.startTLS(upTo: "1.1"), .hold], certificate: good)
    #expect(describes(fault(client(), "https://127.0.0.1:\(server.port)"), "tls"))
  }

  @Test func `nobody at home, silence, nonsense and a flood`() throws {
    #expect(
      fault(client(), "https://127.0.0.1:1")
        == .connect(host: "127.0.0.1", port: 1, detail: "connection refused"))
    let silent = try TokenEndpoint([.silence], certificate: good)
    #expect(fault(client(seconds: 1), silent.address) == .timedOut(host: "127.0.0.1", seconds: 1))
    let odd = try ScriptedServer([.startTLS(), .say("220 hi"), .cut], certificate: good)
    #expect(describes(fault(client(), "https://127.0.0.1:\(odd.port)"), "lost"))
    let flood = try TokenEndpoint(
      [.init(String(repeating: "x", count: HTTPSClient.longestAnswer + 1))], certificate: good)
    #expect(
      fault(client(), flood.address) == .tooLong(host: "127.0.0.1", limit: HTTPSClient.longestAnswer))
  }

  @Test func `the source address is kept to`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: good)
    func asking(from source: String) -> HTTPSClient {
      HTTPSClient(
        network: NetworkSettings(sourceAddress: source), authorityFile: authority.file, clock: .system)
    }
    #expect(try asking(from: "127.0.0.2").post(request(endpoint.address), interrupt: .never).status == 200)
    #expect(try endpoint.requests().map(\.peer) == ["127.0.0.2"])
    #expect(fault(asking(from: "192.0.2.1"), endpoint.address) != nil)
  }

  @Test func `an interrupt ends it at once`() throws {
    let silent = try TokenEndpoint([.silence], certificate: good)
    let pipe = try Pipe()
    try pipe.writer.write([1])
    #expect(
      fault(client(), silent.address, interrupt: try StopSignal(pipe)) == .interrupted(host: "127.0.0.1"))
  }

  @Test func `a proxy is gone through, and named when it refuses`() throws {
    let endpoint = try TokenEndpoint([.token("t")], certificate: good)
    let through = client(proxy: "http://127.0.0.1:\(endpoint.proxyPort)")
    // The proxy looks the name up, not we.
    #expect(try through.post(request("https://login.example.test"), interrupt: .never).status == 200)
    #expect(try endpoint.requests().map(\.method) == ["CONNECT", "POST"])

    let closed = try ScriptedServer([
      .hear("CONNECT login.example.test:443"), .say("HTTP/1.1 407 Proxy Authentication Required"),
      .say("Content-Length: 0"), .say(""), .hold,
    ])
    #expect(
      fault(client(proxy: "http://127.0.0.1:\(closed.port)"), "https://login.example.test")
        == .proxy(address: "127.0.0.1:\(closed.port)", detail: "HTTP 407"))
    #expect(
      fault(client(proxy: "http://127.0.0.1:1"), "https://login.example.test")
        == .connect(host: "127.0.0.1", port: 1, detail: "connection refused"))
  }
}
