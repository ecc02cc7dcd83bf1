"""An editor in a process of its own, who does what each line of the input says.

A line is JSON: ``{"act": "retitle", "story": 7, "title": "Neu"}``. The answer is one line too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.live.needs import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


BEGIN = "from tests.live.editor import work; work()"


class Office:
    """The other end: tells the editor what to do, and waits until it is done."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self.log = process, log

    def do(self, act: str, **details: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"act": act, **details}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text()[-3000:]
        return json.loads(answer)


@contextmanager
def open_office(environment: Mapping[str, str], log: Path) -> Iterator[Office]:
    """Run an editor's process until the block ends."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", BEGIN],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield Office(process, log)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(60)
