"""The style sheets of the public pages as one file: a reader waits for one answer only."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

SHEETS = ("tokens", "base", "components", "forms", "pages")
FOLDER = "wissensregion"
COMMENT, INDENT = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"\s*\n\s*")
# A sheet names what it needs from where it lies itself.
BESIDE = re.compile(r'url\("\.\./([^"]+)"\)')


class Styles(NamedTuple):
    """All sheets, and the word that changes with them."""

    text: str
    version: str


def current() -> Styles:
    # Whoever works on them wants to see them.
    return _written() if settings.DEBUG else _kept()


def _written() -> Styles:
    text = "\n".join(_sheet(name) for name in SHEETS)
    return Styles(text, blake2b(text.encode(), digest_size=6).hexdigest())


_kept = cache(_written)


def _sheet(name: str) -> str:
    path = finders.find(f"{FOLDER}/css/{name}.css")
    text = INDENT.sub("\n", COMMENT.sub("", Path(str(path)).read_text()))
    return BESIDE.sub(lambda found: f'url("{static(f"{FOLDER}/{found[1]}")}")', text)
