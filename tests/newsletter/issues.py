"""Issues with every kind of block, for the tests of composing and sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from wagtail.rich_text import RichText

from news.models import NewsIndexPage, NewsPage
from newsletter.models import IssueIndexPage, IssuePage, Newsletter, Probe
from newsletter.sending import proving
from tests.factories import NewsPageFactory, TopicFactory

if TYPE_CHECKING:
    from wagtail.models import Locale

    from home.models import HomePage
    from wissensregion.models import SiteImage

PARAGRAPH = "<p>Guten Tag, <b>hier</b> ist der <a href='/aktuelles/'>Herbst</a>.</p>"
IMPRINT = "Wissensregion Düsseldorf e. V.\nMusterufer 1, 40213 Düsseldorf\npost@example.org"


def archive(home: HomePage) -> IssueIndexPage:
    page = IssueIndexPage(title="Newsletter", slug="newsletter-archiv", imprint=IMPRINT)
    page.locale = home.locale
    home.add_child(instance=page)
    page.save_revision().publish()
    saved: IssueIndexPage = IssueIndexPage.objects.get(pk=page.pk)
    return saved


def story(home: HomePage, photo: SiteImage | None = None, **kwargs: Any) -> NewsPage:
    index = NewsIndexPage.objects.child_of(home).first()
    if index is None:
        index = NewsIndexPage(title="Aktuelles", slug="aktuelles", locale=home.locale)
        home.add_child(instance=index)
    topic = TopicFactory(locale=home.locale)
    page: NewsPage = NewsPageFactory.build(photo=photo, locale=home.locale, topic=topic, **kwargs)
    index.add_child(instance=page)
    page.save_revision().publish()
    return NewsPage.objects.get(pk=page.pk)


def blocks(photo: SiteImage, page: NewsPage) -> list[tuple[str, Any]]:
    """One of each: an issue may hold nothing that is missing here."""
    return [
        ("paragraph", RichText(PARAGRAPH)),
        ("heading", {"text": "Ausgezeichnet", "level": "2"}),
        ("story", {"page": page, "summary": ""}),
        ("quote", {"text": "Ein guter Tag", "attribution": "Ada Beispiel", "role": "Leitung"}),
        ("photo", {"image": photo, "caption": "Der Rhein am Morgen"}),
        ("people_photo", {"image": photo, "alt_text": "", "direction": "", "people": []}),
        ("key_figures", {"heading": "In Zahlen", "figures": [figure()]}),
        ("call_to_action", {"text": "", "label": "Mehr erfahren", "page": page, "url": ""}),
    ]


def figure() -> dict[str, Any]:
    return {
        "qualifier": "over", "number": 1700, "unit": "", "label": "Beratungen",
        "source": "Expat Service Desk", "as_of": None,
    }  # fmt: skip


def issue(
    archive: IssueIndexPage, newsletter: Newsletter, body: list[tuple[str, Any]], **kwargs: Any
) -> IssuePage:
    """A published issue."""
    values = {"title": "Herbst 2026", "slug": "herbst-2026", "subject": "Neues vom Rhein"}
    values |= {"preheader": "Ein Preis, ein Fest und ein Fluss", **kwargs}
    page = IssuePage(newsletter=newsletter, locale=archive.locale, **values)
    page.body = body
    archive.add_child(instance=page)
    page.save_revision().publish()
    saved: IssuePage = IssuePage.objects.get(pk=page.pk)
    return saved


def translated(page: IssuePage, locale: Locale, **kwargs: Any) -> IssuePage:
    """The issue in another locale, published, in an archive of that locale."""
    archive = page.get_parent().specific
    if archive.get_translation_or_none(locale) is None:
        archive.copy_for_translation(locale).save_revision().publish()
    translation: IssuePage = page.copy_for_translation(locale)
    for name, value in {"slug": "autumn-2026", **kwargs}.items():
        setattr(translation, name, value)
    translation.save_revision().publish()
    saved: IssuePage = IssuePage.objects.get(pk=translation.pk)
    return saved


def prove(page: IssuePage) -> None:
    """A probe of the issue as it is now has passed, on the way in use, in each language."""
    for content in proving.contents(page):
        Probe.objects.create(
            issue_key=page.translation_key, locale=content.locale, digest=content.mail.digest,
            way=proving.way(), code=content.locale, composed={}, state="passed",
            judged_at=timezone.now(), arrived_sha256="0" * 64,
        )  # fmt: skip
