"""Servers to send to: the sink, and a real Postfix; and a site's configuration for each."""

import json
import pathlib
import shlex
import subprocess
import time

from workshop import TOOLS, run

USER, PASSWORD = "scanner@example.test", "correct horse battery staple"
RECIPIENT = "you@example.test"


def make_certificates(folder):
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    authority = ["-subj", "/CN=Benchmark authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    run("openssl", "req", "-x509", *curve, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", *authority)
    run(
        *("openssl", "req", "-x509", *curve, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key"),
        *("-keyout", folder / "server.key", "-out", folder / "server.pem", "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:false"),
    )


class Server:
    """Where to send, for every contestant: port, user, password, authority; `site` is platen's configuration."""

    def __init__(self, folder, port, user, password, authority, binary="off"):
        self.binary = binary
        self.port, self.user, self.password, self.authority = port, user, password, pathlib.Path(authority)
        self.site = folder / "platen.json5"
        self.site.write_text(json.dumps(self._settings(folder, port)))
        self.closed_site = folder / "closed.json5"
        self.closed_site.write_text(json.dumps(self._settings(folder, 9)))
        self.msmtp = folder / "msmtprc"
        self.msmtp.touch(mode=0o600)
        self.msmtp.write_text(
            f"account default\nhost localhost\nport {port}\nfrom {user}\nauth plain\nuser {user}\npassword {password}\n"
            f"tls on\ntls_starttls on\ntls_trust_file {authority}\n"
        )

    def _settings(self, folder, port):
        return {
            "identity": {"name": "Front desk", "address": self.user},
            # One for all servers: they share the spool with its secrets.
            "storage": {"deviceKey": str(folder.parent / "device.key")},
            "message": {"binary": self.binary},
            "routes": [
                {
                    "name": "bench", "preset": "smtp", "server": "localhost", "port": port, "username": self.user,
                    "tls": {"mode": "starttls", "caFile": str(self.authority)},
                }
            ],
        }  # fmt: skip

    def give_secret(self, platen, state, environment):
        """The password goes into the spool's store, as an installer would put it."""
        command = [platen, "secret", "set", "routes.bench.password", "--config", self.site, "--state", state]
        run(*command, input=self.password.encode() + b"\n", env=environment)

    def curl(self):
        """The command that sends what comes on standard input."""
        return shlex.join(
            ["curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", str(self.authority), "--user"]
            + [f"{self.user}:{self.password}", "--mail-from", self.user, "--mail-rcpt", RECIPIENT, "--crlf"]
            + ["--upload-file", "-", f"smtp://localhost:{self.port}"]
        )


class Sink(Server):
    def __init__(self, workshop, name, keeps=False, chunks=False, binary="off"):
        folder = workshop.folder / name
        folder.mkdir()
        make_certificates(folder)
        self.log = folder / "log"
        self.kept = folder / "kept"
        self.kept.mkdir()
        command = [workshop.programs / "sink", folder / "server.pem", folder / "server.key", self.log]
        self.process = subprocess.Popen(
            command + [self.kept if keeps else ""] + (["chunks"] if chunks else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        port = int(self.process.stdout.readline())
        super().__init__(folder, port, USER, PASSWORD, folder / "ca.pem", binary)

    def messages(self):
        """One value for each that was accepted."""
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Postfix(Server):
    def __init__(self, workshop):
        self.folder = workshop.folder / "postfix"
        self.folder.mkdir()
        run(TOOLS / "mail-server", "start", self.folder, env=None)
        lines = (self.folder / "environment").read_text().splitlines()
        values = dict(line.split("=", 1) for line in lines)
        site = workshop.folder / "postfix-site"
        site.mkdir()
        super().__init__(site, int(values["SUBMISSION_PORT"]), values["USER"], values["PASSWORD"], values["CA_FILE"])

    def messages(self):
        return []

    def close(self):
        run(TOOLS / "mail-server", "stop", self.folder)


def wait_for(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.002)
    return condition()
