"""Puts known mistakes into the workers, one at a time, and expects the tests to notice.

``make mutants`` runs them on both databases and writes the table in docs/faults.md. A harness that
cannot fail proves nothing.
"""

from __future__ import annotations

import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from tests.crash import crew as crews
from tests.crash import databases, tables
from tests.crash.mutations import INDEXES, MUTATIONS, Mutation
from tests.live.postgres import postgres_server

if TYPE_CHECKING:
    from typing import Any

    from tests.crash.crew import Case, Crew

READERS, MOST = 60, 3
HEAD = (
    "Mistake",
    "Database",
    "Sent twice",
    "Left planned",
    "Dispatch",
    "Other breaches",
    "Noticed",
)
# What one worker after the other dies of.
DEATHS = [("chunk_done", 1), ("answered", 2), ("noted", 2), ("result_in", 3), ("answered", 4)]
SCRIPT = {str(number): "accept_500" for number in range(3, 200, 7)} | {
    str(number): "accept_reset" for number in range(5, 200, 11)
}


def hostile(case: Case, **order: Any) -> None:
    """A night on which workers die, answers get lost, and one sleeps through all of it."""
    for hour, (point, number) in enumerate(DEATHS):
        # "between" is a place that only a mistake makes: within what should be one commit.
        stops = [(each, number, int(signal.SIGKILL)) for each in (point, "between")]
        case.run("toil_once", stops=stops, hours=hour, seconds=20, **order)
        _resume(case, **order)
    sleeper = case.begin("work", stops=[("claim_done", 1, int(signal.SIGSTOP))], **order)["pid"]
    slept = case.wait(sleeper, frozen=True, seconds=20)["end"] == "frozen"
    for hour in range(10, 16):
        case.run("toil_once", hours=hour, seconds=20, **order)
        _resume(case, **order)
    if slept:
        case.wake(sleeper)
    for hour in range(16, 20):
        case.run("toil_once", hours=hour, seconds=20, **order)
        _resume(case, **order)
    case.do("report", log=str(case.log))
    case.run("recover", hours=[60, 61], **order)


def _resume(case: Case, **order: Any) -> None:
    if case.state == "paused":
        case.do("operate", verb="resume", **order)


def run(crew: Crew, name: str, mutation: Mutation | None) -> tuple[bool, str]:
    """Do the same to the engine with a mistake in it, or without; say whether it was noticed."""
    with crew.case(mutation.mode if mutation else "batch", script=SCRIPT) as case:
        if mutation and mutation.without_index:
            for index in INDEXES:
                databases.write(case.database, f"DROP INDEX {index}")
        hostile(case, **({"mutation": name} if mutation else {}))
        evidence = case.evidence()
        copies = [copy["address"] for copy in evidence.log]
        doubles = len(copies) - len(set(copies))
        left = evidence.counts["planned"] + evidence.counts["submitting"]
        found = [each for each in case.breaches() if not each.startswith("I1")]
        noticed = "twice" if doubles else "stopped" if left or found else "no"
        expected = mutation.leads_to if mutation else "harmless"
        cells = (
            mutation.says if mutation else "none: the engine as it is",
            crew.store.vendor, doubles, left, evidence.dispatch[0], len(found),
            {"twice": "red", "stopped": "stopped, visibly", "no": "nothing to notice"}[noticed],
        )  # fmt: skip
        return noticed == {"harmless": "no"}.get(expected, expected), tables.line(cells)


def main(names: list[str]) -> int:
    lines, wrong = [], 0
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        service = stack.enter_context(crews.mail_service(home))
        stores: list[databases.Files | databases.Server] = [
            databases.Files(home),
            databases.Server(stack.enter_context(postgres_server())),
        ]
        for store in stores:
            place = home / store.vendor
            place.mkdir()
            crew = stack.enter_context(crews.crew(place, store, service, readers=READERS))
            crew.prepare(most=MOST)
            for name, mutation in [("", None), *MUTATIONS.items()]:
                if names and name not in names:
                    continue
                expected, line = run(crew, name, mutation)
                print(line, "" if expected else "  <- not what was expected", flush=True)  # noqa: T201
                wrong += not expected
                lines.append(line)
    if not names:
        tables.write("mutants", "\n".join([tables.head(HEAD), *lines]))
    return wrong
