"""What every page says to programs: who speaks, where it is, how it is shown elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from wagtail.models import Page

from home.templatetags.home_tags import surroundings
from wissensregion import structured
from wissensregion.cards import drawing, sharing
from wissensregion.keeping import kept
from wissensregion.models import public

if TYPE_CHECKING:
    from django.template import Context

    from home.models import SiteProfile
    from home.templatetags.home_tags import Surroundings

register = template.Library()

# As Open Graph writes a language.
TERRITORIES = {"de": "de_DE", "en": "en_GB"}


@register.inclusion_tag(structured.TEMPLATE, takes_context=True)
def site_data(context: Context) -> dict[str, str]:
    """Say who speaks on this site, and how one comes to this page."""
    around = surroundings(context)
    if around is None:
        return structured.script()
    nodes = [_speaker(around.standing.profile)]
    if steps := _steps(around):
        nodes.append(structured.trail(steps))
    elif around.page:
        nodes.append(_website(around))
    return structured.script(*nodes)


@register.inclusion_tag("components/sharing.html", takes_context=True)
def share_meta(context: Context, kind: str = "website") -> dict[str, Any]:
    """Say how others show a link to this page."""
    around = surroundings(context)
    page = around.page if around else None
    if around is None or page is None:
        return {}
    profile = around.standing.profile
    codes = [language.code for language in around.languages()]
    texts = ("search_description", "summary", "intro", "lead")
    said = [text for name in texts if (text := getattr(page, name, ""))]
    return {
        "kind": kind,
        "page": page,
        "title": page.seo_title or page.title,
        "description": said[0] if said else getattr(profile, "claim", ""),
        "image": sharing.address(page),
        "size": (drawing.WIDTH, drawing.HEIGHT),
        "url": context.get("canonical") or page.full_url,
        "site_name": structured.publisher(getattr(profile, "organisation", ""))["name"],
        "locale": TERRITORIES.get(around.language, around.language),
        "others": [TERRITORIES.get(code, code) for code in codes if code != around.language],
    }


def _speaker(profile: SiteProfile | None) -> structured.Node:
    if profile is None:
        return structured.publisher("")
    return {
        **structured.publisher(profile.organisation),
        "description": profile.claim,
        "address": ", ".join(profile.address.splitlines()),
        "telephone": profile.phone,
        "email": profile.email,
        "sameAs": [block.value["url"] for block in profile.social],
    }


def _website(around: Surroundings) -> structured.Node:
    node = structured.publisher(getattr(around.standing.profile, "organisation", ""))
    return {
        "@type": "WebSite",
        "@id": f"{node['url']}#website",
        "name": node["name"],
        "url": node["url"],
        "inLanguage": around.language,
        "publisher": {"@id": node["@id"]},
    }


def _steps(around: Surroundings) -> list[tuple[str, str]]:
    """The pages from the home page down to this one; none for the home page itself."""
    page, home = around.page, around.standing.home
    if page is None or home is None or not page.pk or page.depth <= home.depth:
        return []
    above = kept(("above", page.path[: -Page.steplen]), lambda: _above(page, home))
    return [*above, (page.title, page.full_url or "")]


def _above(page: Page, home: Page) -> list[tuple[str, str]]:
    """What of the pages above a page readers may open."""
    ends = range(home.depth, page.depth)
    paths = [page.path[: depth * Page.steplen] for depth in ends]
    found = public(Page.objects.live().filter(path__in=paths)).order_by("path")
    return [(each.title, each.full_url or "") for each in found]
