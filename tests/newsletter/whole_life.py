"""One reader's whole life with the newsletter, lived in a process of a running site."""

from __future__ import annotations

import json
import logging
import re
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from wagtail.models import Locale, Page, Site
from wagtail.rich_text import RichText

from home.models import HomePage
from newsletter.feedback import actions as feedback
from newsletter.feedback.reports import Report
from newsletter.models import Delivery, IssuePage, Newsletter, Subscriber
from newsletter.sending import actions as sending
from tests.live.ports import free_port
from tests.newsletter import issues
from tests.newsletter.smtp import PickyMailbox, open_picky_mailbox

# The local part is a word found nowhere else, the domain has two spellings.
OLD, NEW = "Zelda.Umzug@bücher.example", "zelda+neu@verlage.example"
WIRE = "Zelda.Umzug@xn--bcher-kva.example"
SETTINGS = "/newsletter/settings/"
SESSION = re.compile(r'name="session" value="([^"]+)"')
PEOPLE = "/admin/newsletter/people/"


class Life:
    """What a reader does, and what the office does with them."""

    def __init__(self, mailbox: PickyMailbox, newsletter: Newsletter) -> None:
        self.mailbox = mailbox
        self.newsletter = newsletter
        self.client = Client(SERVER_NAME="localhost")

    def work(self) -> None:
        call_command("worker", "--batch", "--watchdog", "0", "--interval", "0")

    def posts(self, path: str, expected: int = 200, **fields: Any) -> str:
        answer = self.client.post(path, fields)
        assert answer.status_code == expected, (path, answer.status_code, answer.content)
        return answer.content.decode()

    def mailed(self, address: str, to: str) -> str:
        """Return the path of the latest link of a kind that came to an address."""
        found = [
            urlsplit(link).path
            for mail in self.mailbox.to(address)
            for link in mail.links()
            if f"/newsletter/{to}/" in link
        ]
        return found[-1]

    def signs_up(self) -> None:
        wish = {"address": OLD, "locale": "de", "newsletters": [self.newsletter.slug]}
        asked = self.client.post(
            "/api/v1/newsletter/subscriptions/", wish, content_type="application/json"
        )
        assert asked.status_code == 202, asked.content
        self.work()
        self.posts(self.mailed(WIRE, "confirm"))

    def gets(self, issue: IssuePage) -> Delivery:
        dispatch = sending.start(issue, None)
        sending.release_due(dispatch.pk)
        for _slice in range(20):
            sending.continue_dispatch(dispatch.pk)
        assert self.mailbox.to(WIRE)
        return Delivery.objects.get(dispatch=dispatch)

    def is_refused(self, issue: IssuePage) -> None:
        self.mailbox.answers[WIRE] = f"554 5.7.1 <{WIRE}>: not from you"
        delivery = self.gets(issue)
        assert delivery.reason, delivery.state
        del self.mailbox.answers[WIRE]

    def bounces(self, delivery: Delivery) -> None:
        for number, recipient in enumerate((OLD, "")):
            report = Report(
                service=delivery.batch.service, kind="bounced", reject_reason="other",
                delivery_key=delivery.key, recipient=recipient, event_id=str(number),
                description=f"452 4.2.2 <{WIRE}>: mailbox full",
            )  # fmt: skip
            feedback.take_in([report])
        feedback.apply_waiting()

    def changes_and_moves(self) -> None:
        self.posts(self.mailed(WIRE, "preferences"), mail="settings")
        self.work()
        opened = SESSION.search(self.posts(self.mailed(WIRE, "settings")))
        assert opened
        session = opened[1]
        self.posts(SETTINGS, session=session, do="choose", locale="en",
                   newsletters=[self.newsletter.slug])  # fmt: skip
        assert WIRE in self.posts(SETTINGS, session=session, do="download")
        self.posts(SETTINGS, session=session, do="show")
        self.posts(SETTINGS, session=session, do="move", address=NEW)
        self.work()
        self.posts(self.mailed(NEW, "confirm"))
        self.work()

    def stands_in_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "liste.csv"
            file.write_text(f"E-Mail\n{NEW}\n{OLD}\n")
            call_command(
                "import_subscribers", str(file), "--newsletter", self.newsletter.slug,
                "--language", "de", "--source", "Liste", "--consented-on", "2025-01-15",
                "--proof", "written", "--address-column", "E-Mail",
            )  # fmt: skip

    def is_looked_at(self) -> None:
        office = Client(SERVER_NAME="localhost")
        office.force_login(get_user_model().objects.create_superuser("zeldas-office"))
        office.post(f"{PEOPLE}unmask/", {"reason": "Anruf"})
        for address in (NEW, OLD):
            office.post(f"{PEOPLE}search/", {"address": address, "q": address})
        person = Subscriber.objects.get(address=NEW)
        page = f"{PEOPLE}subscriber/{person.pk}/"
        assert NEW in office.get(page).content.decode()
        assert WIRE in office.post(f"{page}export/", {"reason": "Anfrage"}).content.decode()

    def meets_a_dead_server(self) -> None:
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
        self.posts(self.mailed(WIRE, "preferences"), mail="settings")
        self.work()
        settings.EMAIL_PORT = port

    def is_erased(self) -> None:
        self.posts(self.mailed(WIRE, "preferences"), mail="erase")
        self.work()
        self.posts(self.mailed(NEW, "erase"))
        self.work()
        for link in {link for mail in self.mailbox.mails for link in mail.links()}:
            self.client.get(urlsplit(link).path)
        call_command("newsletter_tick")


def lived() -> None:
    """Live it, and print what must be found nowhere afterwards."""
    settings.NEWSLETTER_UNDO_SECONDS = 0
    _log_everything(Path(settings.VAR_DIR) / "life.log")
    with open_picky_mailbox() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        newsletter = Newsletter.objects.create(name="Lebenslauf", slug="lebenslauf")
        first, second = _issues(newsletter)
        life = Life(mailbox, newsletter)
        life.signs_up()
        life.bounces(life.gets(first))
        life.is_refused(second)
        life.changes_and_moves()
        life.stands_in_a_file()
        life.is_looked_at()
        life.meets_a_dead_server()
        life.is_erased()
        links = " ".join(link for mail in mailbox.mails for link in mail.links())
    tokens = set(re.findall(r"v1\.[\w-]+\.[\w.-]+", links))
    sys.stdout.write(f"RESULT {json.dumps(sorted(tokens))}\n")


def _log_everything(file: Path) -> None:
    """Write down what the site says, as its own handlers would."""
    root = logging.getLogger()
    handler = logging.FileHandler(file)
    for own in root.handlers:
        for each in own.filters:
            handler.addFilter(each)
        handler.setFormatter(own.formatter)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The mail server of this test is no part of the site.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)


def _issues(newsletter: Newsletter) -> list[IssuePage]:
    german = Locale.objects.get_or_create(language_code="de")[0]
    home = HomePage(title="Leben", slug="leben", lead="Am Rhein", locale=german)
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    archive, body = issues.archive(home), [("paragraph", RichText(issues.PARAGRAPH))]
    return [issues.issue(archive, newsletter, body, slug=f"leben-{number}") for number in range(2)]
