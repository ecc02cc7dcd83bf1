"""What blocks show of themselves before anybody has filled them: in the CMS, where one chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from wissensregion.plugin import offer, plugins

if TYPE_CHECKING:
    from wissensregion.plugin import Teaser

RELATED = 3


@dataclass
class Drawing:
    """Stands where a picture will stand: the site's own drawing, with words below it."""

    description: str
    credit: str = "Lotte Lichtblick"
    people: list[dict[str, str]] = field(default_factory=list)
    # What the site asks of a picture: this one has no file, so it is drawn.
    may_be_shown: bool = False
    notice: str = ""
    artwork: str = "wissensregion"
    licence_url: str = ""
    # What Wagtail writes onto a picture with its description.
    decorative: bool = False
    contextual_alt_text: str = ""


def heading() -> dict[str, Any]:
    return {"text": _("A desk for everybody who comes"), "level": "2"}


def paragraph() -> str:
    return "<p>{} <b>{}</b> {}</p><ul><li>{}</li><li>{}</li></ul>".format(
        _("Running text, as long as it must be."),
        _("Words can stand out,"),
        _("link to pages and files, and stand in lists:"),
        _("one thing after another,"),
        _("each in a line of its own."),
    )


def quote() -> dict[str, Any]:
    return {
        "text": _("After the second week I knew whom to ask, and where the good bread is."),
        "attribution": "Ada Beispiel",
        "role": _("doctoral student"),
    }


def photo() -> dict[str, Any]:
    alt = _("The bend of the Rhine, drawn")
    return {
        "image": {"image": Drawing(alt), "alt_text": alt, "decorative": False},
        "caption": _("What can be seen, where and when."),
    }


def people_photo() -> dict[str, Any]:
    people = [
        {"name": "Ada Beispiel", "role": _("head of the office"), "organisation": "Düsseldorf"},
        {"name": "Ben Muster", "role": _("adviser"), "organisation": "IHK"},
    ]
    return {
        "image": Drawing(_("Two people at a desk, drawn"), artwork="people"),
        "alt_text": "",
        "direction": "",
        "people": people,
    }


def key_figures() -> dict[str, Any]:
    figures = (
        {"qualifier": "over", "number": 60, "unit": "", "label": _("applications")},
        {"qualifier": "", "number": 35, "unit": "%", "label": _("from other countries")},
    )
    source = {"source": _("own survey"), "as_of": None, "review_by": None}
    return {
        "heading": pgettext("of key figures", "In numbers"),
        "figures": [{**figure, **source} for figure in figures],
    }


def call_to_action() -> dict[str, Any]:
    return {
        "text": _("Are you new in the region?"),
        "label": _("Make an appointment"),
        "page": None,
        "url": "https://example.org/",
    }


def related_pages() -> dict[str, Any]:
    """The first pages of the site: one that is not public would not be shown."""
    pages = Page.objects.live().public().filter(locale__language_code=get_language(), depth__gt=2)
    return {"heading": "", "pages": list(pages.in_menu().order_by("path")[:RELATED])}


def signup() -> dict[str, Any]:
    return {"heading": "", "text": _("News of the region, four times a year.")}


def story() -> dict[str, Any]:
    """The newest story there is."""
    numbers = [teaser.page_id for teaser in _teasers()]
    page = Page.objects.filter(pk__in=numbers).order_by("-first_published_at").first()
    return {"page": page, "summary": ""}


def _teasers() -> list[Teaser]:
    sources = (offer(plugin, "teasers", "latest") for plugin in plugins())
    return [teaser for latest in sources if latest for teaser in latest(get_language(), 1)]
