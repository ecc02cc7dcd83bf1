"""Forks the processes of the crash tests: each a worker of its own, in milliseconds.

Started as ``python -m tests.crash.worker``, it loads the product once and opens no database. Each
order is a line of JSON; its answer is another. A child does one act and ends, or is ended.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import django

ORDERS = {"fork", "wait", "serve"}


def main() -> None:
    django.setup()
    import_everything()
    print("ready", flush=True)  # noqa: T201 - the tests read it
    for line in sys.stdin:
        order = json.loads(line)
        answer = wait(order) if order["order"] == "wait" else fork(order)
        print(json.dumps(answer), flush=True)  # noqa: T201


def import_everything() -> None:
    """Load before forking what every child would load after it."""
    from django.db import connections  # noqa: PLC0415 - Django is ready only now
    from django.urls import get_resolver  # noqa: PLC0415 - Django is ready only now

    from tests.crash import acts  # noqa: PLC0415

    get_resolver().url_patterns  # noqa: B018 - reading it imports the views
    acts.ready()
    # Whatever asked the database while it was imported: no child inherits its connection.
    connections.close_all()


def fork(order: dict[str, Any]) -> dict[str, Any]:
    """Begin an act in a process of its own. A server's port is open before it runs."""
    answer: dict[str, Any] = {}
    if order["act"] == "serve":
        listening = socket.create_server(("127.0.0.1", 0))
        order["socket"], answer["port"] = listening.fileno(), listening.getsockname()[1]
    pid = os.fork()
    if pid == 0:
        child(order)
    if order["act"] == "serve":
        listening.close()
    return {**answer, "pid": pid}


def child(order: dict[str, Any]) -> None:
    """Do one act and go, without the cleaning up of a process that ends by itself."""
    from tests.crash import acts  # noqa: PLC0415 - Django is ready only now

    log = os.open(str(Path(order["home"]) / "log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    code = 0
    try:
        acts.do(order)
    except BaseException:  # noqa: BLE001 - the last words of a process
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code)


def wait(order: dict[str, Any]) -> dict[str, Any]:
    """Say how a child ended, or that it froze, or that it does neither in time."""
    deadline = time.monotonic() + order["seconds"]
    while True:
        pid, status = os.waitpid(order["pid"], os.WNOHANG | os.WUNTRACED)
        if pid and os.WIFSTOPPED(status):
            if not order.get("frozen"):
                continue
            return {"end": "frozen"}
        if pid and os.WIFSIGNALED(status):
            return {"end": "killed", "by": os.WTERMSIG(status)}
        if pid:
            return {"end": "done", "code": os.WEXITSTATUS(status)}
        if time.monotonic() > deadline:
            return {"end": "running"}
        time.sleep(0.003)


if __name__ == "__main__":
    main()
