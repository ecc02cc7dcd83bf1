"""Sends an issue to a mailbox of our own and judges how it arrived."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from newsletter.composing.models import Edition
from newsletter.sending import copies, handover, proving, states
from newsletter.sending.models import Probe, ProbeState
from newsletter.sending.traces import Arrived, Traces, differences

if TYPE_CHECKING:
    from newsletter.composing.models import IssuePage
    from newsletter.sending.proving import Content
    from wissensregion.models import User

# What is not there after so long is looked for no longer by itself.
PATIENCE = timedelta(minutes=30)
# Letters and digits that nobody mistakes for each other.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


class UnprovenError(Exception):
    """Nothing is sent before a probe has passed; ``locales`` says in which languages."""

    def __init__(self, locales: list[str]) -> None:
        super().__init__(", ".join(locales))
        self.locales = locales


class ProbeError(Exception):
    """The probe was not taken; the message is the mail service's."""


class NoProbeError(Exception):
    """The mail is no probe of this issue."""


def probe(issue: IssuePage, user: User, *, to: str) -> list[Probe]:
    """Send the issue as it would be sent, in each language, to a mailbox of our own.

    It goes the way that the issue will go, counts as no delivery and its links belong to nobody.
    """
    return [_send(issue, content, user, to) for content in proving.contents(issue)]


def _send(issue: IssuePage, content: Content, user: User, to: str) -> Probe:
    code = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    mail = content.mail
    # The subject alone is another one: by it the mail is known again, by people as well.
    edition = Edition(subject=f"Probe {code}: {mail.subject}", html=mail.html, text=mail.text)
    recipient = handover.nobody(to, issue.newsletter)
    answer = handover.hand_over_one(recipient, edition)
    if answer.failure is not None:
        raise ProbeError(answer.reason)
    html, text = copies.read_by(edition, recipient)
    return Probe.objects.create(
        issue_key=issue.translation_key,
        locale=content.locale,
        digest=mail.digest,
        way=proving.way(),
        code=code,
        composed=Traces.of(html, text, recipient.headers).as_json(),
        requested_by=user,
    )


def judge(probe: Probe, raw: bytes, *, uploaded: bool = False) -> bool:
    """Hold a mail against what was composed and keep the result, once and for all.

    Return whether this judged it: what is judged already stays as it is.
    """
    found = differences(Traces.from_json(probe.composed), Arrived.read(raw))
    passed = all(each.only_doubtful for each in found)
    done = states.move(
        Probe.objects.filter(pk=probe.pk),
        states.PROBE,
        ProbeState.PASSED if passed else ProbeState.FAILED,
        judged_at=timezone.now(),
        differences=[asdict(each) for each in found],
        arrived_sha256=sha256(raw).hexdigest(),
        uploaded=uploaded,
        problem="",
    )
    return bool(done)


def judge_upload(issue: IssuePage, raw: bytes) -> Probe:
    """Judge the probe that a mail says it is; raise ``NoProbeError`` where it is none of ours."""
    code = code_in(Arrived.read(raw).subject)
    found = Probe.objects.filter(issue_key=issue.translation_key, code=code).first()
    if found is None:
        raise NoProbeError
    judge(found, raw, uploaded=True)
    found.refresh_from_db()
    return found


def code_in(subject: str) -> str:
    """Return the code in a subject; a filter may have put its own words before it."""
    _before, _word, after = subject.partition("Probe ")
    code, colon, _rest = after.partition(":")
    return code if colon and len(code) == CODE_LENGTH else ""


def lose_probes() -> int:
    """Wait no longer for probes that have not arrived; they can still be uploaded."""
    late = Probe.objects.waiting().filter(sent_at__lt=timezone.now() - PATIENCE)
    return states.move(late, states.PROBE, ProbeState.LOST)


def note_problem(probes: list[Probe], reason: str) -> None:
    """Keep with those that wait why their mailbox could not be read, without addresses."""
    waiting = Probe.objects.waiting().filter(pk__in=[probe.pk for probe in probes])
    waiting.update(problem=proving.discreet(reason))


def address_for(user: User) -> str:
    """Where probes go: the mailbox in the settings, or else to whoever sends them."""
    return str(settings.NEWSLETTER_PROBE_ADDRESS or user.email)
