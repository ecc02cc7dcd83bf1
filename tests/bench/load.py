"""wrk: as many requests as one core can make, and how many were answered."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.live import debian

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECTIONS = 32
RATE = re.compile(r"^Requests/sec: +([\d.]+) *$", re.MULTILINE)
SLOWEST = re.compile(r"^ +99% +([\d.]+)(us|ms|s) *$", re.MULTILINE)
WRONG = re.compile(r"^ +(?:Non-2xx or 3xx responses|Socket errors): .*$", re.MULTILINE)
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """How many answers a second there were, and in how many milliseconds all but a hundredth."""

    rate: float
    p99: float


def load(url: str, headers: Mapping[str, str], seconds: int) -> Load:
    """Ask for one address all the time, over so many connections that the server never waits."""
    program = debian.program("wrk", "wrk", "libluajit-5.1-2")
    said = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = [
        program.path, "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency",
        "--timeout", "20s", *said, url,
    ]  # fmt: skip
    done = subprocess.run(
        command, env=program.environment(), check=True, capture_output=True, text=True
    )
    rate, slowest = RATE.search(done.stdout), SLOWEST.search(done.stdout)
    if (wrong := WRONG.search(done.stdout)) or rate is None or slowest is None:
        message = f"{url}: {wrong[0].strip() if wrong else done.stdout}"
        raise RuntimeError(message)
    return Load(float(rate[1]), float(slowest[1]) * MILLISECONDS[slowest[2]])
