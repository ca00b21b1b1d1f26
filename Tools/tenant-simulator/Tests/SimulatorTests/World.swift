import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A running simulator and what it told about itself; it ends with the last reference.
final class World: Sendable {
  let line: String
  let announced: Announced
  private let child: Child

  struct Announced: Decodable, Sendable {
    let folder: String
    let ca: String
    let client: Client
    let dns: Place
    let endpoints: [String: Place]

    struct Client: Decodable, Sendable {
      let certificate: String
      let key: String
    }

    struct Place: Decodable, Sendable {
      let address: String
      let port: Int
      let url: String?
    }
  }

  /// - Parameters:
  ///   - scenario: JSON5 to go on top of contoso.
  ///   - hasOwnAuthority: makes certificates anew, as those who only start the simulator get them.
  init(_ scenario: String = "{}", hasOwnAuthority: Bool = false) throws {
    let file = Scratch.shared.file("scenario-\(UInt64.random(in: 0 ... .max)).json5")
    try scenario.write(toFile: file, atomically: false, encoding: .utf8)
    let authority = hasOwnAuthority ? [] : ["--authority", try Self.authority.get()]
    child = try Child([products + "/tenant-simulator", "--data", package, "--scenario", file] + authority)
    line = child.readLine()
    announced = try JSONDecoder().decode(Announced.self, from: Data(line.utf8))
  }

  /// Certificates that the worlds share, made by the first.
  private static let authority: Result<String, any Error> = Result {
    let folder = Scratch.shared.file("authority")
    let first = try Child([products + "/tenant-simulator", "--data", package, "--authority", folder])
    if first.readLine().isEmpty { throw Broken("no simulator") }
    return folder
  }

  func port(_ endpoint: String) -> String { String(announced.endpoints[endpoint]?.port ?? 0) }

  var tokenURL: String { announced.endpoints["token"]?.url ?? "" }

  /// Runs python3 with helpers for this world; what it prints.
  func python(_ script: String) throws -> String {
    let result = try run(["/usr/bin/python3", "-c", preamble + script, line])
    #expect(result.code == 0, "\(result.output)")
    return result.output
  }

  /// The records of the accepted messages, in their order.
  func kept() throws -> [Kept] {
    try names().filter { $0.hasSuffix(".json") }.map { name in
      try JSONDecoder().decode(Kept.self, from: Data(text(name).utf8))
    }
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: announced.folder + "/" + name, encoding: .utf8)
  }

  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: announced.folder).sorted()
  }

  /// Closes its standard input and waits.
  func end() -> Int32 { child.end() }

  func terminate() -> Int32 { child.terminate() }
}

struct Kept: Decodable {
  let endpoint: String
  let tls: String?
  let clientCertificate: String?
  let connector: String?
  let mechanism: String?
  let identity: String?
  let app: String?
  let from: String
  let recipients: [String]
  let transfer: String
  let chunks: Int
  let body: String
  let size: Int
  let bytesReceived: Int
}

/// Where the package and its programs are.
let package = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

let products: String = {
  var path = [CChar](repeating: 0, count: 4096)
  let count = unsafe readlink("/proc/self/exe", &path, path.count)
  let whole = String(decoding: path.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  return "/" + whole.split(separator: "/").dropLast().joined(separator: "/")
}()

/// A folder for the files of this process, gone at its end.
final class Scratch: Sendable {
  static let shared = Scratch()
  let path = "/tmp/simulator-tests-\(getpid())"

  init() {
    unsafe mkdir(path, 0o700)
    atexit { try? FileManager.default.removeItem(atPath: Scratch.shared.path) }
  }

  func file(_ name: String) -> String { path + "/" + name }
}

private let preamble = """
  import base64, json, smtplib, socket, ssl, sys
  W = json.loads(sys.argv[1])
  def place(name): return W["endpoints"][name]["port"]
  trusting = ssl.create_default_context(cafile=W["ca"])
  def connect(name, tls=True, context=None, source=None):
      s = smtplib.SMTP("localhost", place(name), source_address=source and (source, 0), local_hostname="scanner.contoso.com")
      s.ehlo()
      if tls: s.starttls(context=context or trusting); s.ehlo()
      return s
  def say(s, *line):
      code, words = s.docmd(*line)
      return f"{code} {words.decode()}"
  def send(s, text):
      s.send(text.encode()); code, words = s.getreply()
      return f"{code} {words.decode()}"
  def mail(s, sender, recipients, text="hello", header_from=None):
      lines = [say(s, f"MAIL FROM:<{sender}>")]
      if lines[-1].startswith("250"):
          lines += [say(s, f"RCPT TO:<{r}>") for r in recipients]
          lines.append(say(s, "DATA"))
          if lines[-1].startswith("354"):
              lines.append(send(s, f"From: <{header_from or sender}>\\r\\nTo: x\\r\\nMessage-ID: <1@scanner>\\r\\n\\r\\n{text}\\r\\n.\\r\\n"))
      return lines[-1]
  def xoauth2(user, token): return base64.b64encode(f"user={user}\\x01auth=Bearer {token}\\x01\\x01".encode()).decode()
  import urllib.request, urllib.parse, urllib.error
  def post(path, **fields):
      try:
          with urllib.request.urlopen(W["endpoints"]["token"]["url"] + path, urllib.parse.urlencode(fields).encode(), context=trusting) as r:
              return json.loads(r.read() or b"{}")
      except urllib.error.HTTPError as e: return json.loads(e.read() or b"{}")
  def get(path, **fields):
      class Stay(urllib.request.HTTPRedirectHandler):
          def redirect_request(self, *a): return None
      opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=trusting))
      try: opener.open(W["endpoints"]["token"]["url"] + path + "?" + urllib.parse.urlencode(fields))
      except urllib.error.HTTPError as e: return e.headers["Location"] or json.loads(e.read())
  TOKEN = "/contoso.com/oauth2/v2.0/token"
  APP = "aaaaaaaa-0000-0000-0000-00000000000"
  def app_token(number, scope="https://outlook.office365.com/.default"):
      return post(TOKEN, grant_type="client_credentials", client_id=APP + str(number), client_secret=f"contoso~secret~{number}", scope=scope)["access_token"]

  """
