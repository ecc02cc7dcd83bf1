"""Where very long German words may be broken, also for what cannot hyphenate by itself."""

from __future__ import annotations

import re

SOFT_HYPHEN = "\N{SOFT HYPHEN}"
LONG_WORD = re.compile(r"\w{18,}")
# The endings German compounds are joined at: Wirtschafts-förderungs-gesellschaften.
JOINT = re.compile(r"((?:schaft|ung|heit|keit|tion|tät|ion)s)(?=\w{4})", re.IGNORECASE)


def breakable(text: str) -> str:
    """Mark the joints of very long words with soft hyphens."""
    return LONG_WORD.sub(lambda word: JOINT.sub(rf"\1{SOFT_HYPHEN}", word[0]), text)
