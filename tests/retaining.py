"""One rule of the table of retention, applied as the tick applies it."""

from __future__ import annotations

from wissensregion.retention import running
from wissensregion.retention.rules import Rule, rules


def rule(name: str) -> Rule:
    return next(each for each in rules() if each.name == name)


def keep_to(name: str) -> int:
    """End what is past its time by this rule; return how many rows."""
    return running.apply(rule(name))
