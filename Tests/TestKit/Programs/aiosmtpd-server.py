# Runs for AiosmtpdServer.swift.

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
