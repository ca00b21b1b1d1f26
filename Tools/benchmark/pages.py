"""Pages to scan: drawn with a sensor's noise, or real ones of a folder; and feeders full of them."""

import itertools
import pathlib
import subprocess

from workshop import TOOLS, Missing, run, say

KINDS = {"color": ("color", "ppm", b"P6"), "gray": ("gray", "pgm", b"P5"), "lineart": ("lineart", "pbm", b"P4")}
A4 = (2480, 3508)
A3 = (3508, 4961)
DIFFERENT = 5


class Pages:
    """Sets of pages, made when they are first asked for, each in the feeder of a replay scanner of its own."""

    def __init__(self, workshop, folder=None, different=DIFFERENT):
        self.different = different
        self.workshop = workshop
        self.real = pathlib.Path(folder) if folder else None
        self.folder = workshop.folder / "pages"
        self.folder.mkdir()
        self.sane = workshop.folder / "sane"
        self.sane.mkdir()
        (self.sane / "dll.conf").write_text("replay\n")
        self.originals = {}
        self.feeders = set()

    def feeder(self, kind, count, shape="a4"):
        """The SANE name of a scanner whose feeder has `count` pages; shape is a4, a4-600 (dpi) or a3."""
        name = f"{kind}-{shape}-{count}"
        if name not in self.feeders:
            self._fill(name, self._originals(kind, shape), count, shape)
            self.feeders.add(name)
        return f"replay:{name}"

    def originals_of(self, kind):
        return self._originals(kind, "a4")

    def _fill(self, name, pages, count, shape):
        feeder = self.folder / name
        feeder.mkdir()
        for number, page in zip(range(1, count + 1), itertools.cycle(pages)):
            (feeder / f"{number:04}{page.suffix}").symlink_to(page)
        words = {"a4": "", "a4-600": "pages-dpi 600\n", "a3": "bed 300 430\n"}[shape]
        script = self.folder / f"{name}.script"
        script.write_text(words)
        # Without a script the scanner reads none, which is cheaper.
        with open(self.sane / "replay.conf", "a", encoding="utf-8") as file:
            file.write(f"device {name} {feeder} {script if words else ''}\n")

    def _originals(self, kind, shape):
        key = (kind, shape)
        if key not in self.originals:
            if shape == "a4":
                self.originals[key] = self._real(kind) if self.real else self._drawn(kind)
            else:
                self.originals[key] = [self._other_shape(self._originals(kind, "a4"), kind, shape)]
        return self.originals[key]

    def _drawn(self, kind):
        mode, suffix, _ = KINDS[kind]
        say(f"Drawing {self.different} pages ({kind})")
        drawn, grained = self.folder / f"drawn-{kind}", self.folder / f"grained-{kind}"
        grained.mkdir()
        run(TOOLS / "replay-scanner" / "make-pages", drawn, self.different, mode)
        for seed, page in enumerate(sorted(drawn.glob(f"*.{suffix}"))):
            with open(page, "rb") as source, open(grained / page.name, "wb") as target:
                subprocess.run([self.workshop.programs / "grain", str(seed)], stdin=source, stdout=target, check=True)
            page.unlink()
        return sorted(grained.iterdir())

    def _real(self, kind):
        """The folder's A4 pages of that kind at 300 dpi, as PNM."""
        decoded = self.folder / f"real-{kind}"
        decoded.mkdir()
        for file in sorted(self.real.iterdir()):
            pixels = decode(file)
            if pixels and pixels.startswith(KINDS[kind][2]) and size_of(pixels) == A4:
                (decoded / f"{file.stem}.{KINDS[kind][1]}").write_bytes(pixels)
        pages = sorted(decoded.iterdir())
        if not pages:
            raise Missing(f"{self.real} has no A4 page at 300 dpi for {kind}: JPEG, PNG or PNM of {A4[0]} by {A4[1]}")
        return pages

    def _other_shape(self, pages, kind, shape):
        suffix = KINDS[kind][1]
        target = self.folder / f"{kind}-{shape}.{suffix}"
        if shape == "a4-600":
            target.write_bytes(wider(run("pnmenlarge", "2", pages[0])))
        else:
            target.write_bytes(side_by_side(pages[0].read_bytes(), pages[-1].read_bytes()))
        return target


def decode(file):
    decoders = {".jpg": ["djpeg"], ".jpeg": ["djpeg"], ".png": ["pngtopnm"]}
    if file.suffix in (".pnm", ".ppm", ".pgm", ".pbm"):
        return file.read_bytes()
    return run(*decoders[file.suffix], file) if file.suffix in decoders else None


def header_of(pixels):
    """Width, height and where the samples begin."""
    words, at = [], 2
    while len(words) < (2 if pixels.startswith(b"P4") else 3):
        end = pixels.index(b"\n", at)
        words += pixels[at:end].split(b"#")[0].split()
        at = end + 1
    return int(words[0]), int(words[1]), at


def size_of(pixels):
    return header_of(pixels)[:2]


def wider(pixels):
    """A colour page with its last column twice: A4 at 600 dpi is one pixel more than twice A4 at 300 dpi."""
    width, height, at = header_of(pixels)
    rows = [b"P6\n%d %d\n255\n" % (width + 1, height)]
    for start in range(at, at + 3 * width * height, 3 * width):
        rows.append(pixels[start : start + 3 * width] + pixels[start + 3 * width - 3 : start + 3 * width])
    return b"".join(rows)


def side_by_side(left, right):
    """An A3 page of two A4 colour pages."""
    width, height, at = header_of(left)
    other = header_of(right)[2]
    stride, more = 3 * width, 3 * (A3[0] - width)
    rows = [b"P6\n%d %d\n255\n" % A3]
    for y in range(A3[1]):
        row = y % height * stride
        rows += [left[at + row : at + row + stride], right[other + row : other + row + more]]
    return b"".join(rows)
