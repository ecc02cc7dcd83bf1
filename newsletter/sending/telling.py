"""Says in plain words how a probe arrived, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sending.traces import Difference

# What the service would have to be set otherwise for.
BY_TRACKING = {"link", "picture", "pixel", "code", "address", "text"}


def todo(found: list[Difference]) -> Iterator[str]:
    """What helps against it."""
    kinds = {each.kind for each in found}
    if kinds & BY_TRACKING:
        yield _(
            "Switch off at the mail service: tracking of opens and clicks, its own link to "
            "unsubscribe, its footer. Then send another probe."
        )
    if kinds & {"header", "signature", "unsigned"}:
        yield _(
            "Let whoever signs the mails (the mail service or the mail server) cover both headers "
            "by which one leaves, and change neither."
        )
    if "part" in kinds:
        yield _("Send another probe, and save that mail itself: not forwarded and not as text.")


def sentence(difference: Difference) -> str:
    """Say one difference in plain words."""
    values: dict[str, Any] = {"composed": difference.composed, "arrived": difference.arrived}
    if difference.kind in {"part", "header", "signature", "unsigned"}:
        return _of_the_mail()[difference.kind] % values
    if not difference.composed:
        return _added().get(difference.kind, _("Added: %(arrived)s")) % values
    if not difference.arrived:
        return _("Missing: %(composed)s") % values
    return _("%(composed)s arrived as %(arrived)s") % values


def _added() -> dict[str, str]:
    return {
        "pixel": _("An invisible picture was added, as they are used to track opens: %(arrived)s"),
        "picture": _("A picture was added: %(arrived)s"),
        "link": _("A link was added: %(arrived)s"),
        "code": _("Something that runs or loads was added: %(arrived)s"),
        "text": _("A link was added to the plain text: %(arrived)s"),
    }


def _of_the_mail() -> dict[str, str]:
    return {
        "part": _("The mail arrived without its %(composed)s part."),
        "header": _("A header by which one leaves arrived changed: %(arrived)s (%(composed)s)"),
        "signature": _(
            "The signature (DKIM) covers not both of List-Unsubscribe and List-Unsubscribe-Post: "
            "mail programs then offer no one-click way to leave (RFC 8058)."
        ),
        "unsigned": _(
            "The mail bears no signature (DKIM). Big providers ask for one, and without it offer "
            "no one-click way to leave."
        ),
    }
