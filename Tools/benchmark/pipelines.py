"""What each contestant runs. A pipeline is a shell script that works in a folder of its own and leaves `out.pdf` there
or sends it; the peers as their users drive them."""

import shlex

import mail
from mail import RECIPIENT
from workshop import PARTS, peer_variables

SANE_MODES = {"color": "Color", "gray": "Gray", "lineart": "Lineart"}
FEEDER = "Automatic Document Feeder"


class Pipelines:
    def __init__(self, workshop):
        self.workshop = workshop
        self.state = workshop.folder / "state"

    # ---- Ours ----

    def platen(self, *words, site=None):
        options = ["--state", str(self.state)] + (["--config", str(site)] if site else [])
        return shlex.join([str(self.workshop.platen), *words, *options]) + " >messages 2>&1"

    def platen_scan(self, device, kind, *words, resolution=300, paper="a4", site=None):
        options = ["--device", device, "--source", "adf", "--mode", kind, "--resolution", str(resolution)]
        return self.platen("scan", *options, "--paper", paper, *words, site=site)

    def platen_mail(self, device, kind, server):
        return self.platen_scan(device, kind, "--to", RECIPIENT, "--wait", site=server.site)

    # ---- The floor ----

    def floor(self, device, kind, resolution=300):
        return shlex.join(["floor", device, SANE_MODES[kind], str(resolution), "out.pdf"])

    # ---- Peers ----

    def scanimage(self, device, kind, form):
        batch = ["--batch=page%04d." + form, f"--format={form}", "--source", FEEDER, "--mode", SANE_MODES[kind]]
        return shlex.join(["scanimage", "-d", device, "--resolution", "300", *batch]) + " 2>messages; "

    def program(self, name):
        return f"{peer_variables(self.workshop.peers)} {self.workshop.peers}/usr/bin/{name}"

    def img2pdf(self, device, kind):
        return self.scanimage(device, kind, "jpeg") + self.program("img2pdf") + " page*.jpeg -o out.pdf"

    def tiff2pdf(self, device, kind):
        merge = "tiffcp -c g4 page*.tiff all.tiff && tiff2pdf -o out.pdf all.tiff"
        return self.scanimage(device, kind, "tiff") + merge

    def curl(self, file, server):
        """SMTP by curl: the leanest that is valid."""
        return f"{self.mime(file, server)} | {server.curl()}"

    def msmtp(self, file, server):
        return f"{self.mime(file, server)} | {self.program('msmtp')} -C {server.msmtp} {RECIPIENT}"

    def mime(self, file, server):
        """MIME by the shell, base64 by coreutils."""
        head = (
            f"From: {server.user}\\nTo: {RECIPIENT}\\nSubject: Scanned document\\nMIME-Version: 1.0\\n"
            "Content-Type: multipart/mixed; boundary=cut\\n\\n--cut\\nContent-Type: application/pdf\\n"
            "Content-Transfer-Encoding: base64\\nContent-Disposition: attachment; filename=scan.pdf\\n\\n"
        )
        return f"{{ printf '{head}'; base64 -w76 {file}; printf '%s\\n' --cut--; }}"

    def best_mail(self, device, kind, server):
        return self.img2pdf(device, kind) + " && " + self.curl("out.pdf", server)

    def usual_mail(self, device, kind, server):
        compose = f"/usr/bin/python3 {PARTS}/usual.py out.pdf {mail.USER} {RECIPIENT} > mail"
        send = self.program("msmtp") + f" -C {server.msmtp} -t < mail"
        return f"{self.img2pdf(device, kind)} && {compose} && {send}"
