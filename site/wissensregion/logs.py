"""Log lines without mail addresses, whoever writes them."""

from __future__ import annotations

import logging
import re

ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[^\s<>()\[\]\"',;:=]+\.[^\s<>()\[\]\"',;:=]+")


class DiscreetFormatter(logging.Formatter):
    """Blots out addresses, also in the tracebacks of packages that quote them."""

    def format(self, record: logging.LogRecord) -> str:
        return ADDRESS.sub("[address]", super().format(record))
