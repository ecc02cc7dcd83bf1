"""What every public template needs: artwork, pictures, teasers, figures and dates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django import template
from django.utils.formats import date_format, number_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.blocks import StreamValue
from wagtail.models import Page

from wissensregion import artwork as drawing
from wissensregion import hyphens, pictures
from wissensregion import rhine as rhine_
from wissensregion.figures import Qualifier
from wissensregion.pages import in_language
from wissensregion.plugin import Teasable, Teaser
from wissensregion.sharing import ways

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from django.template import Context

    from wissensregion.models import SiteImage

register = template.Library()

QUOTES = {"de": "„{}“", "en": "“{}”"}
DATES = {"de": "j. F Y", "en": "j F Y"}
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
HUNDRED = 100
# One number alone has nothing to be measured by.
MANY = 2


@register.inclusion_tag("components/artwork.html")
def artwork(seed: str, accent: str = "") -> dict[str, Any]:
    """Draw the picture of a seed in a topic's colour."""
    return {"art": drawing.draw(str(seed), accent)}


@register.inclusion_tag("components/rhine.html")
def rhine() -> dict[str, Any]:
    """Draw the bend of the Rhine the region lies on."""
    return {"rhine": rhine_.draw()}


@register.inclusion_tag("components/picture.html")
def picture(
    image: SiteImage,
    *,
    alt: str = "",
    sizes: str = "100vw",
    crop: bool = False,
    eager: bool = False,
) -> dict[str, Any]:
    """Show an image in the format and size the reader's browser picks."""
    return {
        "picture": pictures.sources(image, crop=crop),
        # What stands in for a picture that is not made, or that may not be shown any more.
        "seed": image.artwork,
        "alt": image.notice or alt,
        "sizes": sizes,
        "eager": eager,
    }


class Shown(TypedDict, total=False):
    """How a figure shows its image; each has a good default."""

    alt: str
    caption: str
    # What the credit is for; it says "Photo" otherwise.
    kind: str
    people: Iterable[Mapping[str, str]]
    direction: str
    sizes: str
    eager: bool


@register.inclusion_tag("components/figure.html")
def figure(image: SiteImage, **shown: Unpack[Shown]) -> dict[str, Any]:
    """Show an image with its caption, the people on it, its credit and its licence.

    Where it may not be shown any more, neither are its caption nor the names of its people.
    """
    if image.notice:
        return {"image": image}
    return {
        "sizes": "(min-width: 64rem) 60vw, 100vw",
        **shown,
        "image": image,
        "alt": shown.get("alt", image.description),
        "people": [person for person in shown.get("people", ()) if person["name"]],
    }


@register.inclusion_tag("components/credit.html")
def credit(image: SiteImage) -> dict[str, Any]:
    """Say who made an image, where there is no caption to say it."""
    return {"image": image}


@register.inclusion_tag("components/logo.html")
def logo(image: SiteImage, *, alt: str = "", eager: bool = False) -> dict[str, Any]:
    """Show a logo uncropped, with room around it."""
    return {"rendition": pictures.small(image), "alt": alt, "eager": eager}


@register.inclusion_tag("components/share.html")
def share(page: Page) -> dict[str, Any]:
    """Offer to pass a page on, by links alone and by its address to copy."""
    url = page.full_url or ""
    return {"url": url, "ways": ways(page.title, url) if url else []}


@register.filter
def teaser(page: Page) -> Teaser:
    """Return how a page wants to be announced; a page that does not care gets its title."""
    specific = page.specific
    if isinstance(specific, Teasable):
        return specific.as_teaser()
    return Teaser(
        title=page.title,
        summary=page.search_description or getattr(specific, "summary", ""),
        url=page.full_url or "",
        locale=page.locale.language_code,
        published_at=page.first_published_at,
        page_id=page.pk,
        artwork=str(page.translation_key),
    )


@register.simple_tag
def linked(page: Page | str, *names: str) -> dict[int | None, Page]:
    """Fetch all pages that some fields of a page lead to at once, each in the reader's language.

    They are fetched when the first is asked for: what is kept of a page needs none of them.
    """
    found: Any = SimpleLazyObject(lambda: in_language(_led_to(page, names)))
    return cast("dict[int | None, Page]", found)


def _led_to(page: Page | str, names: Iterable[str]) -> Iterator[int]:
    """The numbers of the pages that fields of a page lead to; a type need not have them all."""
    for name in names:
        value = getattr(page, name, None)
        if isinstance(value, StreamValue):
            yield from _chosen(value.raw_data)
        elif isinstance(value, int):
            yield value


@register.simple_tag(takes_context=True)
def linked_page(context: Context, number: int | None) -> Page | None:
    """Return one of the fetched pages; nothing where it is not public."""
    found: dict[int | None, Page] = context["linked_pages"]
    return found.get(number)


@register.simple_tag(takes_context=True)
def translated(context: Context, page: Page | None) -> Page | None:
    """Return a page in the reader's language, or as it is; nothing where it is not public."""
    return next(iter(all_translated(context, [page] if page else [])), None)


@register.simple_tag(takes_context=True)
def all_translated(context: Context, pages: Iterable[Page]) -> list[Page]:
    """Return pages in the reader's language, each with its ``summary``, in their order."""
    order = [page.pk for page in pages if page]
    found = context.get("linked_pages") or in_language(order)
    return [found[number] for number in order if number in found]


def _chosen(blocks: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """The numbers of the pages chosen in a text's blocks, without loading the blocks."""
    for block in blocks:
        if block["type"] == "call_to_action":
            yield from filter(None, [block["value"].get("page")])
        elif block["type"] == "related_pages":
            for item in block["value"].get("pages", []):
                yield item["value"] if isinstance(item, dict) else item


@register.filter
def with_renditions(shown: Iterable[Any], attribute: str) -> list[Any]:
    """Fetch the renditions of all pictures of a list at once, rather than one by one."""
    listed = list(shown)
    fetch_renditions(listed, attribute)
    return listed


@register.simple_tag
def fetch_renditions(shown: Iterable[Any], attribute: str, *more: SiteImage | None) -> str:
    """Fetch the renditions of the pictures of a list, and of others on the page, at once."""
    images = [image for each in shown if (image := getattr(each, attribute))]
    pictures.fetch([*images, *filter(None, more)])
    return ""


@register.filter
def flat(groups: Iterable[tuple[Any, Iterable[Any]]]) -> list[Any]:
    """Return the members of all groups, one after the other."""
    return [each for _name, members in groups for each in members]


@register.filter
def amount(number: Decimal | float) -> str:
    """Write a number as the reader's language does: 1.700 or 1,700, without idle zeros."""
    _sign, digits, exponent = Decimal(str(number)).normalize().as_tuple()
    places = max(0, -int(exponent)) if digits else 0
    return str(number_format(number, decimal_pos=places, force_grouping=True))


@register.filter
def qualifier(value: str) -> str:
    """Say how exact a figure is; an exact one needs no word."""
    return str(Qualifier(value).label) if value else ""


@register.filter
def key_figure(value: Mapping[str, Any]) -> str:
    """Write a key figure in one line that does not break: over 1,700 €."""
    parts = (qualifier(value["qualifier"]), amount(value["number"]), value["unit"])
    return NO_BREAK_SPACE.join(part for part in parts if part)


@register.filter
def compared(figures: Iterable[Any]) -> list[tuple[Mapping[str, Any], int | None]]:
    """Give each figure its length in percent, where all count in the same unit.

    Percentages are parts of a hundred; everything else is measured by the largest.
    """
    values = [getattr(figure, "value", figure) for figure in figures]
    numbers, units = (
        [value["number"] for value in values],
        {value["unit"] or "" for value in values},
    )
    if len(values) < MANY or "" in units or len(units) > 1 or min(numbers, default=0) < 0:
        return [(value, None) for value in values]
    hundred = units == {"%"} and max(numbers) <= HUNDRED
    whole = HUNDRED if hundred else max(numbers) or 1
    return [(value, round(HUNDRED * value["number"] / whole)) for value in values]


@register.filter
def quoted(text: str) -> str:
    """Set a text in the quotation marks of the reader's language."""
    return QUOTES[_language()].format(text)


# Soft hyphens make no markup of what was none.
@register.filter(is_safe=True)
def breakable(text: str) -> str:
    """Allow a break inside very long German compounds, also where browsers cannot hyphenate."""
    return hyphens.breakable(str(text))


@register.filter
def long_date(day: date | None) -> str:
    """Write a day as 22. November 2019 or 22 November 2019."""
    return str(date_format(day, DATES[_language()])) if day else ""


def _language() -> str:
    language = (get_language() or "de").split("-")[0]
    return language if language in DATES else "en"
