"""How much memory the engine takes, and that more readers do not make it more.

Each size runs in a process of its own. A million readers take some minutes, so they are left to
``python -m tests.bench memory`` by name.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bench.ratio import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_MB = 200
SIZES = (10_000, 1_000_000)


def measure() -> Iterator[Ratio]:
    for size in SIZES if "memory" in sys.argv else SIZES[:1]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.memory", str(size)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        peak = float(done.stdout.split()[-1])
        yield Ratio(f"peak memory, {size} recipients", peak, "the limit", LIMIT_MB, 1, unit="MB")


def _peak(readers: int) -> float:
    """Send to so many and return the most memory this process had, in megabytes."""
    from pathlib import Path  # noqa: PLC0415
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - only in the process that sends

    from tests.bench.__main__ import start_django  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        start_django(Path(folder))
        from tests.bench import sending  # noqa: PLC0415 - Django must stand before

        sending.RECIPIENTS = readers
        for _ratio in sending._in_calls():  # noqa: SLF001 - the same work, another question
            pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(f"{_peak(int(sys.argv[1]))}\n")
