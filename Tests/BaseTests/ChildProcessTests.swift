import Base
import Glibc
import TestKit
import Testing

@Suite struct ChildProcessTests {
  /// What the program printed, and how it ended.
  private func output(
    _ arguments: [String], environment: [String: String] = [:], descriptors: [Int32: Int32] = [:],
    inOwnGroup: Bool = true
  ) throws -> (text: String, ending: ChildProcess.Ending) {
    let pipe = try Pipe()
    let writer = try pipe.writer.duplicate().release()
    let mapped = descriptors.merging([1: writer]) { given, _ in given }
    let child = try ChildProcess(
      arguments, environment: environment, descriptors: mapped, inOwnGroup: inOwnGroup)
    close(writer)
    let reader = try pipe.reader.duplicate()
    try closeWriter(of: pipe)
    let text = String(decoding: try reader.readToEnd(limit: 1 << 20), as: UTF8.self)
    return (text, child.wait())
  }

  private func closeWriter(of pipe: consuming Pipe) throws {}

  private func python(_ script: String) -> [String] { ["/usr/bin/python3", "-I", "-c", script] }

  @Test func `a program's end is its exit code or its signal`() throws {
    #expect(try output(["/bin/sh", "-c", "exit 7"]).ending == .exited(7))
    #expect(try output(["/bin/true"]).ending == .exited(0))
    #expect(try output(["/bin/sh", "-c", "kill -9 $$"]).ending == .killed(signal: SIGKILL))
  }

  @Test func `a signal that is sent arrives`() throws {
    let pipe = try Pipe()
    let child = try ChildProcess(["/bin/cat"], environment: [:], descriptors: [0: pipe.reader.number])
    child.send(signal: SIGTERM)
    #expect(child.wait() == .killed(signal: SIGTERM))
  }

  @Test func `a program that is not there is an error that names it`() throws {
    do {
      _ = try ChildProcess(["/nowhere/program"], environment: [:], descriptors: [:])
      Issue.record("it started")
    } catch {
      #expect(error == SystemError("start", "/nowhere/program", code: ENOENT))
      #expect("\(error)" == "cannot start /nowhere/program: No such file or directory")
    }
  }

  @Test func `the environment is exactly what is given`() throws {
    let variables = ["A": "1", "B": "two words", "C": "", "D": "x=y"]
    let text = try output(["/usr/bin/env"], environment: variables).text
    #expect(text == "A=1\nB=two words\nC=\nD=x=y\n")
    #expect(try output(["/usr/bin/env"]).text.isEmpty)
  }

  @Test func `arguments arrive as they are`() throws {
    let words = ["", "a b", "\"q\" $HOME", "ümlaut", "-x"]
    let text = try output(python("import sys; print(sys.argv[1:])") + words).text
    #expect(text == "['', 'a b', '\"q\" $HOME', 'ümlaut', '-x']\n")
  }

  @Test func `the child has the descriptors that are named and no other`() throws {
    let script = """
      import os
      def open_(n):
          try: os.fstat(n); return True
          except OSError: return False
      print([n for n in range(1024) if open_(n)], os.readlink('/proc/self/fd/0'), os.readlink('/proc/self/fd/2'))
      """
    let folder = try TemporaryFolder()
    let file = try Descriptor(opening: folder.write("x", to: "x"), O_RDONLY)
    // One of ours that is not close-on-exec, as a library may leave it.
    let leaky = Descriptor(takingOwnership: try system("duplicate") { fcntl(file.number, F_DUPFD, 200) })
    #expect(leaky.number >= 200)
    let text = try output(python(script), descriptors: [5: file.number, 9: file.number]).text
    #expect(text == "[0, 1, 2, 5, 9] /dev/null /dev/null\n")
  }

  @Test func `descriptors that change places arrive in them`() throws {
    let folder = try TemporaryFolder()
    let files = try ["a", "b", "c"].map { name in
      try Descriptor(opening: folder.write(name, to: name), O_RDONLY).release()
    }
    defer { files.forEach { close($0) } }
    let crossed = [files[0]: files[1], files[1]: files[2], files[2]: files[0]]
    let script = "import os,sys; print(*[os.pread(int(n), 9, 0).decode() for n in sys.argv[1:]])"
    let text = try output(python(script) + files.map { "\($0)" }, descriptors: crossed).text
    #expect(text == "b c a\n")
  }

  @Test(arguments: [99, 100, 101, 102, 300] as [Int32])
  func `high numbers on either side do no harm`(number: Int32) throws {
    let folder = try TemporaryFolder()
    let file = try Descriptor(opening: folder.write("high", to: "x"), O_RDONLY)
    let high = Descriptor(
      takingOwnership: try system("duplicate") { fcntl(file.number, F_DUPFD_CLOEXEC, number) })
    let script = "import os,sys; print(*[os.pread(int(n), 9, 0).decode() for n in sys.argv[1:]])"
    let mapped = [number: file.number, 3: high.number, number + 1: high.number, 4: file.number]
    let text = try output(python(script) + mapped.keys.map { "\($0)" }, descriptors: mapped).text
    #expect(text == "high high high high\n")
  }

  @Test func `one of ours may be seen under several numbers`() throws {
    let pipe = try Pipe()
    let child = try ChildProcess(
      ["/bin/sh", "-c", "echo out; echo err >&2"], environment: [:],
      descriptors: [1: pipe.writer.number, 2: pipe.writer.number])
    #expect(child.wait() == .exited(0))
    #expect(try pipe.reader.read(upTo: 100) == Array("out\nerr\n".utf8))
  }

  @Test func `a group of its own is as asked`() throws {
    let script = "import os; print(os.getpgid(0) == os.getpid(), os.getpgid(0) == os.getpgid(os.getppid()))"
    #expect(try output(python(script)).text == "True False\n")
    #expect(try output(python(script), inOwnGroup: false).text == "False True\n")
  }

  // In a child, what another thread has locked would stay locked.
  @Test func `a program with more than one thread is not forked`() throws {
    let stop = try Beacon()
    let other = try Thread(named: "other") { _ = Clock.system.wait(until: .never, stop.signal) }
    #expect(throws: SystemError("fork beside other threads", code: EBUSY)) {
      _ = try ChildProcess.fork(descriptors: [0: 0, 1: 1, 2: 2], isHandedOn: { _ in true }, life: { _exit(0) })
    }
    stop.raise()
    _ = consume other
  }

  @Test func `the child has no signal blocked or ignored`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      _ = try StopSignal.signals()
      let lines = try run(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]).text.split(separator: "\n")
      let masks = lines.compactMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
      // The C library keeps signals 32 and 33 to itself, and has the child ignore them.
      let ofLibrary: UInt64 = 3 << 31
      #expect(masks.count == 2 && masks.allSatisfy { $0 & ~ofLibrary == 0 })
    }
  }
}
