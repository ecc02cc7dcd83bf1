"""Proof of no tracking: what a mail service makes of an issue is seen in a mailbox of our own."""

from __future__ import annotations

import email.policy
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Delivery, Dispatch, Probe, Subscription
from newsletter.sending import actions, mailbox
from tests.live.imap import PASSWORD, USER, imap_server, log_in
from tests.live.ports import free_port
from tests.newsletter.delivering import DELIVERED, yes
from tests.newsletter.relaying import PIXEL, SIGNATURE, Relay, as_it_is

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import Settings

    from newsletter.models import IssuePage, Subscriber
    from tests.newsletter.service import Service
    from wissensregion.models import User

TO = "probe@example.org"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with imap_server() as port:
        yield port


@pytest.fixture
def relay(port: int, settings: Settings) -> Iterator[Relay]:
    """Somebody else's mail server in use, and our mailbox behind it."""
    folder = f"Probes-{uuid4().hex}"
    with log_in(port) as box:
        box.folder.create(folder)
        relay = Relay(box, folder)
        controller = Controller(relay, hostname="127.0.0.1", port=free_port())
        controller.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        settings.NEWSLETTER_OWN_MAIL_SERVER = False
        settings.NEWSLETTER_PROBE_ADDRESS = TO
        settings.NEWSLETTER_PROBE_MAILBOX = {
            "encryption": "imap", "host": "127.0.0.1", "port": port, "user": USER,
            "password": PASSWORD, "folder": folder,
        }  # fmt: skip
        try:
            yield relay
        finally:
            controller.stop()


@dataclass
class Office:
    """Somebody who may send, an issue with a reader, and the screen that releases it."""

    desk: Client
    issue: IssuePage
    sender: User
    relay: Relay

    def page(self) -> str:
        return self.desk.get(self._url("newsletter_release")).content.decode()

    def probe(self) -> str:
        answer = self.desk.post(self._url("newsletter_probe"), follow=True)
        return str(answer.content.decode())

    def upload(self, raw: bytes) -> str:
        file = SimpleUploadedFile("probe.eml", raw, "message/rfc822")
        url = self._url("newsletter_upload_probe")
        return str(self.desk.post(url, {"mail": file}, follow=True).content.decode())

    def releases(self) -> bool:
        """Press the button; say whether anything began."""
        self.desk.post(self._url("newsletter_release"), {"count": "1", "when": "now"})
        return Dispatch.objects.exists()

    def refuses(self) -> list[str]:
        """In which languages the action itself refuses, whoever calls it."""
        with pytest.raises(actions.UnprovenError) as wrong:
            actions.start(self.issue, self.sender)
        assert not Dispatch.objects.exists()
        return wrong.value.locales

    def change(self) -> None:
        self.issue.subject = "Doch etwas anderes"
        self.issue.save_revision().publish()

    def _url(self, name: str) -> str:
        return reverse(name, args=[self.issue.pk])


@pytest.fixture
def office(desk: Client, issue: IssuePage, sender: User, ada: Subscriber, relay: Relay) -> Office:
    return Office(desk, issue, sender, relay)


def test_nothing_is_released_before_a_probe_and_everything_after_it(office: Office) -> None:
    assert "entscheidet nach eigenen Einstellungen" in office.page()
    assert not office.releases()
    assert office.refuses() == ["de"]

    said = office.probe()
    assert not office.releases()
    assert mailbox.read_probes() == 1

    probe = Probe.objects.get()
    assert (probe.state, probe.differences, office.relay.taken) == ("passed", [], 1)
    assert f"Probe {probe.code}" in said
    assert "jeder Link und jedes Bild" in office.page()
    assert office.releases()
    assert not Delivery.objects.filter(address=TO).exists()
    sent = office.desk.get(reverse("newsletter_dispatch", args=[Dispatch.objects.get().pk]))
    assert f"Probe {probe.code} bestanden" in sent.content.decode()


def test_a_probe_that_arrives_with_tracking_stops_the_release(office: Office) -> None:
    office.relay.makes = PIXEL

    office.probe()
    mailbox.read_probes()

    assert Probe.objects.get().state == "failed"
    page = office.page()
    assert "kam anders an" in page
    assert "unsichtbares Bild" in page
    assert "https://open.example.net/p" in page
    assert not office.releases()
    assert office.refuses() == ["de"]


def test_of_two_probes_the_later_counts(office: Office) -> None:
    for makes, state in ((PIXEL, "failed"), (as_it_is, "passed"), (PIXEL, "failed")):
        office.relay.makes = makes
        office.probe()
        mailbox.read_probes()
        assert Probe.objects.latest("pk").state == state

    assert office.refuses() == ["de"]


def test_a_changed_issue_needs_a_new_probe_and_so_does_another_server(
    office: Office, settings: Settings
) -> None:
    office.probe()
    mailbox.read_probes()
    settings.EMAIL_HOST, here = "relay.example.net", settings.EMAIL_HOST
    assert office.refuses() == ["de"]
    settings.EMAIL_HOST = here

    office.change()

    assert office.refuses() == ["de"]
    assert "seit der letzten Probe geändert" in office.page()


def test_each_language_is_proven_for_itself(office: Office, english_issue: IssuePage) -> None:
    ways = [as_it_is, PIXEL]

    def one_after_the_other(raw: bytes) -> bytes:
        return ways.pop(0)(raw)

    office.relay.makes = one_after_the_other
    office.probe()
    assert mailbox.read_probes() == 2

    assert office.refuses() == ["en"]


def test_a_mail_saved_as_a_file_proves_it_where_there_is_no_mailbox(
    office: Office, settings: Settings
) -> None:
    settings.NEWSLETTER_PROBE_MAILBOX, settings.NEWSLETTER_PROBE_ADDRESS = None, ""
    assert office.sender.email in office.probe()
    box = office.relay.box
    box.folder.set(office.relay.folder)
    (raw,) = (mail.obj.as_bytes() for mail in box.fetch())

    assert mailbox.read_probes() == 0
    assert "keine Probe dieser Ausgabe" in office.upload(b"\xff\x00 no mail at all")
    assert "keine Probe dieser Ausgabe" in office.upload(b"Subject: Probe 22222222: x\n\n")
    assert not office.releases()
    assert "so an, wie sie geschrieben war" in office.upload(raw)
    # What is judged stays as it is.
    office.upload(PIXEL(raw))

    probe = Probe.objects.get()
    assert (probe.state, probe.uploaded) == ("passed", True)
    assert office.releases()


def test_a_mailbox_that_cannot_be_read_is_told_and_a_lost_probe_as_well(
    office: Office, settings: Settings
) -> None:
    office.probe()
    reads = settings.NEWSLETTER_PROBE_MAILBOX
    settings.NEWSLETTER_PROBE_MAILBOX = {**reads, "port": 1}

    with pytest.raises(CommandError, match="read_probes"):
        call_command("newsletter_tick")
    assert "PROBE_MAILBOX_URL" in office.page()

    Probe.objects.update(sent_at=timezone.now() - timedelta(minutes=31))
    settings.NEWSLETTER_PROBE_MAILBOX = reads
    call_command("newsletter_tick")

    assert Probe.objects.get().state == "lost"
    assert "Spam-Ordner" in office.page()


def test_a_probe_that_is_not_taken_is_none(office: Office, settings: Settings) -> None:
    settings.EMAIL_PORT = 1

    assert "nicht verschickt" in office.probe()
    assert not Probe.objects.exists()


def test_whoever_leaves_by_a_probe_changes_nothing(office: Office, client: Client) -> None:
    office.probe()
    leave = Probe.objects.get().composed["leave"].strip("<>")

    client.post(leave, {"List-Unsubscribe": "One-Click"})

    assert Subscription.objects.filter(ended_at=None).count() == 1


def test_what_was_planned_with_another_service_is_held_until_it_is_proven(
    office: Office, settings: Settings
) -> None:
    settings.NEWSLETTER_OWN_MAIL_SERVER = True
    dispatch = actions.start(office.issue, office.sender)
    settings.NEWSLETTER_OWN_MAIL_SERVER = False
    # The page goes on; what is proven is what was frozen.
    office.change()
    act = reverse("newsletter_dispatch_act", args=[dispatch.pk, "release"])

    actions.continue_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.hold_reason) == ("held", "unproven")
    assert office.relay.taken == 0
    shown = office.desk.get(reverse("newsletter_dispatch", args=[dispatch.pk]))
    assert "einem anderen Maildienst" in shown.content.decode()
    office.desk.post(act, {"count": "1", "reason": "geht schon"})
    dispatch.refresh_from_db()
    assert dispatch.state == "held"

    office.probe()
    mailbox.read_probes()
    office.desk.post(act, {"count": "1", "reason": "bewiesen"})
    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert dispatch.state == "completed"


def test_only_who_may_send_sends_probes(
    client: Client, editor: User, issue: IssuePage, relay: Relay
) -> None:
    client.force_login(editor)
    stranger = Office(client, issue, editor, relay)

    stranger.probe()
    stranger.upload(b"Subject: x\n\n")

    assert relay.taken == 0
    assert not Probe.objects.exists()


def test_what_a_service_puts_together_honestly_passes(
    name: str, office: Office, service: Service, settings: Settings
) -> None:
    """Its merge language is ours in the end: no link is told as changed that is the same."""
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    service.answers = lambda call: yes(name, call["sent"])
    office.probe()
    (made,) = DELIVERED[name](service.calls[0]["sent"])
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = made.subject
    for header in ("List-Unsubscribe", "List-Unsubscribe-Post"):
        mail[header] = next(
            value for key, value in made.headers.items() if key.lower() == header.lower()
        )
    mail.set_content(made.text)
    mail.add_alternative(made.html, subtype="html")

    office.upload(SIGNATURE + mail.as_bytes())

    probe = Probe.objects.get()
    assert (probe.state, probe.differences, probe.way) == ("passed", [], name)
