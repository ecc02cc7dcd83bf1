"""What the templates of a mail need: pictures, stories and addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _

from newsletter.composing import plaintext, render
from newsletter.pictures import COLUMN, CROPPED, WHOLE
from wissensregion import pictures
from wissensregion.renditions import readiness
from wissensregion.templatetags.site_tags import teaser

if TYPE_CHECKING:
    from wagtail.models import Page

    from wissensregion.models import SiteImage
    from wissensregion.plugin import Teaser

register = template.Library()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the size the mail shows it."""

    url: str
    width: int
    height: int
    image: SiteImage


@dataclass(frozen=True, slots=True)
class Story:
    """A story as the mail announces it."""

    teaser: Teaser
    url: str
    picture: Picture | None


@register.filter
def mail_picture(image: SiteImage, *, crop: bool = False) -> Picture | None:
    """The picture as the mail shows it; nothing where it may not be shown any more."""
    if image.notice:
        return None
    rendition = pictures.made(image).get(CROPPED if crop else WHOLE)
    if rendition is None:
        # Once it is sent nobody can put the picture in.
        message = _("the picture “%(title)s” is not ready. %(state)s")
        raise template.TemplateSyntaxError(
            message % {"title": image.title, "state": readiness.explained(image)}
        )
    width = min(COLUMN, rendition.width)
    return Picture(
        url=absolute(rendition.url),
        width=width,
        height=round(rendition.height * width / rendition.width),
        image=image,
    )


@register.filter
def mail_story(page: Page | None) -> Story:
    """A page as the mail announces it; without one there is nothing to announce."""
    if page is None:
        message = "the chosen story no longer exists"
        raise template.TemplateSyntaxError(message)
    shown = teaser(page)
    # Without words for it, a picture says nothing to half of the programs mails are read in.
    picture = mail_picture(shown.image, crop=True) if shown.image and shown.alt else None
    return Story(teaser=shown, url=render.address(page), picture=picture)


@register.filter
def mail_address(value: Any) -> str:
    """Where a call to action leads: a page of ours or an address elsewhere."""
    page = value["page"]
    return render.address(page.localized) if page else str(value["url"])


@register.filter
def plain(html: Any) -> str:
    """Rich text as plain text, its links as full addresses."""
    return plaintext.from_html(render.with_site(str(html)))


@register.filter
def underlined(title: str, line: str) -> str:
    return plaintext.underlined(title, line)


@register.filter
def absolute(url: str) -> str:
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


@register.simple_tag
def mail_static(path: str) -> str:
    return absolute(static(path))
