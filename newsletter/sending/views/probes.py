"""The proof that an issue arrives without tracking: probes sent, uploaded and told of."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from newsletter.composing.models import IssuePage
from newsletter.composing.render import RenderError
from newsletter.sending import actions, proving, telling
from newsletter.sending.audience import language
from newsletter.sending.forms import ProbeForm
from newsletter.sending.models import ProbeState
from newsletter.sending.traces import Difference
from newsletter.sending.views.door import may_send
from newsletter.sending.wording import clock

if TYPE_CHECKING:
    from django.http import HttpResponse

    from newsletter.composing.models import Edition
    from newsletter.sending.models import Dispatch, Probe
    from newsletter.sending.proving import Proof
    from newsletter.sending.views.door import EditorRequest
    from wissensregion.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one language, in words."""

    language: str
    said: str
    level: str  # As Wagtail names them: info, warning, critical.
    details: list[str]
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """All that the release page says about the proof."""

    said: str
    lines: list[Line]
    stops: bool
    address: str
    reads: bool
    form: ProbeForm
    waiting: bool


def panel(issue: IssuePage, user: User) -> Panel:
    """Say what is proven, what is missing and what can be done."""
    contents: list[proving.Content] = []
    # Where no mail leaves there is nothing to send; an issue that cannot be drawn is told of.
    if proving.known() != proving.Tracking.NOWHERE:
        with suppress(RenderError):
            contents = proving.contents(issue)
    digests = [(each.locale, each.mail.digest) for each in contents]
    found = proving.proofs(issue.translation_key, digests)
    needed = proving.needed()
    return Panel(
        said=_standing(),
        lines=[_line(proof, needed=needed) for proof in found],
        stops=needed and not all(proof.stands for proof in found),
        address=actions.address_for(user),
        reads=bool(settings.NEWSLETTER_PROBE_MAILBOX),
        form=ProbeForm(),
        waiting=any(proof.latest and not proof.latest.judged_at for proof in found),
    )


def kept(dispatch: Dispatch, editions: list[Edition]) -> list[Line]:
    """What was proven of the editions of a dispatch, whatever service is in use now."""
    digests = [(edition.locale, edition.sha256) for edition in editions]
    rows = proving.kept(dispatch.issue_key, digests)
    return [_judged(language(row.locale), row) for row in rows]


def unproven() -> str:
    return _(
        "Nothing was sent: no probe has shown yet that the issue, as it is now, arrives without "
        "tracking through this mail service. Send a probe first."
    )


@require_POST
@may_send
def probe(request: EditorRequest, page_id: int) -> HttpResponse:
    """Send the issue to a mailbox of our own, in each language."""
    issue = get_object_or_404(IssuePage.objects.select_related("newsletter"), pk=page_id)
    to = actions.address_for(request.user)
    if not to:
        messages.error(request, _("Your account has no mail address. Add one in your profile."))
        return redirect("newsletter_release", issue.pk)
    try:
        sent = actions.probe(issue, request.user, to=to)
    except (RenderError, actions.ProbeError) as error:
        messages.error(request, _("The probe was not sent. %(error)s") % {"error": error})
    else:
        said = _("Sent to %(address)s: %(codes)s.")
        codes = ", ".join(f"Probe {each.code}" for each in sent)
        messages.success(request, said % {"address": to, "codes": codes})
    return redirect("newsletter_release", issue.pk)


@require_POST
@may_send
def upload_probe(request: EditorRequest, page_id: int) -> HttpResponse:
    """Judge a probe by the mail that somebody has saved as a file."""
    issue = get_object_or_404(IssuePage, pk=page_id)
    form = ProbeForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["mail"])))
        return redirect("newsletter_release", issue.pk)
    try:
        judged = actions.judge_upload(issue, form.cleaned_data["mail"].read())
    except actions.NoProbeError:
        said = _(
            "This file is no probe of this issue. Save the mail whose subject begins with "
            "“Probe” and its code, with all its headers, as an .eml file."
        )
        messages.error(request, said)
    else:
        _told(request, judged)
    return redirect("newsletter_release", issue.pk)


def _told(request: EditorRequest, judged: Probe) -> None:
    if judged.state == ProbeState.PASSED:
        messages.success(request, _("The probe arrived as it was composed."))
    else:
        messages.error(request, _("The probe arrived otherwise than it was composed; see below."))


def _standing() -> str:
    name = {"service": proving.way()}
    return {
        proving.Tracking.HEARD: _(
            "%(service)s is told with each mail not to track, and obeys. A probe shows it, and is "
            "not asked for."
        ),
        proving.Tracking.OURS: _(
            "%(service)s is set as a mail server of our own that passes on what it is given. A "
            "probe shows it, and is not asked for."
        ),
        proving.Tracking.NOWHERE: _("No mail leaves this server: there is nothing to prove."),
        proving.Tracking.THEIRS: _(
            "%(service)s decides by settings of its own whether opens and clicks are tracked. The "
            "issue can be released when a probe, in each language, has arrived as it was composed."
        ),
    }[proving.known()] % name


def _line(proof: Proof, *, needed: bool) -> Line:
    name = language(proof.locale)
    latest = proof.latest
    if latest is None:
        said = _("not probed yet")
        if proof.outdated:
            said = _(
                "not probed as it is now: the issue or the mail service was changed since the "
                "last probe"
            )
        return Line(name, said, "warning" if needed else "info", [])
    if latest.state == ProbeState.WAITING:
        return Line(name, _waiting(latest), "info", *_trouble(latest))
    if latest.state == ProbeState.LOST:
        said = _("Probe %(code)s, sent %(at)s, has not arrived in the mailbox.")
        todo = _(
            "Look into its spam folder and whether the address is right. Then upload the mail, or "
            "send another probe."
        )
        values = {"code": latest.code, "at": clock(latest.sent_at)}
        return Line(name, said % values, "warning", [], todo)
    return _judged(name, latest)


def _waiting(latest: Probe) -> str:
    values = {"code": latest.code, "at": clock(latest.sent_at)}
    if settings.NEWSLETTER_PROBE_MAILBOX:
        said = _("Probe %(code)s was sent %(at)s; the mailbox is looked into every minute.")
    else:
        said = _("Probe %(code)s was sent %(at)s. Save it as an .eml file and upload it below.")
    return said % values


def _trouble(latest: Probe) -> tuple[list[str], str]:
    if not latest.problem:
        return [], ""
    said = _("The mailbox cannot be read: %(problem)s") % {"problem": latest.problem}
    todo = _("Whoever runs the site checks PROBE_MAILBOX_URL; or upload the mail below.")
    return [said], todo


def _judged(name: str, latest: Probe) -> Line:
    found = [Difference(**each) for each in latest.differences]
    details = [telling.sentence(each) for each in found]
    if latest.state == ProbeState.PASSED:
        said = _("Probe %(code)s passed %(at)s: every link and picture arrived as composed.")
        level = "warning" if found else "info"
    else:
        said = _("Probe %(code)s failed %(at)s: the mail arrived otherwise than it was composed.")
        level = "critical"
    values = {"code": latest.code, "at": clock(latest.judged_at)}
    return Line(name, said % values, level, details, " ".join(telling.todo(found)))
