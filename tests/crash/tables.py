"""Writes what soaks and mutants found into docs/faults.md, between their marks."""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.live.needs import ROOT

DOCUMENT = ROOT / "docs" / "faults.md"
SOAK = (
    "Run", "Database", "Calls", "Kills", "Freezes", "Left meanwhile", "Longest wait of a leaver",
    "Unknown before / after reports", "Sent twice", "Other breaches",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one soak came to."""

    seed: int
    mode: str
    database: str
    seconds: int
    readers: int
    calls: int
    accepted: int
    kills: int
    stops: int
    errors: int
    left: int
    waited: float
    unknown_before: int
    unknown: int
    doubles: int
    breaches: list[str]

    @property
    def line(self) -> str:
        cells = (
            f"seed {self.seed}, {self.mode}, {self.readers} readers, {self.seconds} s",
            self.database, self.calls, self.kills, self.stops, self.left, f"{self.waited} s",
            f"{self.unknown_before} / {self.unknown}", self.doubles,
            len([each for each in self.breaches if not each.startswith("I1")]),
        )  # fmt: skip
        return line(cells)


def soak(rows: list[Row]) -> str:
    return "\n".join([head(SOAK), *(row.line for row in rows)])


def head(cells: tuple[str, ...]) -> str:
    return line(cells) + "\n" + line(["---"] * len(cells))


def line(cells: tuple[object, ...] | list[str]) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def write(mark: str, table: str) -> None:
    """Put a table where the document has a place for it, with the day and the machine."""
    day = f"{datetime.now(UTC):%d %B %Y}"
    where = f"Run on {day}, Python {platform.python_version()}, {platform.system()}."
    text = DOCUMENT.read_text()
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    DOCUMENT.write_text(place.sub(lambda _match: f"{begin}\n{where}\n\n{table}\n{end}", text))
