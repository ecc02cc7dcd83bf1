"""Serve everything with demonstration content."""

from __future__ import annotations

import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from wissensregion.demo import plan, ports
from wissensregion.demo.logins import LOGINS
from wissensregion.demo.supervisor import StartError, Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.management.base import CommandParser

LAST_PORT = 65_535


class Command(BaseCommand):
    """Prepare the demonstration, run its processes and stop them together."""

    help = "Serve everything with demonstration content: pages, CMS, API, worker, mailbox."
    # The processes themselves check before they start; twice costs a second.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        self.demand_port(host, port)
        began = time.monotonic()
        demo = plan.make(host, port)
        supervisor = Supervisor(demo.children(), self.say)
        with supervisor.listening():
            self.prepare(demo, supervisor)
            if supervisor.end.is_set():
                return
            try:
                with supervisor.running():
                    if not supervisor.end.is_set():
                        self.introduce(demo, time.monotonic() - began)
                    supervisor.watch()
                    self.say("Stopping …")
            except StartError as error:
                raise CommandError(str(error)) from error
        self.say("Everything has stopped.")

    def demand_port(self, host: str, port: int) -> None:
        if not 0 < port <= LAST_PORT:
            message = f"PORT is {port}. Write a number up to {LAST_PORT}, e.g. make demo PORT=8080"
            raise CommandError(message)
        try:
            free = ports.is_free(host, port)
        except OSError as error:
            message = (
                f"Nothing can listen on {host}, port {port}: {error.strerror}. "
                "Choose another one: make demo HOST=127.0.0.1 PORT=8080"
            )
            raise CommandError(message) from error
        if not free:
            message = (
                f"Port {port} on {host} is in use. "
                f"Stop what runs there or choose another one: make demo PORT={port + 1}"
            )
            raise CommandError(message)

    def prepare(self, demo: plan.Plan, supervisor: Supervisor) -> None:
        for what, arguments in (
            ("Preparing the database", ("migrate", "--verbosity", "0")),
            ("Loading the demonstration content", ("load_demo", "--skip-checks")),
        ):
            if supervisor.end.is_set():
                return
            with self.step(what):
                self.run(demo, arguments, supervisor)

    def run(self, demo: plan.Plan, arguments: tuple[str, ...], supervisor: Supervisor) -> None:
        command = demo.manage(*arguments)
        result = subprocess.run(command, env=demo.environment, check=False)  # noqa: S603
        if result.returncode and not supervisor.end.is_set():
            message = f"manage.py {arguments[0]} ended with code {result.returncode}."
            raise CommandError(message)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        self.say(f"{what} …")
        yield
        self.say(f"  done in {time.monotonic() - began:.1f} s")

    def introduce(self, demo: plan.Plan, seconds: float) -> None:
        url = demo.site_url
        addresses = [
            ("Site", f"{url}/"),
            ("in English", f"{url}/en/"),
            ("CMS", f"{url}/admin/"),
            ("API", f"{url}/api/v1/docs/"),
        ]
        if demo.mailbox_url:
            addresses.append(("Mailbox", f"{demo.mailbox_url}/"))
        lines = ["", f"Everything answers after {seconds:.0f} s.", ""]
        lines += [f"  {name:<12} {address}" for name, address in addresses]
        lines += ["", "  Log in to the CMS as"]
        lines += [f"  {who.username:<12} {who.password:<22} {who.does}" for who in LOGINS]
        if not demo.mailbox_url:
            lines += ["", "  Mails go where EMAIL_URL or EMAIL_SERVICE says; no mailbox runs here."]
        self.say("\n".join([*lines, "", "Stop everything with Ctrl-C."]))

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
