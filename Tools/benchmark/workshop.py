"""What the benchmark works with: a folder for the run, our programs, the peers' programs."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOLS = CHECKOUT / "Tools"
PARTS = TOOLS / "benchmark"
BUILD = CHECKOUT / ".build"

LIBRARIES = {
    "measure": ["-lpthread"],
    "sink": ["-lssl", "-lcrypto", "-lpthread"],
    "floor": ["-lsane", "-ljpeg", "-ltiff"],
    "grain": [],
}


class Missing(Exception):
    """Something that the benchmark needs is not to be had; the words say what and what to do."""


def say(words):
    print(words, file=sys.stderr, flush=True)


def run(*command, accept=(0,), **options):
    """Runs it and returns what it prints; what it complained of becomes the error's words."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False, **options)
    if done.returncode not in accept:
        words = (done.stderr or done.stdout or b"").decode(errors="replace").strip()[-2000:]
        raise Missing(f"{' '.join(map(str, command))[:200]} failed with exit code {done.returncode}: {words}")
    return done.stdout


class Workshop:
    """The folder of one run. It goes when the run ends."""

    def __init__(self, platen=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="platen-bench."))
        self.folder.chmod(0o755)
        self.programs = self.folder / "programs"
        self.programs.mkdir()
        (self.folder / "home").mkdir()
        for name, libraries in LIBRARIES.items():
            source, program = PARTS / f"{name}.c", self.programs / name
            run("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, source, *libraries)
        run(TOOLS / "replay-scanner" / "build", self.folder / "lib")
        self.platen = pathlib.Path(platen).resolve() if platen else build_platen()
        self._peers = None

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def peers(self):
        """The folder into which Debian's packages of the peers are unpacked."""
        self._peers = self._peers or unpack_peers()
        return self._peers

    def environment(self):
        """What every contestant gets, ours and peers alike."""
        return {
            "PATH": f"{self.programs}:/usr/bin:/bin:{BUILD}/needs/usr/bin",
            "HOME": str(self.folder / "home"),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SANE_CONFIG_DIR": str(self.folder / "sane"),
            "LD_LIBRARY_PATH": str(self.folder / "lib"),
        }


def build_platen():
    say("Building the release of platen")
    run(
        *("swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "platen"),
        *("--explicit-target-dependency-import-check", "error"),
        cwd=CHECKOUT,
    )
    return BUILD / "release" / "platen"


# ---- Peers ----

PEERS = ["img2pdf", "msmtp"]


def unpack_peers():
    """Unpacks them and what they lack here into .build/bench-peers; nothing is installed."""
    home = BUILD / "bench-peers"
    if (home / "complete").exists():
        return home
    say(f"Unpacking {', '.join(PEERS)} and what they need into .build/bench-peers")
    shutil.rmtree(home, ignore_errors=True)
    packages = home / "packages"
    packages.mkdir(parents=True)
    plan = run("apt-get", "-qq", "-s", "install", "--no-install-recommends", *PEERS).decode()
    run(TOOLS / "needs", "download", *PEERS, *re.findall(r"^Inst (\S+)", plan, re.MULTILINE), cwd=packages)
    for package in packages.glob("*.deb"):
        run("dpkg", "-x", package, home)
    shutil.rmtree(packages)
    # As an installation would: otherwise Python compiles the modules at each start.
    run("/usr/bin/python3", "-m", "compileall", "-q", home / "usr/lib/python3/dist-packages")
    (home / "complete").touch()
    return home


def peer_variables(home):
    """Assignments that let an unpacked program find its parts, to stand before it in a shell."""
    triplet = run("gcc", "-dumpmachine").decode().strip()
    debian = {"x86_64-linux-gnu": "x86_64-linux-gnu", "aarch64-linux-gnu": "aarch64-linux-gnu"}.get(triplet, triplet)
    library = f"{home}/usr/lib/{debian}"
    return f"PYTHONPATH={home}/usr/lib/python3/dist-packages LD_LIBRARY_PATH={library}:{library}/blas:{library}/lapack"


def versions(workshop):
    """What was compared, for the record."""
    found = {}
    for package in ["libsane1", "sane-utils", "libjpeg62-turbo", "libtiff6", "curl", "libtiff-tools", *PEERS]:
        done = subprocess.run(["apt-cache", "policy", package], capture_output=True, check=False, text=True)
        lines = re.findall(r"(?:Installed|Candidate): (\S+)", done.stdout)
        found[package] = next((line for line in lines if line != "(none)"), "?")
    found["platen"] = run(workshop.platen, "version").decode().split("\n")[0].split()[1]
    found["machine"] = f"{os.uname().machine}, {os.cpu_count()} processors"
    return found
