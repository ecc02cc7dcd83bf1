"""Log lines without mail addresses and without keys to a person's pages, whoever writes them."""

from __future__ import annotations

import logging
import re

ADDRESS = re.compile(
    r"[^\s<>()\[\]\"',;:=/]+(?:@|%40)[^\s<>()\[\]\"',;:=/]+\.[^\s<>()\[\]\"',;:=/]+"
)
# As the newsletter signs them; Django writes down the path of what it cannot answer.
KEY = re.compile(r"\bv\d\.[\w-]+\.[\w.-]{20,}")


class DiscreetFormatter(logging.Formatter):
    """Blots out addresses and keys, also in the tracebacks of packages that quote them."""

    def format(self, record: logging.LogRecord) -> str:
        return KEY.sub("[key]", ADDRESS.sub("[address]", super().format(record)))
