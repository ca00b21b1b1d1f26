# Runs for ScriptedServer.swift: reads the scripts, says its ports, and from then on what happens: "connection kind
# hexadecimal".

import os, select, socket, ssl, struct, sys, threading, time, warnings

warnings.simplefilter("ignore")
address, port, apart, folder, certificate, key = sys.argv[1:7]
scripts, steps = [], []
for row in sys.stdin:
    if row == "go\n":
        break
    if row == "connection\n":
        scripts.append(steps)
        steps = []
        continue
    word, number, text = row.rstrip("\n").split(" ")
    steps.append((word, int(number), bytes.fromhex(text)))

lock = threading.Lock()
contexts = {}

def outlive_nobody():
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=outlive_nobody, daemon=True).start()

class Left(Exception):
    pass

class Connection:
    def __init__(self, index, sock):
        self.index, self.sock, self.unread, self.rest = index, sock, b"", b""

    def report(self, kind, data=b""):
        with lock:
            print(self.index, kind, data.hex(), flush=True)

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Left("the client left")
        self.unread += data

    def until(self, mark):
        while mark not in self.unread:
            self.more()
        end = self.unread.index(mark) + len(mark)
        taken, self.unread = self.unread[:end], self.unread[end:]
        return taken

    def hear(self, number, text):
        line = self.until(b"\n").rstrip(b"\r\n")
        self.report("line", line)
        if not line.upper().startswith(text.upper()):
            raise Left("heard %r, not %r" % (line, text))

    def message(self, number, text):
        # A message that is nothing but its end has no CRLF before the dot.
        while len(self.unread) < 3:
            self.more()
        end = b".\r\n" if self.unread.startswith(b".\r\n") else b"\r\n.\r\n"
        path = "%s/%d.%d" % (folder, self.index, time.monotonic_ns())
        with open(path, "wb") as file:
            file.write(self.until(end))
        self.report("message", path.encode())

    def chunk(self, number, text):
        line = self.until(b"\n")
        self.report("line", line.rstrip(b"\r\n"))
        words = line.split()
        if words[0] != b"BDAT":
            raise Left("no chunk")
        while len(self.unread) < int(words[1]):
            self.more()
        chunk, self.unread = self.unread[:int(words[1])], self.unread[int(words[1]):]
        return chunk, words[-1] == b"LAST"

    def chunks(self, number, text):
        path = "%s/%d.%d" % (folder, self.index, time.monotonic_ns())
        with open(path, "wb") as file:
            while True:
                chunk, last = self.chunk(0, b"")
                file.write(chunk)
                if last:
                    break
                self.say(0, b"250 ok\r\n")
        self.report("message", path.encode())

    def take(self, number, text):
        while len(self.unread) < number:
            self.more()
        self.unread = b""

    def say(self, number, text):
        self.sock.sendall(text)

    def drip(self, number, text):
        for byte in text:
            self.sock.sendall(bytes([byte]))
            time.sleep(number / 1000)

    def pause(self, number, text):
        time.sleep(number / 1000)

    def pass_minutes(self, minutes, clock):
        with open(clock, "wb", 0) as file:
            file.write(b"m" * minutes)

    def leap(self, number, text):
        self.pass_minutes(number, text)

    def linger(self, number, text):
        reads, speaks = number & 1, number & 2
        clock, _, words = text.partition(b"\0")
        words = self.rest + words
        self.sock.settimeout(0.002)
        for minute in range(10000 if reads else 300):
            if speaks:
                self.sock.sendall(words[minute % len(words):][:1])
            self.pass_minutes(1, clock)
            if reads:
                self.hear_what_comes()
            elif self.wait_for_end(0.002):
                raise Left("the client left")

    def hear_what_comes(self):
        try:
            self.more()
        except TimeoutError:
            return
        while b"\n" in self.unread:
            self.report("line", self.until(b"\n").rstrip(b"\r\n"))

    def wait_for_end(self, seconds):
        poll = select.poll()
        poll.register(self.sock, select.POLLRDHUP)
        return poll.poll(seconds * 1000)

    def sip(self, number, clock):
        for _ in range(number):
            left = 1000000
            while left > 0:
                data = self.sock.recv(min(left, 65536))
                if not data:
                    raise Left("the client left")
                left -= len(data)
            self.pass_minutes(1, clock)

    def nothing(self, number, text):
        if select.select([self.sock], [], [], number / 1000)[0]:
            raise Left("the client spoke, or left")

    # Connections that are to go on with the sessions of others have their keys in common.
    def context(self, version, roots=None):
        with lock:
            if (version, roots) not in contexts:
                contexts[version, roots] = self.new_context(version, roots)
            return contexts[version, roots]

    def new_context(self, version, roots):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if version:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = getattr(ssl.TLSVersion, "TLSv" + version.replace(".", "_").replace("1_0", "1"))
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(certificate, key)
        if roots:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(roots)
        return context

    def secure(self, context):
        self.report("tls")
        self.sock = context.wrap_socket(self.sock, server_side=True, suppress_ragged_eofs=False)
        if self.sock.session_reused:
            self.report("resumed")

    def tls(self, number, text):
        self.secure(self.context(text.decode()))

    def mutual(self, number, text):
        version, _, roots = text.decode().partition(" ")
        self.secure(self.context(version, roots))

    def client(self, number, text):
        subject = dict(pair[0] for pair in self.sock.getpeercert()["subject"])
        # A session that goes on has the certificate of the first, and not what was above it.
        chain = self.sock._sslobj.get_unverified_chain() or []
        self.sock.sendall(("220 %s %d\r\n" % (subject["commonName"], len(chain))).encode())

    def half(self, number, text):
        self.report("tls")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        engine = self.context("").wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(self.sock.recv(65536))
        try:
            engine.do_handshake()
        except ssl.SSLWantReadError:
            pass
        flight = outgoing.read()
        end = 5 + int.from_bytes(flight[3:5], "big")
        self.sock.sendall(flight[:end])
        self.rest = flight[end:]

    def reset(self, number, text):
        self.sock = socket.socket(fileno=self.sock.detach())
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def cut(self, number, text):
        self.sock = socket.socket(fileno=self.sock.detach())
        self.sock.close()

    def hold(self, number, text):
        while True:
            while b"\n" in self.unread:
                self.report("line", self.until(b"\n").rstrip(b"\r\n"))
            self.more()

    def leave(self):
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                self.sock.settimeout(0.2)
                self.sock = self.sock.unwrap()
        except (OSError, ValueError):
            pass
        self.sock.close()

    def run(self, script):
        word = ""
        try:
            for word, number, text in script:
                getattr(self, word)(number, text)
        except Exception as fault:
            if word not in ("hold", "linger"):
                self.report("fault", ("%s: %s" % (word, fault)).encode())
        self.leave()
        self.report("end")

def serve(index, sock):
    # What is said is there before time moves on.
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    script = scripts[min(index, len(scripts) - 1)]
    threading.Thread(target=Connection(index, sock).run, args=(script,), daemon=True).start()

family = socket.AF_INET6 if ":" in address else socket.AF_INET
count = len(scripts) if apart else 1
listeners = [socket.create_server((address, int(port)), family=family, backlog=64) for _ in range(count)]
if apart:
    # A client that is not read from is to notice soon.
    for listener in listeners:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
print(*[listener.getsockname()[1] for listener in listeners], flush=True)
waiting = select.epoll()
for listener in listeners:
    waiting.register(listener, select.EPOLLIN)
numbers = {listener.fileno(): number for number, listener in enumerate(listeners)}
index = 0
while True:
    for descriptor, _ in waiting.poll():
        number = numbers[descriptor]
        serve(number if apart else index, listeners[number].accept()[0])
        index += 1
