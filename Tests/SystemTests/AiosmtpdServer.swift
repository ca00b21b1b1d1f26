import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// Python's aiosmtpd on 127.0.0.1: a server that knows neither PIPELINING nor CHUNKING, and 8BITMIME and SMTPUTF8 only
/// where asked to. It ends with this value.
final class AiosmtpdServer: Sendable {
  struct Features: Codable {
    var startTLS = false
    /// nil: nobody signs in.
    var password: String?
    /// Of those it has, LOGIN and PLAIN.
    var mechanism: String?
    var eightBit = true
    var utf8 = true
    var sizeLimit = 50_000_000
  }

  /// What it was sent.
  struct Kept: Decodable {
    let from: String
    let recipients: [String]
    let parameters: [String]
    let tls: String?
    let mechanism: String?
    let user: String?
    let path: String

    func message() throws -> DeliveredMessage { try DeliveredMessage(path: path) }
  }

  private struct Event: Decodable {
    let kept: Kept?
    let refused: String?
  }

  let port: Int
  private let folder: TemporaryFolder
  private let child: ChildProcess
  private let reader: Descriptor
  /// The program ends when this closes, so that a test that is killed leaves nothing running.
  private let lifeline: Descriptor

  init(_ features: Features = Features(), certificate: ServerCertificate? = nil) throws {
    folder = try TemporaryFolder()
    try Folder.make(folder.file("new"))
    try Folder.make(folder.file("tmp"))
    let input = try Pipe()
    let output = try Pipe()
    let complaints = try Descriptor(opening: folder.file("complaints"), O_WRONLY | O_CREAT)
    child = try ChildProcess(
      [
        "/usr/bin/python3", "-I", "-c", Self.program, folder.file("new"), certificate?.file ?? "",
        certificate?.key ?? "",
      ],
      environment: ["OPENSSL_CONF": "/dev/null"],
      descriptors: [0: input.reader.number, 1: output.writer.number, 2: complaints.number])
    lifeline = try input.writer.duplicate()
    reader = try output.reader.duplicate()
    try lifeline.write(Array(JSONEncoder().encode(features)) + [10])
    // Our own writing end would keep a program that failed from being noticed.
    _ = consume output
    guard let port = Int(String(decoding: try Self.line(from: reader), as: UTF8.self).dropLast()) else {
      let complaints = try Folder.contents(of: folder.file("complaints"))
      throw KitError("aiosmtpd did not start: \(String(decoding: complaints, as: UTF8.self))")
    }
    self.port = port
  }

  deinit {
    child.send(signal: SIGKILL)
    _ = child.wait()
  }

  /// The next message that it took, whole.
  func nextMessage() throws -> Kept { try #require(try event().kept) }

  /// Whom it refused to let in next.
  func nextRefusal() throws -> String { try #require(try event().refused) }

  /// Whether it had nothing more to say.
  var isSilent: Bool { waitReadable([reader.number], until: .now).isEmpty }

  private func event() throws -> Event {
    try JSONDecoder().decode(Event.self, from: Data(Self.line(from: reader)))
  }

  private static func line(from reader: borrowing Descriptor) throws -> [UInt8] {
    var line: [UInt8] = []
    while line.last != 10 {
      let byte = try reader.read(upTo: 1)
      if byte.isEmpty { break }
      line += byte
    }
    return line
  }

  private static let program = #"""
    import asyncio, json, os, ssl, sys, threading
    from aiosmtpd.smtp import SMTP, AuthResult

    folder, certificate, key = sys.argv[1:4]
    features = json.loads(sys.stdin.readline())

    def outlive_nobody():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=outlive_nobody, daemon=True).start()

    def tell(**event):
        print(json.dumps(event), flush=True)

    class Handler:
        count = 0

        async def handle_DATA(self, server, session, envelope):
            Handler.count += 1
            path = f"{folder}/{Handler.count}.eml"
            content = envelope.original_content or envelope.content
            with open(path, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            tls = server.transport.get_extra_info("ssl_object")
            tell(kept={"from": envelope.mail_from, "recipients": envelope.rcpt_tos, "path": path,
                       "parameters": envelope.mail_options, "tls": tls and tls.version(),
                       "mechanism": getattr(session, "mechanism", None), "user": getattr(session, "user", None)})
            return "250 2.0.0 kept"

    def admit(server, session, envelope, mechanism, given):
        if given.password.decode() != features["password"]:
            tell(refused=given.login.decode())
            return AuthResult(success=False, handled=False)
        session.mechanism, session.user = mechanism, given.login.decode()
        return AuthResult(success=True)

    def protocol():
        context = None
        if features["startTLS"]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
        signs_in = "password" in features
        others = [m for m in ("LOGIN", "PLAIN") if m != features.get("mechanism", m)]
        return SMTP(Handler(), hostname="mail.example.test", data_size_limit=features["sizeLimit"],
                    enable_SMTPUTF8=features["utf8"], decode_data=not features["eightBit"] and not features["utf8"],
                    tls_context=context, require_starttls=context is not None, auth_required=signs_in,
                    authenticator=admit if signs_in else None, auth_exclude_mechanism=others)

    async def serve():
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(serve())
    """#
}
