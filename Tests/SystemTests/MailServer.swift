import Base
import FoundationEssentials
import Glibc
import TestKit
import Testing

/// A real Postfix, started once for all tests that send, stopped when they are over.
struct MailServer: Sendable {
  let smtpPort: Int
  let submissionPort: Int
  let smtpsPort: Int
  let user: String
  let password: String
  let authorityFile: String
  let maildir: String

  /// The one of this test run: that of Tools/test where it started one, else our own, which ends with the process.
  static let shared: Result<MailServer, ServerTrouble> = {
    do {
      if let running = try MailServer(ourEnvironment(), prefix: "PLATEN_TEST_") { return .success(running) }
      let folder = try TemporaryFolder()
      keep.withLock { $0 = folder }
      atexit { MailServer.stop() }
      let start = try run([script, "start", folder.path])
      guard start.exitCode == 0 else { return .failure(ServerTrouble(text: start.errors)) }
      let written = try assignments(in: folder.file("environment"))
      guard let own = try MailServer(written, prefix: "") else {
        return .failure(ServerTrouble(text: "\(script) does not say where it listens"))
      }
      return .success(own)
    } catch {
      return .failure(ServerTrouble(text: String(describing: error)))
    }
  }()

  struct ServerTrouble: Error { let text: String }

  private static let keep = Locked<TemporaryFolder?>(nil)
  private static let script = HouseTests.root + "/Tools/mail-server"

  private static func stop() {
    keep.withLock { folder in
      guard let path = folder?.path else { return }
      _ = try? run([script, "stop", path])
      try? Folder.removeTree(path)
      folder = nil
    }
  }

  /// nil where the variables tell of no server.
  private init?(_ variables: [String: String], prefix: String) throws {
    if variables[prefix + "SUBMISSION_PORT"] == nil { return nil }
    func value(_ name: String) throws -> String { try #require(variables[prefix + name], "\(prefix)\(name)") }
    smtpPort = try #require(Int(try value("SMTP_PORT")))
    submissionPort = try #require(Int(try value("SUBMISSION_PORT")))
    smtpsPort = try #require(Int(try value("SMTPS_PORT")))
    user = try value("USER")
    password = try value("PASSWORD")
    authorityFile = try value("CA_FILE")
    maildir = try value("MAILDIR")
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
