"""Figures with their limits, as a table and as JSON."""

import dataclasses
import json


@dataclasses.dataclass
class Figure:
    """One row: ours against another, or alone; `limit` is for `ratio`, or for `ours` where there is no other.

    A row without a limit informs.
    """

    scenario: str
    what: str
    unit: str
    ours: float
    limit: float | None = None
    other_name: str = ""
    other: float | None = None
    """The same ratio of the least values: on a busy machine it is nearer to the truth than that of the medians."""
    least: float | None = None

    @property
    def ratio(self):
        return self.ours / self.other if self.other else None

    @property
    def judged(self):
        return self.ours if self.other is None else self.ratio

    @property
    def verdict(self):
        if self.limit is None:
            return ""
        return "ok" if self.judged is not None and self.judged <= self.limit else "over"

    def row(self):
        return [
            self.scenario,
            self.what,
            readable(self.ours, self.unit),
            f"{readable(self.other, self.unit)} {self.other_name}" if self.other is not None else "",
            f"{self.ratio:.3f}" if self.ratio is not None else "",
            f"{self.least:.3f}" if self.least is not None else "",
            "" if self.limit is None else readable(self.limit, self.unit) if self.other is None else f"{self.limit:g}",
            self.verdict,
        ]

    def value(self):
        return dataclasses.asdict(self) | {"ratio": self.ratio, "verdict": self.verdict}


def readable(value, unit):
    if value is None:
        return "?"
    if unit == "s":
        return f"{value * 1000:.1f} ms"
    if unit == "KiB":
        return f"{value / 1024:.1f} MiB"
    return f"{value:,.0f} B" if unit == "B" else f"{value:.4f}"


HEADS = ["scenario", "figure", "ours", "other", "ratio", "of least", "limit", ""]


def table(figures):
    rows = [HEADS] + [figure.row() for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    return "\n".join(lines)


def document(figures, contestants, about):
    """All of it as JSON: the judged figures, and every run of every contestant."""
    runs = {scenario: {one.name: one.runs for one in several} for scenario, several in contestants.items()}
    return json.dumps({"about": about, "figures": [one.value() for one in figures], "runs": runs}, indent=1) + "\n"
