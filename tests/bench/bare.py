"""An application that gives away one answer: what the web server can do at most."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

# The name of the variable that names a file with headers and body.
ANSWER = "BARE_ANSWER"


def save(headers: list[tuple[str, str]], body: str, file: Path) -> dict[str, str]:
    """Write an answer down; what is returned tells the application where it lies."""
    # The server says these by itself.
    said = [pair for pair in headers if pair[0] not in {"date", "server"}]
    file.write_text(json.dumps({"headers": said, "body": body}), "utf-8")
    return {ANSWER: str(file)}


def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", HEADERS.copy())
    return [BODY]


if ANSWER in os.environ:
    answer = json.loads(Path(os.environ[ANSWER]).read_text("utf-8"))
    HEADERS, BODY = [(name, value) for name, value in answer["headers"]], answer["body"].encode()
