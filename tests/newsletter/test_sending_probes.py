"""Proof of no tracking: what a mail service makes of an issue is seen in a mailbox of our own."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from newsletter.checks import no_tracking_can_be_proven
from newsletter.models import Delivery, Dispatch, Probe, Subscription
from newsletter.sending import actions, mailbox
from newsletter.sending.traces import Arrived, Difference, Traces, differences
from tests.live.imap import PASSWORD, USER, imap_server, log_in
from tests.live.ports import free_port
from tests.newsletter.delivering import DELIVERED, yes
from tests.newsletter.relaying import SIGNATURE, Relay, as_it_is
from wissensregion.settings import reporting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@pytest.fixture
def url(issue: IssuePage) -> str:
    return reverse("newsletter_release", args=[issue.pk])


def send_probe(desk: Client, issue: IssuePage) -> Any:
    return desk.post(reverse("newsletter_probe", args=[issue.pk]), follow=True)


def upload(desk: Client, issue: IssuePage, raw: bytes) -> str:
    file = SimpleUploadedFile("probe.eml", raw, "message/rfc822")
    answer = desk.post(
        reverse("newsletter_upload_probe", args=[issue.pk]), {"mail": file}, follow=True
    )
    return answer.content.decode()


def release(desk: Client, url: str) -> bool:
    """Press the button; say whether anything began."""
    desk.post(url, {"count": "1", "when": "now"})
    return Dispatch.objects.exists()


def refused(issue: IssuePage, user: User) -> bool:
    """Say whether the action itself refuses, whoever calls it."""
    with pytest.raises(actions.UnprovenError):
        actions.start(issue, user)
    return not Dispatch.objects.exists()


def rewritten(raw: bytes, change: Callable[[EmailMessage], None]) -> bytes:
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    change(message)
    return SIGNATURE + message.as_bytes()


def in_html(search: str, put: str) -> Callable[[bytes], bytes]:
    return in_part("html", search, put)


def in_part(kind: str, search: str, put: str) -> Callable[[bytes], bytes]:
    """Make a relay that writes something else into one part of every mail."""

    def change(message: EmailMessage) -> None:
        part = message.get_body([kind])
        assert part is not None
        was = part.get_content()
        became = re.sub(search, put, was, count=1)
        assert became != was
        part.set_content(became, subtype="plain" if kind == "plain" else "html")

    return lambda raw: rewritten(raw, change)


def with_header(name: str, value: str) -> Callable[[bytes], bytes]:
    def change(message: EmailMessage) -> None:
        del message[name]
        if value:
            message[name] = value

    return lambda raw: rewritten(raw, change)


def test_nothing_is_released_before_a_probe_and_everything_after_it(
    desk: Client, url: str, issue: IssuePage, ada: Subscriber, sender: User, relay: Relay
) -> None:
    before = desk.get(url).content.decode()
    assert "entscheidet nach eigenen Einstellungen" in before
    assert not release(desk, url)
    assert refused(issue, sender)

    said = send_probe(desk, issue).content.decode()
    assert not release(desk, url)
    assert mailbox.read_probes() == 1

    probe = Probe.objects.get()
    assert (probe.state, probe.differences, relay.taken) == ("passed", [], 1)
    assert f"Probe {probe.code}" in said
    assert "jeder Link und jedes Bild" in desk.get(url).content.decode()
    assert release(desk, url)
    assert not Delivery.objects.filter(address=TO).exists()


TRACKERS = {
    "a link that leads elsewhere first": (
        in_html(r'href="http://testserver/', 'href="https://click.example.net/x?u='), "link"
    ),
    "an invisible picture": (
        in_html("</body>", '<img src="https://open.example.net/p" width="1" height="1"></body>'),
        "pixel",
    ),
    "a picture only Outlook loads": (
        in_html("</body>", '<!--[if mso]><img src="https://open.example.net/p"><![endif]--></body>'),
        "picture",
    ),
    "a style that loads": (
        in_html("</body>", "<p style=\"background:url('https://open.example.net/p')\">x</p></body>"),
        "picture",
    ),
    "a script": (in_html("</body>", "<script>1</script></body>"), "code"),
    "an address where nobody looks": (
        in_html("</body>", "<p data-later='https://open.example.net/p'>x</p></body>"), "address"
    ),
    "a link of its own to leave": (
        in_html("</body>", '<a href="https://leave.example.net/">x</a></body>'), "link"
    ),
    "a link in the text": (
        in_part("plain", "http://testserver/", "https://click.example.net/x?u="), "text"
    ),
    "another way to leave": (
        with_header("List-Unsubscribe", "<mailto:leave@example.net>"), "header"
    ),
    "no one-click way": (with_header("List-Unsubscribe-Post", ""), "header"),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACKERS)
def test_what_is_changed_on_the_way_is_named_and_stops_the_release(
    name: str,
    desk: Client,
    url: str,
    issue: IssuePage,
    ada: Subscriber,
    sender: User,
    relay: Relay,
) -> None:
    relay.makes, kind = TRACKERS[name]

    send_probe(desk, issue)
    mailbox.read_probes()

    probe = Probe.objects.get()
    assert probe.state == "failed"
    assert [each["kind"] for each in probe.differences] == [kind]
    page = desk.get(url).content.decode()
    assert "kam anders an" in page
    assert probe.differences[0]["arrived"].split("?")[0] in page.replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert not release(desk, url)
    assert refused(issue, sender)


def test_of_two_probes_the_later_counts(
    desk: Client, issue: IssuePage, sender: User, relay: Relay
) -> None:
    for makes, state in (
        (TRACKERS["an invisible picture"][0], "failed"),
        (as_it_is, "passed"),
        (TRACKERS["an invisible picture"][0], "failed"),
    ):
        relay.makes = makes
        send_probe(desk, issue)
        mailbox.read_probes()
        assert Probe.objects.latest("pk").state == state

    assert refused(issue, sender)


def test_a_changed_issue_needs_a_new_probe_and_so_does_another_server(
    desk: Client, url: str, issue: IssuePage, sender: User, relay: Relay, settings: Settings
) -> None:
    send_probe(desk, issue)
    mailbox.read_probes()
    settings.EMAIL_HOST, here = "relay.example.net", settings.EMAIL_HOST
    assert refused(issue, sender)
    settings.EMAIL_HOST = here

    issue.subject = "Doch etwas anderes"
    issue.save_revision().publish()

    assert refused(issue, sender)
    assert "seit der letzten Probe geändert" in desk.get(url).content.decode()


def test_each_language_is_proven_for_itself(
    desk: Client, issue: IssuePage, english_issue: IssuePage, sender: User, relay: Relay
) -> None:
    honest = iter([as_it_is, TRACKERS["an invisible picture"][0]])
    relay.makes = lambda raw: next(honest)(raw)

    send_probe(desk, issue)
    assert mailbox.read_probes() == 2

    with pytest.raises(actions.UnprovenError) as wrong:
        actions.start(issue, sender)
    assert wrong.value.locales == ["en"]


def test_a_mail_saved_as_a_file_proves_it_where_there_is_no_mailbox(
    desk: Client,
    url: str,
    issue: IssuePage,
    ada: Subscriber,
    sender: User,
    relay: Relay,
    settings: Settings,
) -> None:
    settings.NEWSLETTER_PROBE_MAILBOX, settings.NEWSLETTER_PROBE_ADDRESS = None, ""
    assert sender.email in send_probe(desk, issue).content.decode()
    relay.box.folder.set(relay.folder)
    (raw,) = (mail.obj.as_bytes() for mail in relay.box.fetch())

    assert mailbox.read_probes() == 0
    assert "keine Probe dieser Ausgabe" in upload(desk, issue, b"\xff\x00 no mail at all")
    assert "keine Probe dieser Ausgabe" in upload(desk, issue, b"Subject: Probe 22222222: x\n\n")
    assert not release(desk, url)
    assert "so an, wie sie geschrieben war" in upload(desk, issue, raw)
    # What is judged stays as it is.
    upload(desk, issue, TRACKERS["an invisible picture"][0](raw))

    probe = Probe.objects.get()
    assert (probe.state, probe.uploaded) == ("passed", True)
    assert release(desk, url)


def test_a_mailbox_that_cannot_be_read_is_told_and_a_lost_probe_as_well(
    desk: Client, url: str, issue: IssuePage, relay: Relay, settings: Settings
) -> None:
    send_probe(desk, issue)
    reads = settings.NEWSLETTER_PROBE_MAILBOX
    settings.NEWSLETTER_PROBE_MAILBOX = {**reads, "port": 1}

    with pytest.raises(CommandError, match="read_probes"):
        call_command("newsletter_tick")
    assert "PROBE_MAILBOX_URL" in desk.get(url).content.decode()

    Probe.objects.update(sent_at=timezone.now() - timedelta(minutes=31))
    settings.NEWSLETTER_PROBE_MAILBOX = reads
    call_command("newsletter_tick")

    assert Probe.objects.get().state == "lost"
    assert "Spam" in desk.get(url).content.decode()


def test_a_probe_that_is_not_taken_is_none(
    desk: Client, issue: IssuePage, relay: Relay, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1

    answer = send_probe(desk, issue)

    assert "nicht verschickt" in answer.content.decode()
    assert not Probe.objects.exists()


def test_whoever_leaves_by_a_probe_changes_nothing(
    desk: Client, client: Client, issue: IssuePage, ada: Subscriber, relay: Relay
) -> None:
    send_probe(desk, issue)
    leave = Probe.objects.get().composed["leave"].strip("<>")

    client.post(leave, {"List-Unsubscribe": "One-Click"})

    assert Subscription.objects.filter(ended_at=None).count() == 1


def test_what_was_planned_with_another_service_is_held_until_it_is_proven(
    desk: Client, issue: IssuePage, ada: Subscriber, sender: User, relay: Relay, settings: Settings
) -> None:
    settings.NEWSLETTER_OWN_MAIL_SERVER = True
    dispatch = actions.start(issue, sender)
    settings.NEWSLETTER_OWN_MAIL_SERVER = False
    # The page goes on; what is proven is what was frozen.
    issue.subject = "Doch etwas anderes"
    issue.save_revision().publish()

    actions.continue_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.hold_reason, relay.taken) == ("held", "unproven", 0)
    shown = desk.get(reverse("newsletter_dispatch", args=[dispatch.pk])).content.decode()
    assert "einem anderen Maildienst" in shown
    act = reverse("newsletter_dispatch_act", args=[dispatch.pk, "release"])
    desk.post(act, {"count": "1", "reason": "geht schon"})
    dispatch.refresh_from_db()
    assert dispatch.state == "held"

    send_probe(desk, issue)
    mailbox.read_probes()
    desk.post(act, {"count": "1", "reason": "bewiesen"})
    actions.continue_dispatch(dispatch.pk)

    dispatch.refresh_from_db()
    assert dispatch.state == "completed"


def test_only_who_may_send_sends_probes(client: Client, editor: User, issue: IssuePage) -> None:
    client.force_login(editor)

    send_probe(client, issue)
    upload(client, issue, b"Subject: x\n\n")

    assert not Probe.objects.exists()


def test_a_judged_probe_is_kept_as_it_is(desk: Client, issue: IssuePage, relay: Relay) -> None:
    relay.makes = TRACKERS["an invisible picture"][0]
    send_probe(desk, issue)
    mailbox.read_probes()

    for change in ({"state": "passed"}, {"digest": "0" * 64}, {"differences": []}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Probe.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Probe.objects.all().delete()


@pytest.mark.parametrize("name", ["brevo", "mailgun", "mailjet", "postmark"], indirect=True)
def test_what_a_service_puts_together_honestly_passes(
    name: str, desk: Client, issue: IssuePage, service: Service
) -> None:
    """Its merge language is ours in the end: no link is told as changed that is the same."""
    service.answers = lambda call: yes(name, call["sent"])
    send_probe(desk, issue)
    (made,) = DELIVERED[name](service.calls[0]["sent"])
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = made.subject
    for header in ("List-Unsubscribe", "List-Unsubscribe-Post"):
        mail[header] = next(
            value for key, value in made.headers.items() if key.lower() == header.lower()
        )
    mail.set_content(made.text)
    mail.add_alternative(made.html, subtype="html")

    upload(desk, issue, SIGNATURE + mail.as_bytes())

    probe = Probe.objects.get()
    assert (probe.state, probe.differences, probe.way) == ("passed", [], name)


COMPOSED = Traces.of("<p>x</p>", "x", {})


@pytest.mark.parametrize(
    ("signatures", "told"),
    [
        ([], "unsigned"),
        (["v=1; h=From:Subject; b=x"], "signature"),
        (["v=1; h=From:List-Unsubscribe; b=x"], "signature"),
        (["v=1; h=from : list-unsubscribe : LIST-UNSUBSCRIBE-POST; b=x"], ""),
        (["v=1; h=From; b=x", "v=1; h=List-Unsubscribe:List-Unsubscribe-Post; b=x"], ""),
    ],
)
def test_a_signature_covers_both_headers_by_which_one_leaves(
    signatures: list[str], told: str
) -> None:
    heads = "".join(f"DKIM-Signature: {each}\n" for each in signatures).encode()
    body = (
        b"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n<p>x</p>\n--b--\n"
    )

    found = differences(COMPOSED, Arrived.read(heads + body))

    assert found == ([Difference(told)] if told else [])
    # No signature is a warning; one that leaves them out stops the release.
    assert [each.only_doubtful for each in found] == ([told == "unsigned"] if told else [])


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("brevo", "W006"), ("postmark", "W006"), ("amazon_ses", "W006"), ("resend", "W006"),
        ("postal", "W006"), ("scaleway", "W006"), ("mailgun", "I001"), ("mailjet", "I001"),
    ],
)  # fmt: skip
def test_the_start_says_whether_a_probe_is_needed(
    service: str, told: str, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{service}.EmailBackend"

    (said,) = no_tracking_can_be_proven()
    assert said.id == f"newsletter.{told}"

    settings.NEWSLETTER_PROBE_MAILBOX = {"host": "mail.example.org"}
    (said,) = no_tracking_can_be_proven()
    assert said.id == f"newsletter.{told.replace('W006', 'I002')}"


def test_a_mail_server_of_our_own_needs_none_and_somebody_elses_does(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert not no_tracking_can_be_proven()

    settings.NEWSLETTER_OWN_MAIL_SERVER = False
    (said,) = no_tracking_can_be_proven()
    assert "NEWSLETTER_OWN_MAIL_SERVER" in str(said.hint)


@pytest.mark.parametrize(
    ("host", "said", "ours"),
    [
        ("127.0.0.1", "", True), ("mail.example.org", "", False), (None, "", False),
        ("127.0.0.1", "false", False), ("mail.example.org", "true", True),
    ],
)  # fmt: skip
def test_only_a_server_on_this_machine_is_taken_for_our_own(
    host: str | None, said: str, ours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_OWN_MAIL_SERVER", said)

    assert reporting.own_mail_server(host) is ours


def test_the_address_of_the_probe_mailbox_is_known_before_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = {"user": "probe"}

    assert reporting.probe_address({"user": TO}) == TO
    with pytest.raises(ImproperlyConfigured, match="PROBE_ADDRESS"):
        reporting.probe_address(box)
    monkeypatch.setenv("PROBE_ADDRESS", "Probe <probe@example.org>")
    with pytest.raises(ImproperlyConfigured, match="PROBE_ADDRESS"):
        reporting.probe_address(box)
