"""What is compared, and what it may cost. Each scenario is a function of the stage that returns figures."""

import contextlib
import email
import email.policy
import json
import random

from figures import Figure
from mail import RECIPIENT, Postfix, Sink
from pages import DIFFERENT, Pages
from pipelines import Pipelines
from rounds import Contestant, Rounds, check_document, image_streams, same_pixels
from workshop import Missing, run, say

SCENARIOS = {}
MEBIBYTE = 1024
DOCUMENT_OVERHEAD, PAGE_OVERHEAD = 4096, 400
WIRE = 1.3705
BINARY_WIRE = 1.002


def scenario(title):
    def keep(function):
        SCENARIOS[function.__name__.replace("_", "-")] = (function, title)
        return function

    return keep


class Stage:
    """What scenarios play on: pages, servers, pipelines; and what their contestants ran, for the record."""

    def __init__(self, workshop, rounds, pages_folder, different=DIFFERENT):
        self.workshop, self.count = workshop, rounds
        self.pages = Pages(workshop, pages_folder, different)
        self.pipelines = Pipelines(workshop)
        self.played = {}
        self.closing = contextlib.ExitStack()

    def play(self, name, contestants, rounds=None, **options):
        count = rounds or self.count
        self.played.setdefault(name, []).extend(contestants)
        say(f"{name}: {count} rounds of {', '.join(one.name for one in contestants)}")
        runner = Rounds(self.workshop, count)
        runner.run(contestants, **options)
        return {one.name: one for one in contestants}, runner

    def server(self, make):
        """A server for the rest of the run, with platen's password for it in place."""
        server = make()
        self.closing.callback(server.close)
        server.give_secret(self.workshop.platen, self.pipelines.state, self.workshop.environment())
        return server

    def close(self):
        self.closing.close()


# ---- Figures ----


def against(name, what, figure, ours, other, limit=None):
    least = ours.least(figure) / other.least(figure)
    return Figure(name, what, "s", ours.median(figure), limit, other.name, other.median(figure), least)


def overhead(name, file, streams):
    """What a document takes beside its images, against what it may."""
    allowed = DOCUMENT_OVERHEAD + PAGE_OVERHEAD * len(streams)
    size = file.stat().st_size - sum(map(len, streams))
    return Figure(name, f"document without images, {len(streams)} pages", "B", size, allowed)


# ---- Scanning to a file ----


def scan(stage, name, kind, count=10, with_floor=True):
    """Ours, the best peer for that kind, and the floor."""
    device, lines = stage.pages.feeder(kind, count), stage.pipelines
    peer = ("tiff2pdf", lines.tiff2pdf(device, kind)) if kind == "lineart" else ("img2pdf", lines.img2pdf(device, kind))
    several = [
        Contestant("platen", lines.platen_scan(device, kind, "--output", "out.pdf")),
        Contestant(*peer),
        Contestant("floor", lines.floor(device, kind)),
    ]
    played, runner = stage.play(name, several if with_floor else several[:2])
    for one in played.values():
        check_document(runner.place(one) / "out.pdf", count)
    return played, runner


def compare_documents(name, played, runner, kind):
    """Pixels, sizes of the image streams, overhead."""
    ours, floor = (runner.place(played[one]) / "out.pdf" for one in ("platen", "floor"))
    scratch = runner.place(played["platen"]) / "images"
    if not same_pixels(ours, floor, 5, scratch):
        raise Missing(f"{name}: the pixels of {ours} and {floor} differ")
    streams, others = image_streams(ours, scratch), image_streams(floor, scratch)
    limit = 1 if kind == "lineart" else None
    sizes = Figure(name, "image streams", "B", sum(map(len, streams)), limit, "floor", sum(map(len, others)))
    return [sizes, overhead(name, ours, streams)]


def scan_figures(stage, name, kind, peer, peer_limit, floor_limit):
    played, runner = scan(stage, name, kind)
    ours = played["platen"]
    return [
        against(name, "CPU, 10 pages to a synced PDF", "cpu", ours, played[peer], peer_limit),
        against(name, "CPU", "cpu", ours, played["floor"], floor_limit),
        against(name, "wall", "wall", ours, played[peer]),
        against(name, "wall", "wall", ours, played["floor"]),
    ] + compare_documents(name, played, runner, kind)


@scenario("ten colour pages at 300 dpi to a synced PDF")
def color(stage):
    return scan_figures(stage, "color", "color", "img2pdf", 0.7, 1.15)


@scenario("ten gray pages at 300 dpi to a synced PDF")
def gray(stage):
    return scan_figures(stage, "gray", "gray", "img2pdf", 0.7, 1.15)


@scenario("ten black-and-white pages at 300 dpi to a synced PDF")
def lineart(stage):
    return scan_figures(stage, "lineart", "lineart", "tiff2pdf", 0.55, None)


@scenario("from the last row to the synced PDF, for 1, 10 and 50 colour pages")
def tail(stage):
    figures = []
    for count in (1, 10, 50):
        played, _ = scan(stage, f"tail-{count}", "color", count)
        ours = played["platen"]
        figures += [
            against("tail", f"last row to synced PDF, {count} pages", "tail", ours, played["img2pdf"], 0.05),
            against("tail", f"the same, {count} pages", "tail", ours, played["floor"]),
        ]
    return figures


@scenario("from the command to sane_start, with a named device")
def start(stage):
    device, lines = stage.pages.feeder("color", 1), stage.pipelines
    played, _ = stage.play(
        "start",
        [
            Contestant("platen", lines.platen_scan(device, "color", "--output", "out.pdf")),
            Contestant("scanimage", lines.scanimage(device, "color", "jpeg")),
        ],
        rounds=3 * stage.count,
    )
    return [against("start", "command to sane_start", "start", played["platen"], played["scanimage"], 3)]


# ---- Scanning to the mail server ----


def check_message(stage, make_script):
    """One message into a sink that keeps it: what arrives is a message with a PDF of ten pages."""
    sink = stage.server(lambda: Sink(stage.workshop, "keeping-sink", keeps=True))
    one = Contestant("platen", make_script(sink))
    Rounds(stage.workshop, 1).run([one], sink=sink, warm_up=False)
    with open(sink.kept / "1", "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    for part in message.walk():
        if part.defects:
            raise Missing(f"the message that arrived has defects: {part.defects}")
    (attachment,) = message.iter_attachments()
    target = sink.kept / "1.pdf"
    target.write_bytes(attachment.get_content())
    check_document(target, 10)


def mail_round(stage, name, server, **options):
    device, lines = stage.pages.feeder("color", 10), stage.pipelines
    several = [
        Contestant("platen", lines.platen_mail(device, "color", server)),
        Contestant("img2pdf+curl", lines.best_mail(device, "color", server)),
        Contestant("usual", lines.usual_mail(device, "color", server)),
    ]
    return stage.play(name, several, **options)[0]


@scenario("ten colour pages from the feeder to the sink's 250 over STARTTLS")
def mail(stage):
    device = stage.pages.feeder("color", 10)
    check_message(stage, lambda sink: stage.pipelines.platen_mail(device, "color", sink))
    sink = stage.server(lambda: Sink(stage.workshop, "sink"))
    played = mail_round(stage, "mail", sink, sink=sink)
    ours, best, usual = played["platen"], played["img2pdf+curl"], played["usual"]
    return [
        against("mail", "CPU, 10 pages to 250", "cpu", ours, best, 0.65),
        against("mail", "wall, 10 pages to 250", "wall", ours, best, 0.65),
        against("mail", "CPU", "cpu", ours, usual, 0.35),
        against("mail", "wall", "wall", ours, usual, 0.35),
        against("mail", "last row to 250", "arrival", ours, best, 0.2),
        against("mail", "last row to 250", "arrival", ours, usual),
    ]


@scenario("the same to a real Postfix (informs)")
def mail_postfix(stage):
    played = mail_round(stage, "mail-postfix", stage.server(lambda: Postfix(stage.workshop)))
    ours, best, usual = played["platen"], played["img2pdf+curl"], played["usual"]
    return [
        against("mail-postfix", what, figure, ours, other)
        for other in (best, usual)
        for what, figure in (("CPU", "cpu"), ("wall", "wall"), ("last row to the end", "tail"))
    ]


# ---- Sending a sealed job ----


def noise_document(path, size):
    """A valid PDF of one page whose content nothing can compress."""
    stream = random.Random(1).randbytes(size)
    parts = [
        b"%PDF-1.4\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n",
        b"4 0 obj\n<</Length %d>>stream\n" % size + stream + b"\nendstream\nendobj\n",
    ]
    offsets, at = [], 0
    for part in parts:
        offsets.append(at)
        at += len(part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets[1:])
    trailer = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % at
    path.write_bytes(b"".join(parts) + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer)


def sealed(stage, server, file):
    """Before each run: a job that is sealed and waits. Then the script that sends it."""

    def prepare(_):
        job = waiting_job(stage, server, file)
        return stage.pipelines.platen("jobs", "retry", job, "--wait", site=server.site)

    return prepare


def waiting_job(stage, server, file):
    """A job that is sealed and waits, for its server did not answer."""
    options = ["--config", server.closed_site, "--state", stage.pipelines.state, "--json"]
    command = [stage.workshop.platen, "send", file, "--to", RECIPIENT, *options]
    try:
        words = run(*command, env=stage.workshop.environment(), accept=(0, 75))
        return json.loads(words.decode().splitlines()[-1])["job"]["id"]
    except (LookupError, ValueError) as fault:
        raise Missing(f"platen send --json did not report the job: {fault}") from fault


def document_of(stage, megabytes):
    file = stage.workshop.folder / f"{megabytes}.pdf"
    if not file.exists():
        noise_document(file, megabytes * 1_000_000)
    return file


@scenario("a sealed job of 100 MB to the sink's 250")
def send(stage):
    file = document_of(stage, 100)
    sink = stage.server(lambda: Sink(stage.workshop, "sink-100"))
    played, _ = stage.play(
        "send",
        [
            Contestant("platen", None, sealed(stage, sink, file)),
            Contestant("base64+curl", stage.pipelines.curl(file, sink)),
        ],
        sink=sink,
    )
    ours, peer = played["platen"], played["base64+curl"]
    size = file.stat().st_size
    return [
        against("send", "CPU, 100 MB to 250", "cpu", ours, peer, 0.6),
        against("send", "wall, 100 MB to 250", "wall", ours, peer, 0.8),
        Figure("send", "bytes on the wire", "B", ours.median("wire"), WIRE, "document", size),
        Figure("send", "the peer's bytes on the wire", "B", peer.median("wire"), None, "document", size),
    ]


@scenario("the same 100 MB as base64 by DATA, as base64 by BDAT, and as they are (BINARYMIME)")
def binary(stage):
    file, lines = document_of(stage, 100), stage.pipelines
    data = stage.server(lambda: Sink(stage.workshop, "sink-data"))
    chunks = stage.server(lambda: Sink(stage.workshop, "sink-chunks", chunks=True))
    plain = stage.server(lambda: Sink(stage.workshop, "sink-binary", chunks=True, binary="auto"))
    played, _ = stage.play(
        "binary",
        [
            Contestant("DATA", None, sealed(stage, data, file), data),
            Contestant("BDAT", None, sealed(stage, chunks, file), chunks),
            Contestant("BINARYMIME", None, sealed(stage, plain, file), plain),
            Contestant("base64+curl", lines.curl(file, data), None, data),
            Contestant("base64+msmtp", lines.msmtp(file, data), None, data),
        ],
    )
    size = file.stat().st_size
    figures = [
        against("binary", f"CPU by {way}, 100 MB to 250", "cpu", played[way], played[peer])
        for way in ("DATA", "BDAT", "BINARYMIME")
        for peer in ("base64+curl", "base64+msmtp")
    ]
    for name, one in played.items():
        limit = BINARY_WIRE if name == "BINARYMIME" else WIRE if name in ("DATA", "BDAT") else None
        figures.append(Figure("binary", f"bytes on the wire, {name}", "B", one.median("wire"), limit, "document", size))
    return figures


# ---- Memory ----


@scenario("the largest process, whatever the pages and the message")
def memory(stage):
    lines = stage.pipelines
    shapes = [("1 page", 1, "a4", 300, "a4"), ("100 pages", 100, "a4", 300, "a4")]
    shapes += [("600 dpi", 1, "a4-600", 600, "a4"), ("A3", 1, "a3", 300, "a3")]
    scans = []
    for name, count, shape, resolution, paper in shapes:
        device = stage.pages.feeder("color", count, shape)
        script = lines.platen_scan(device, "color", "--output", "out.pdf", resolution=resolution, paper=paper)
        scans.append(Contestant(name, script))
    sink = stage.server(lambda: Sink(stage.workshop, "sink-memory"))
    sends = [Contestant(f"{size} MB", None, sealed(stage, sink, document_of(stage, size))) for size in (1, 100)]
    whole = [Contestant("mail", lines.platen_mail(stage.pages.feeder("color", 10), "color", sink))]
    stage.play("memory", scans + sends + whole, rounds=2, watch=2)
    return memory_figures("scanning", scans) + memory_figures("sending", sends) + memory_figures("both", whole)


def memory_figures(what, several):
    name, figures = "memory", []
    for one in several:
        figures += [
            Figure(name, f"{what}, {one.name}: largest process", "KiB", one.most("resident"), 28 * MEBIBYTE),
            Figure(name, f"{what}, {one.name}: private dirty", "KiB", one.most("dirty"), 10 * MEBIBYTE),
            Figure(name, f"{what}, {one.name}: PSS of the tree", "KiB", one.most("tree_proportional")),
        ]
    if len(several) > 1:
        peaks = [one.median("resident") for one in several]
        figures.append(Figure(name, f"{what}: between smallest and largest", "KiB", max(peaks) - min(peaks), MEBIBYTE))
    return figures
