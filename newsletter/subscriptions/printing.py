"""The pages a proof is printed on."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

if TYPE_CHECKING:
    from datetime import datetime

    from newsletter.subscriptions.models import Consent, ConsentWording
    from newsletter.subscriptions.proving import Proof

FONTS = Path(__file__).parent / "fonts"
FAMILY, FALLBACK = "atkinson", "atkinson-ext"
MARGIN = 20
# A row label's width in millimetres, and the sizes of type in points.
LABEL = 38
TITLE, HEADING, BODY, SMALL = 18, 13, 10, 8
GREY = 90


class Paper(FPDF):
    """A4 with our own typeface, and a page number at each foot."""

    def __init__(self, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, MARGIN)  # noqa: FBT003 - fpdf2's own signature
        self.add_font(FAMILY, "", FONTS / "atkinson-latin-regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "atkinson-latin-bold.ttf")
        self.add_font(FALLBACK, "", FONTS / "atkinson-latin-ext-regular.ttf")
        self.set_fallback_fonts([FALLBACK], exact_match=False)
        self.set_title(title)
        self.set_author(_sender())
        self.set_lang(get_language() or settings.LANGUAGE_CODE)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-MARGIN + 5)
        self.text_in(SMALL, grey=True)
        page = _("page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(0, 4, f"{self.foot} · {page}")

    def text_in(self, size: int, style: str = "", *, grey: bool = False) -> None:
        self.set_font(FAMILY, style, size)
        self.set_text_color(GREY if grey else 0)

    def line_of(self, text: str, size: int = BODY, style: str = "", *, grey: bool = False) -> None:
        """Write a paragraph from margin to margin."""
        self.text_in(size, style, grey=grey)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def heading(self, text: str) -> None:
        self.ln(5)
        self.line_of(text, HEADING, "B")
        self.ln(1)

    def row(self, label: str, text: str) -> None:
        """Write a label and what it stands for beside it."""
        if not text:
            return
        self.text_in(BODY, grey=True)
        self.cell(LABEL, 5, label)
        self.text_in(BODY)
        self.multi_cell(0, 5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")


def print_proof(proof: Proof) -> bytes:
    """Set a proof: what it says first, then each step, each wording in full, and the check."""
    title = _("Proof of consent to receive a newsletter")
    name = proof.chain.public_id if proof.chain else "–"
    paper = Paper(title, _("Proof %(name)s") % {"name": name})
    paper.line_of(title, TITLE, "B")
    paper.ln(2)
    paper.row(_("Sender"), _sender())
    paper.row(_("Address"), proof.address or _("no longer stored"))
    paper.row(_("Person"), name)
    paper.row(_("Printed on"), _moment(proof.made_at))
    paper.row(_("Result"), _result(proof))
    paper.row(_("Suppressed"), proof.suppression)
    paper.heading(_("What happened"))
    for step in proof.steps:
        _print_step(paper, step)
    if proof.wordings:
        paper.heading(_("What was agreed to"))
    for wording in proof.wordings:
        _print_wording(paper, wording)
    paper.heading(_("How this is proved"))
    paper.line_of(
        _(
            "Each step is recorded with a checksum (SHA-256) over its content and over the "
            "checksum of the step before. Whoever changes, adds or removes a step makes all later "
            "checksums wrong. The file in JSON format holds everything needed to check them. The "
            "network of a visitor is shortened when it is recorded and deleted after %(days)s "
            "days."
        )
        % {"days": settings.NEWSLETTER_NETWORK_DAYS}
    )
    return bytes(paper.output())


def _result(proof: Proof) -> str:
    if not proof.steps:
        return _("Nothing is recorded about this person.")
    if proof.verified:
        return _("All %(count)s steps are complete and unchanged.") % {"count": len(proof.steps)}
    places = "; ".join(
        _("step %(step)s: %(fault)s") % {"step": each.seq, "fault": each.fault.label}
        for each in proof.breaks
    )
    return _("The proof is broken. %(places)s.") % {"places": places}


def _print_step(paper: Paper, step: Consent) -> None:
    wording, languages = step.wording, dict(settings.LANGUAGES)
    paper.line_of(f"{step.seq}. {step.get_kind_display()}", BODY, "B")
    paper.row(_("Time"), _moment(step.at))
    paper.row(_("Newsletter"), step.newsletter.name if step.newsletter else _("all"))
    paper.row(_("Language"), str(languages.get(step.locale, step.locale)))
    paper.row(_("Page"), step.source)
    paper.row(_("Note"), step.note)
    paper.row(_("Network"), step.network)
    if wording:
        version = _("version %(version)s (%(locale)s)")
        paper.row(_("Wording"), version % {"version": wording.version, "locale": wording.locale})
    paper.row(_("Checksum"), step.hash)
    paper.ln(2)


def _print_wording(paper: Paper, wording: ConsentWording) -> None:
    title = _("Version %(version)s (%(locale)s), since %(date)s")
    since = _moment(wording.created_at)
    values = {"version": wording.version, "locale": wording.locale, "date": since}
    paper.line_of(title % values, BODY, "B")
    paper.line_of(wording.text)
    paper.line_of(f"SHA-256 {wording.sha256}", SMALL, grey=True)
    paper.ln(2)


def _moment(moment: datetime) -> str:
    here = timezone.localtime(moment)
    return f"{date_format(here, 'j. F Y, H:i:s')} ({here:%Z, UTC%z})"


def _sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return f"{name or settings.WAGTAIL_SITE_NAME} <{address}>"
