"""docs/faults.md names every fault of the plan once, and only tests that there are."""

from __future__ import annotations

import re

from tests.live.needs import ROOT

DOCUMENT = (ROOT / "docs" / "faults.md").read_text()
ROW = re.compile(r"^\| F(\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)`|`(test_\w+)`")


def test_every_fault_of_the_plan_has_a_row() -> None:
    assert [int(number) for number, *_rest in ROW.findall(DOCUMENT)] == list(range(1, 59))


def test_every_test_named_is_there() -> None:
    missing = []
    for number, _what, shown in ROW.findall(DOCUMENT):
        file = ""
        for path, name in NAMED.findall(shown):
            file = path or file
            if not name:
                continue
            text = (ROOT / file).read_text() if (ROOT / file).exists() else ""
            if f"def {name}(" not in text:
                missing.append(f"F{number}: {file} {name}")
    assert missing == []


def test_a_fault_without_a_test_says_why() -> None:
    for _number, _what, shown in ROW.findall(DOCUMENT):
        assert "`test_" in shown or shown.startswith("No test: ")
