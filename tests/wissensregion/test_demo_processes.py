"""The demonstration's processes live and end together, and its mailbox keeps every mail."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from tests.wissensregion.processes import KEPT, ROOT
from wissensregion.demo import mailbox, mailbox_view, plan, ports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

PATIENCE = 30.0
# Two processes, one of which starts another that would outlive it.
SUPERVISED = """
import sys
from pathlib import Path
from wissensregion.demo.children import Child
from wissensregion.demo.supervisor import Supervisor

folder = Path(sys.argv[1])
family = (
    "import os, pathlib, subprocess, sys, time;"
    "folder = pathlib.Path(sys.argv[1]);"
    "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "(folder / 'pids').write_text(f'{os.getpid()} {grandchild.pid}');"
    "time.sleep(600)"
)
children = [
    Child(name="family", command=[sys.executable, "-c", family, str(folder)], environment={},
          log=folder / "family.log", answers=(folder / "pids").exists),
    Child(name="deaf", command=[sys.executable, "-c", "import time; time.sleep(600)"],
          environment={}, log=folder / "deaf.log", answers=lambda: True),
]
supervisor = Supervisor(children, lambda text: print(text, flush=True))
with supervisor.listening(), supervisor.running():
    print("all answer", flush=True)
    supervisor.watch()
print("all stopped", flush=True)
"""


def wait_until(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def pids(folder: Path) -> list[int]:
    path = folder / "pids"
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert "all answer\n" in iter(process.stdout.readline, "")
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminated"])
def test_a_wish_to_stop_ends_every_process_and_is_no_error(
    supervised: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    family = pids(tmp_path)

    supervised.send_signal(number)
    output, _ = supervised.communicate(timeout=PATIENCE)

    assert supervised.returncode == 0
    assert "all stopped" in output
    assert not [pid for pid in family if lives(pid)]


def test_a_process_that_falls_over_comes_back_and_takes_its_children_with_it(
    supervised: subprocess.Popen[str], tmp_path: Path
) -> None:
    child, grandchild = pids(tmp_path)

    os.kill(child, signal.SIGKILL)
    wait_until(lambda: pids(tmp_path)[:1] not in ([child], []))
    supervised.send_signal(signal.SIGTERM)
    output, _ = supervised.communicate(timeout=PATIENCE)

    assert "family ended with code -9; it starts again in 1 s" in output
    assert not lives(grandchild)


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CommandError) as refusal:
            call_command("demo", port=port)

    assert f"Port {port} on 127.0.0.1 is in use." in str(refusal.value)
    assert f"make demo PORT={port + 1}" in str(refusal.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"port": 0}, "PORT is 0"),
        ({"port": 70_000}, "up to 65535"),
        ({"host": "203.0.113.7"}, "Nothing can listen on 203.0.113.7"),
    ],
)
def test_an_address_that_cannot_be_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("demo", **options)


def test_mail_set_up_elsewhere_needs_no_mailbox_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:2525")

    made = plan.make("127.0.0.1", 8000)

    assert made.mailbox_url is None
    assert made.environment["EMAIL_URL"] == "smtp://127.0.0.1:2525"
    assert [child.name for child in made.children()] == ["web server", "worker", "clock"]


def test_links_in_mails_lead_to_where_the_demonstration_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("SITE_URL", "ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "EMAIL_SERVICE"):
        monkeypatch.delenv(name, raising=False)

    made = plan.make("127.0.0.1", 8123)

    assert made.environment["SITE_URL"] == "http://127.0.0.1:8123"
    assert made.environment["EMAIL_URL"] == f"smtp://127.0.0.1:{made.smtp_port}"
    assert made.environment["DEBUG"] == "false"


@pytest.fixture
def box(tmp_path: Path) -> mailbox.Box:
    return mailbox.Box(tmp_path / "mailbox")


@pytest.fixture
def view(box: mailbox.Box) -> mailbox_view.MailboxView:
    return mailbox_view.MailboxView(box, "http://127.0.0.1:8000")


def letter(html: str = "<html><head></head><body><p>Grüße</p></body></html>") -> bytes:
    message = EmailMessage()
    message["Subject"] = "Bitte bestätigen <Sie>"
    message["From"] = "newsletter@example.org"
    message["To"] = "ada@example.org"
    message.set_content("Hallo Ada: http://127.0.0.1:8000/confirm/")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def test_a_mail_can_be_read_as_page_text_headers_and_source(
    box: mailbox.Box, view: mailbox_view.MailboxView
) -> None:
    raw = letter()
    key = box.add(raw)

    listed, shown = view.answer("/").body.decode(), view.answer(f"/{key}/").body.decode()

    assert "Bitte bestätigen &lt;Sie&gt;" in listed
    assert 'http-equiv="refresh"' in listed
    assert '<a href="http://127.0.0.1:8000/confirm/"' in shown
    assert "<dt>Subject</dt>" in shown
    assert view.answer(f"/{key}/raw").body == raw
    assert "Grüße" in view.answer(f"/{key}/html").body.decode()


def test_a_mail_runs_nothing_and_loads_nothing_foreign(
    box: mailbox.Box, view: mailbox_view.MailboxView
) -> None:
    key = box.add(letter("<html><head></head><script>alert(1)</script></html>"))

    policy = view.answer(f"/{key}/html").policy

    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert re.findall(r"https?://[^ ;]+", policy) == ["http://127.0.0.1:8000"]


@pytest.mark.parametrize("path", ["/1/", "/../../etc/passwd", "/1/html", "/x", "/1/secret"])
def test_what_is_no_mail_is_not_found(view: mailbox_view.MailboxView, path: str) -> None:
    assert view.answer(path).status == 404


def test_what_arrives_over_smtp_is_shown_as_it_came(tmp_path: Path, settings: Settings) -> None:
    port, smtp_port = ports.first_free("127.0.0.1", 8170), ports.first_free("127.0.0.1", 8180)
    command = [sys.executable, "manage.py", "mailbox", "--skip-checks"]
    command += ["--port", str(port), "--smtp-port", str(smtp_port)]
    environment = {
        **KEPT, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "wissensregion.settings.test",
    }  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            wait_until(lambda: ports.serves(f"http://127.0.0.1:{port}/"))
            with smtplib.SMTP("127.0.0.1", smtp_port) as smtp:
                smtp.sendmail("newsletter@example.org", ["ada@example.org"], letter())
        finally:
            process.terminate()

    assert process.returncode == 0
    (mail,) = mailbox.Box(tmp_path / "mailbox").newest(5)
    assert mail.recipient == "ada@example.org"
    assert mail.subject == "Bitte bestätigen <Sie>"
    assert mail.text.startswith("Hallo Ada")
