# Runs for TokenEndpoint.swift.

import http.server, json, os, socket, ssl, sys, threading, urllib.parse

certificate, key = sys.argv[1:3]
answers = json.loads(sys.stdin.readline())
lock = threading.Lock()

def outlive_nobody():
    sys.stdin.read()
    os._exit(0)

threading.Thread(target=outlive_nobody, daemon=True).start()

class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        with lock:
            print(json.dumps({"method": self.command, "path": self.path, "headers": dict(self.headers), "form": form,
                              "peer": self.client_address[0]}), flush=True)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer.get("gate"):
            open(answer["gate"]).read()
        if answer["isSilent"]:
            self.rfile.read()
            return
        data = answer["body"].encode()
        self.send_response(answer["status"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in answer["headers"].items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    do_GET = do_POST

    def log_message(self, *words):
        pass

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *words):
        pass

    def finish_request(self, request, address):
        # The handshake in the connection's own thread.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        super().finish_request(context.wrap_socket(request, server_side=True), address)

server = Server(("127.0.0.1", 0), Endpoint)

def pipe(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass

class Proxy(http.server.BaseHTTPRequestHandler):
    def do_CONNECT(self):
        with lock:
            print(json.dumps({"method": "CONNECT", "path": self.path, "headers": {}, "form": {},
                              "peer": self.client_address[0]}), flush=True)
        upstream = socket.create_connection(server.server_address)
        self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pipe, args=(upstream, self.connection), daemon=True)
        back.start()
        pipe(self.connection, upstream)
        back.join()
        self.close_connection = True

    def log_message(self, *words):
        pass

proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
proxy.daemon_threads = True
threading.Thread(target=proxy.serve_forever, daemon=True).start()
print(server.server_address[1], proxy.server_address[1], flush=True)
server.serve_forever()
