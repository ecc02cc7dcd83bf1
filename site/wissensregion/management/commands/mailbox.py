"""Take every mail on this machine and show it in the browser."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from wissensregion.demo import mailbox, mailbox_view

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Serve a mailbox until it is stopped."""

    help = "Take every mail on this machine over SMTP and show it in the browser."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where the browser view listens")
        parser.add_argument("--port", type=int, default=8025)
        parser.add_argument("--smtp-port", type=int, default=1025)

    def handle(self, *_args: Any, **options: Any) -> None:
        translation.activate(settings.LANGUAGE_CODE)
        box = mailbox.Box(Path(settings.VAR_DIR) / "mailbox")
        view = mailbox_view.MailboxView(box, settings.SITE_URL)
        server = mailbox_view.server(view, options["host"], options["port"])
        receiver = mailbox.receiver(box, "127.0.0.1", options["smtp_port"])
        receiver.start()
        # shutdown() waits for the loop, so it must not be called from the loop's own thread.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        self.stdout.write(f"http://{options['host']}:{options['port']} shows the mailbox")
        try:
            server.serve_forever()
        finally:
            receiver.stop()
            server.server_close()
