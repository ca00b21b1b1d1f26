"""Runs contestants in turns and keeps what each run cost."""

import json
import shutil
import statistics
import subprocess

import mail
from workshop import Missing, run

NANOSECOND = 1e-9


class Contestant:
    """A name, a shell script, and what has to be done before each run, which is not measured."""

    def __init__(self, name, script, prepare=None, sink=None):
        self.name, self.script, self.prepare, self.sink = name, script, prepare, sink
        self.runs = []

    def median(self, figure):
        """None where no run tells that figure."""
        values = [run[figure] for run in self.runs if figure in run]
        return statistics.median(values) if values else None

    def least(self, figure):
        return min(run[figure] for run in self.runs if figure in run)

    def most(self, figure):
        return max(run[figure] for run in self.runs)


class Rounds:
    def __init__(self, workshop, count):
        self.workshop, self.count = workshop, count

    def run(self, contestants, sink=None, watch=0, warm_up=True):
        """Each contestant in each round, in another order from round to round; the first round is not counted.

        - sink: the server whose log tells of arrivals, where a contestant has none of its own
        - watch: look at memory every so many milliseconds, which costs time
        """
        for number in range(-1 if warm_up else 0, self.count):
            turn = number % len(contestants)
            for contestant in contestants[turn:] + contestants[:turn]:
                result = self.measure(contestant, contestant.sink or sink, watch)
                if number >= 0:
                    contestant.runs.append(result)

    def measure(self, contestant, sink, watch):
        place = self.place(contestant)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        script = contestant.prepare(place) if contestant.prepare else None
        script = contestant.script if script is None else script
        before = len(sink.messages()) if sink else 0
        # What was written before must not be waited for by this run's syncs.
        subprocess.run(["sync", "-f", place], check=True)
        options = ["-s", str(watch)] if watch else []
        command = [self.workshop.programs / "measure", *options, place / "cost", "sh", "-c", script]
        environment = self.workshop.environment() | {"SANE_REPLAY_LOG": str(place / "replay-log")}
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
        if done.returncode != 0:
            messages = (place / "messages").read_text() if (place / "messages").exists() else ""
            words = (messages + done.stderr.decode(errors="replace"))[-2000:]
            raise Missing(f"{contestant.name} failed with exit code {done.returncode}: {words}\n{script}")
        cost = json.loads((place / "cost").read_text())
        return self.figures(cost, place, self.arrival(sink, before))

    def place(self, contestant):
        return self.workshop.folder / f"run-{contestant.name.replace(' ', '-')}"

    def arrival(self, sink, before):
        if not sink:
            return None
        if not mail.wait_for(lambda: len(sink.messages()) > before):
            return None
        return sink.messages()[-1]

    def figures(self, cost, place, arrival):
        """Seconds and KiB; see measure.c."""
        result = {
            "cpu": cost["user"] + cost["system"],
            "user": cost["user"],
            "system": cost["system"],
            "wall": (cost["end"] - cost["begin"]) * NANOSECOND,
        }
        result |= {key: cost[key] for key in ("resident", "tree_resident", "tree_proportional", "dirty") if key in cost}
        events = self.events(place / "replay-log")
        if "start" in events:
            result["start"] = (events["start"][0] - cost["begin"]) * NANOSECOND
        if "last-row" in events:
            result["tail"] = (cost["end"] - events["last-row"][-1]) * NANOSECOND
        if arrival:
            result |= {"wire": arrival["wire"], "body": arrival["body"]}
            if "last-row" in events:
                result["arrival"] = (arrival["accepted"] - events["last-row"][-1]) * NANOSECOND
        return result

    @staticmethod
    def events(log):
        events = {}
        for line in log.read_text().splitlines() if log.exists() else []:
            name, _, time = line.split()
            events.setdefault(name, []).append(int(time))
        return events


# ---- Outputs ----


def check_document(file, pages):
    """qpdf finds nothing wrong, and it has that many pages."""
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, check=False, text=True)
    if done.returncode != 0:
        raise Missing(f"{file} is not valid: {done.stdout}{done.stderr}")
    count = int(run("qpdf", "--show-npages", file))
    if count != pages:
        raise Missing(f"{file} has {count} pages, not {pages}")


def image_streams(file, scratch):
    """The encoded images of a document, page by page."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    run("pdfimages", "-all", file, scratch / "image")
    return [path.read_bytes() for path in sorted(scratch.iterdir()) if path.suffix != ".params"]


def same_pixels(file, other, pages, scratch):
    """The first pages' images, decoded by poppler."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for name, document in (("a", file), ("b", other)):
        run("pdfimages", "-l", pages, document, scratch / name)
    pairs = zip(sorted(scratch.glob("a-*")), sorted(scratch.glob("b-*")))
    return all(a.read_bytes() == b.read_bytes() for a, b in pairs)
