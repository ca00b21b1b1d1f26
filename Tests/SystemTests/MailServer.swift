import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// What runs a mail server until this goes, or this process ends, however it ends.
private final class MailServerHolder: Sendable {
  let folder: TemporaryFolder
  private let child: ServerProcess
  /// The server is stopped when this closes.
  private let lifeline: Locked<Descriptor?>

  init(_ kind: MailServer.Kind, names: [String]) throws {
    folder = try TemporaryFolder()
    let input = try Pipe()
    let output = try Pipe()
    // Not in the server's folder, which goes with the server.
    let scratch = try TemporaryFolder()
    let complaints = try Descriptor(opening: scratch.file("complaints"), O_WRONLY | O_CREAT)
    child = try ServerProcess(
      [HouseTests.root + "/Tools/mail-server", "hold", folder.path, kind.rawValue],
      environment: ourEnvironment().merging(["MAIL_SERVER_NAMES": names.joined(separator: ",")]) { $1 },
      descriptors: [0: input.reader.number, 1: output.writer.number, 2: complaints.number])
    lifeline = Locked(try input.writer.duplicate())
    let answer = try output.reader.duplicate()
    // Our own writing end would hide that it ended.
    _ = consume output
    if try answer.read(upTo: 1).isEmpty {
      let text = String(decoding: try Folder.contents(of: scratch.file("complaints")), as: UTF8.self)
      throw MailServer.ServerTrouble(text: text)
    }
  }

  deinit {
    lifeline.withLock { $0 = nil }
    child.wait()
  }
}

/// A real mail server, started once for all tests that send to it, stopped when they are over.
struct MailServer: Sendable {
  /// What `Tools/mail-server` runs.
  enum Kind: String {
    /// Postfix with Cyrus SASL.
    case postfix
    /// Postfix with Dovecot's sign-in.
    case dovecot
    case exim
    case opensmtpd
  }

  let smtpPort: Int
  /// 0 where there is none, as of the next.
  let submissionPort: Int
  let smtpsPort: Int
  let user: String
  let password: String
  let authorityFile: String
  let maildir: String
  /// Everything that the server's script tells of it.
  private let values: [String: String]

  /// The one of this test run: that of Tools/test where it started one, else our own, which ends with the process.
  static let shared = Result {
    try MailServer(ourEnvironment(), prefix: "PLATEN_TEST_") ?? started(.postfix)
  }
  static let dovecot = Result { try started(.dovecot) }
  static let exim = Result { try started(.exim) }
  static let opensmtpd = Result { try started(.opensmtpd) }

  struct ServerTrouble: Error { let text: String }

  private static let holders = Locked<[MailServerHolder]>([])
  /// Names under which presets and tests look for their servers.
  private static let names = [
    "smtp.office365.com", "smtp-legacy.office365.com", "smtp.hve.mx.microsoft", "smtp.azurecomm.net", "smtp.gmail.com",
    "smtp-relay.gmail.com", "example-test.mail.protection.outlook.com",
  ]

  private static func started(_ kind: Kind) throws -> MailServer {
    let holder = try MailServerHolder(kind, names: names)
    holders.withLock { holders in
      if holders.isEmpty { atexit { MailServer.stop() } }
      holders.append(holder)
    }
    guard let own = try MailServer(try assignments(in: holder.folder.file("environment")), prefix: "") else {
      throw ServerTrouble(text: "Tools/mail-server does not say where it listens")
    }
    return own
  }

  private static func stop() { holders.withLock { $0 = [] } }

  /// nil where the variables tell of no server.
  private init?(_ variables: [String: String], prefix: String) throws {
    if variables[prefix + "SMTP_PORT"] == nil { return nil }
    func value(_ name: String) throws -> String { try #require(variables[prefix + name], "\(prefix)\(name)") }
    smtpPort = try #require(Int(try value("SMTP_PORT")))
    submissionPort = variables[prefix + "SUBMISSION_PORT"].flatMap { Int($0) } ?? 0
    smtpsPort = variables[prefix + "SMTPS_PORT"].flatMap { Int($0) } ?? 0
    user = try value("USER")
    password = try value("PASSWORD")
    authorityFile = try value("CA_FILE")
    maildir = try value("MAILDIR")
    values = variables.filter { $0.key.hasPrefix(prefix) }.reduce(into: [:]) {
      $0[String($1.key.dropFirst(prefix.count))] = $1.value
    }
  }

  func value(_ name: String) throws -> String { try #require(values[name], "\(name)") }

  func port(_ name: String) throws -> Int { try #require(Int(try value(name + "_PORT"))) }

  /// What it wrote, line by line.
  func log(_ name: String = "LOG") throws -> [Substring] {
    let text = try Folder.contents(of: try value(name), limit: 1 << 28)
    return String(decoding: text, as: UTF8.self).split(separator: "\n")
  }

  /// A shell's assignments, one a line.
  private static func assignments(in file: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for line in String(decoding: try Folder.contents(of: file), as: UTF8.self).split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      values[String(line[..<equals])] = line[line.index(after: equals)...].filter { $0 != "'" && $0 != "\"" }
    }
    return values
  }

  /// A configuration's identity and one route to this server.
  func configuration(_ more: String = "") -> String {
    """
    identity: { name: "Front desk scanner", address: "scanner@example.test" },
    routes: [{ name: "office", preset: "smtp", server: "localhost", port: \(submissionPort),
      username: "\(user)", tls: { caFile: "\(authorityFile)" } }],
    \(more)
    """
  }

  var secrets: [String: String] { ["PLATEN_SECRET_ROUTES_OFFICE_PASSWORD": password] }

  /// Waits for the delivered message whose Message-ID is given, and reads it with Python's parser.
  func delivered(_ messageID: String) throws -> DeliveredMessage {
    let deadline = Deadline.after(.seconds(20))
    while !deadline.hasPassed {
      for folder in ["new", "cur"] {
        for name in try Folder.names(in: "\(maildir)/\(folder)") {
          let path = "\(maildir)/\(folder)/\(name)"
          let message = try Folder.contents(of: path, limit: 1 << 30)
          if message.prefix(8192).split(separator: 10).contains(where: {
            String(decoding: $0, as: UTF8.self).contains(messageID)
          }) {
            return try DeliveredMessage(path: path)
          }
        }
      }
      poll(nil, 0, 50)
    }
    throw ServerTrouble(text: "no message \(messageID) arrived in \(maildir)")
  }
}

/// What Python's email package reads in a message.
struct DeliveredMessage: Decodable {
  struct Part: Decodable {
    let type: String
    let name: String?
    let text: String?
    let path: String?
    let size: Int
  }

  let defects: [String]
  let headers: [String: String]
  let parts: [Part]

  init(path: String) throws {
    let result = try run(["/usr/bin/python3", "-c", Self.reader, path])
    try #require(result.exitCode == 0, "\(result.errors)")
    self = try JSONDecoder().decode(DeliveredMessage.self, from: Data(result.output))
  }

  /// Attachments are written beside the message, in files that go with the mail server's folder.
  private static let reader = """
    import email, email.policy, json, sys
    message = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
    defects, parts = [], []
    for number, part in enumerate(message.walk()):
        defects += [repr(defect) for defect in part.defects]
        for value in part.values():
            defects += [repr(defect) for defect in getattr(value, 'defects', [])]
        if part.is_multipart():
            continue
        content = part.get_content()
        is_text = isinstance(content, str)
        path = None
        if not is_text:
            path = '%s.%d' % (sys.argv[1].replace('/new/', '/tmp/').replace('/cur/', '/tmp/'), number)
            open(path, 'wb').write(content)
        parts.append(dict(type=part.get_content_type(), name=part.get_filename(), text=content if is_text else None,
                          path=path, size=len(content)))
    print(json.dumps(dict(defects=defects, headers={k: str(v) for k, v in message.items()}, parts=parts)))
    """
}
