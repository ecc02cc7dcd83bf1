"""What is proven of an issue: that it arrives as it was composed, without tracking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.composing import render
from newsletter.mail import discreet, tracking
from newsletter.mail.tracking import Tracking
from newsletter.sending.models import Dispatch, DispatchState, Probe, ProbeState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from newsletter.composing.models import IssuePage


__all__ = [
    "Content", "Proof", "Tracking", "contents", "discreet", "kept", "known", "lacks_proof",
    "needed", "proofs", "unproven", "way",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """One language of an issue as it would be sent."""

    locale: str
    mail: render.Mail


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of one language on the way in use."""

    locale: str
    # The newest probe that was held against this content, and the newest sent.
    judged: Probe | None = None
    latest: Probe | None = None
    # There are probes, of another content or on another way.
    outdated: bool = False

    @property
    def stands(self) -> bool:
        return self.judged is not None and self.judged.state == ProbeState.PASSED


def known() -> Tracking:
    """What is known of tracking on the way in use."""
    return tracking.tracking()


def needed() -> bool:
    """Say whether nothing is sent on the way in use without a proof."""
    return known() == Tracking.THEIRS


def way() -> str:
    return tracking.way()


def contents(issue: IssuePage) -> list[Content]:
    """What would be sent: the frozen editions of a dispatch that is alive, or else the pages.

    Raises ``RenderError``.
    """
    alive = (
        Dispatch.objects.alive()
        .exclude(state=DispatchState.UNCLEAR)
        .filter(issue_key=issue.translation_key)
        .order_by("-pk")
        .first()
    )
    if alive:
        return [
            Content(each.locale, render.Mail(each.subject, each.html, each.text))
            for each in alive.editions.order_by("locale")
        ]
    return [
        Content(page.locale.language_code, render.mail(page, page.index()))
        for page in issue.in_every_locale()
    ]


def proofs(issue_key: UUID, digests: Iterable[tuple[str, str]]) -> list[Proof]:
    """Say for each language, given with the digest of its content, what is proven."""
    rows = list(Probe.objects.filter(issue_key=issue_key).defer("composed").order_by("-pk"))
    here = way()
    found = []
    for locale, digest in digests:
        own = [row for row in rows if row.locale == locale]
        of_it = [row for row in own if (row.digest, row.way) == (digest, here)]
        judged = next((row for row in of_it if row.judged_at), None)
        outdated = bool(own) and not of_it
        found.append(Proof(locale, judged, next(iter(of_it), None), outdated=outdated))
    return found


def kept(issue_key: UUID, digests: Iterable[tuple[str, str]]) -> list[Probe]:
    """The judged probes of these contents on any way, oldest first."""
    wanted = set(digests)
    judged = Probe.objects.judged().filter(issue_key=issue_key).defer("composed")
    return [row for row in judged if (row.locale, row.digest) in wanted]


def unproven(issue_key: UUID, digests: Iterable[tuple[str, str]]) -> list[str]:
    """The languages that must not be sent yet."""
    if not needed():
        return []
    return [proof.locale for proof in proofs(issue_key, digests) if not proof.stands]


def lacks_proof(dispatch: Dispatch) -> list[str]:
    """The same of the frozen editions of a dispatch, also when the service was changed since."""
    if not needed():
        return []
    editions = dispatch.editions.order_by("locale").values_list("locale", "sha256")
    return unproven(dispatch.issue_key, editions)
