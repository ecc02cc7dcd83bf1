"""How much memory a worker that sends takes, and that more readers do not make it more.

A process of its own makes the readers, and another one, like a worker, plans and sends to them. A
million readers take some minutes, so they are left to ``python -m tests.bench memory`` by name.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.__main__ import prepare, start_django
from tests.bench.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_MB = 200
SIZES = (10_000, 1_000_000)


def measure() -> Iterator[Ratio]:
    for size in SIZES if "memory" in sys.argv else SIZES[:1]:
        with TemporaryDirectory() as folder:
            dispatch = _in_a_process(folder, "begin", size)
            peak = float(_in_a_process(folder, "send", dispatch))
        what = f"peak memory, {size} recipients"
        yield Ratio(what, peak, "the limit", LIMIT_MB, 1, unit="MB")


def _in_a_process(folder: str, act: str, number: int | str) -> str:
    command = [sys.executable, "-m", "tests.bench.memory", folder, act, str(number)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.split()[-1]


def _begin(readers: int) -> int:
    """Make a dispatch to so many readers and return its number."""
    from tests.bench.audience import HTML, TEXT, begin  # noqa: PLC0415 - Django must stand before

    prepare()
    return begin(readers, HTML, TEXT).pk


def _send(dispatch_id: int) -> float:
    """Plan and send it; return the most memory this process had, in megabytes."""
    from tests.bench import sending  # noqa: PLC0415 - Django must stand before

    sending.send_in_calls(dispatch_id)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    start_django(Path(sys.argv[1]))
    act = {"begin": _begin, "send": _send}[sys.argv[2]]
    sys.stdout.write(f"{act(int(sys.argv[3]))}\n")
