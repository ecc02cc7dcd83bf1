"""Which processes the demonstration consists of, and under which environment they run."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from wissensregion.demo import ports
from wissensregion.demo.children import PATIENCE, Child
from wissensregion.settings import env

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
MAILBOX_PORT = 8025
SMTP_PORT = 1025
SETTLED = 1.0
# A slice of a dispatch that has begun is finished, so that no mail is left in doubt.
UNHURRIED = 45.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where everything of one demonstration listens."""

    host: str
    port: int
    mailbox_port: int | None
    smtp_port: int | None

    @property
    def site_url(self) -> str:
        return env.site_url(default=f"http://{_in_url(self.host)}:{self.port}")

    @property
    def web_url(self) -> str:
        """Where the web server answers from this machine, whatever its public name is."""
        return f"http://{_in_url(self.host)}:{self.port}"

    @property
    def mailbox_url(self) -> str | None:
        return f"http://{_in_url(self.host)}:{self.mailbox_port}" if self.mailbox_port else None

    @property
    def environment(self) -> dict[str, str]:
        hosts = ["*"] if self.host in EVERYWHERE else ["127.0.0.1", "localhost", "[::1]", self.host]
        values = {
            "DJANGO_SETTINGS_MODULE": "wissensregion.settings.dev",
            "SITE_URL": self.site_url,
            "ALLOWED_HOSTS": env.text("ALLOWED_HOSTS", ",".join(hosts)),
            "DEBUG": env.text("DEBUG", "false"),
            "PYTHONUNBUFFERED": "1",
        }
        if self.smtp_port:
            values["EMAIL_URL"] = f"smtp://127.0.0.1:{self.smtp_port}"
        return env.inherited(**values)

    def children(self) -> list[Child]:
        # The mailbox comes first, so that no mail is sent before it listens.
        return [*self._mailbox(), self._web(), self._worker(), self._clock()]

    def manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]

    def _web(self) -> Child:
        media = Path(settings.MEDIA_ROOT)
        media.mkdir(parents=True, exist_ok=True)
        command = [
            str(Path(sys.executable).with_name("granian")),
            "--interface", "wsgi", "wissensregion.wsgi:application",
            "--host", self.host, "--port", str(self.port),
            "--blocking-threads", "4", "--no-ws",
            "--static-path-route", settings.MEDIA_URL.rstrip("/"),
            "--static-path-mount", str(media),
        ]  # fmt: skip
        return self._child("web server", command, partial(ports.serves, f"{self.web_url}/healthz"))

    def _worker(self) -> Child:
        command = self.manage("worker", "--interval", "0.5", "--skip-checks")
        return self._child(
            "worker", command, self._says("worker", "At work on"), patience=UNHURRIED
        )

    def _clock(self) -> Child:
        command = self.manage("clock", "--skip-checks")
        return self._child("clock", command, self._says("clock", "Every"), patience=UNHURRIED)

    def _mailbox(self) -> list[Child]:
        if not (self.mailbox_port and self.smtp_port):
            return []
        command = self.manage(
            "mailbox", "--skip-checks", "--host", self.host, "--port", str(self.mailbox_port),
            "--smtp-port", str(self.smtp_port),
        )  # fmt: skip
        smtp_port = self.smtp_port

        def answers() -> bool:
            return ports.accepts("127.0.0.1", smtp_port) and ports.serves(f"{self.mailbox_url}/")

        return [self._child("mailbox", command, answers)]

    def _child(
        self,
        name: str,
        command: list[str],
        answers: Callable[[], bool],
        *,
        patience: float = PATIENCE,
    ) -> Child:
        return Child(
            name=name,
            command=command,
            environment=self.environment,
            log=self._log(name),
            answers=answers,
            patience=patience,
        )

    def _log(self, name: str) -> Path:
        return Path(settings.VAR_DIR) / "log" / f"{name.replace(' ', '-')}.log"

    def _says(self, name: str, words: str) -> Callable[[], bool]:
        """Whether a process without a port has said that it works."""
        log = self._log(name)
        before = log.stat().st_size if log.exists() else 0

        def said() -> bool:
            return log.exists() and words.encode() in log.read_bytes()[before:]

        return said


def make(host: str, port: int) -> Plan:
    """Plan a demonstration; mail set up elsewhere needs no mailbox here."""
    if env.text("EMAIL_URL") or env.text("EMAIL_SERVICE"):
        return Plan(host=host, port=port, mailbox_port=None, smtp_port=None)
    mailbox_port = ports.first_free(host, MAILBOX_PORT)
    smtp_port = ports.first_free("127.0.0.1", SMTP_PORT)
    return Plan(host=host, port=port, mailbox_port=mailbox_port, smtp_port=smtp_port)


def _in_url(host: str) -> str:
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
