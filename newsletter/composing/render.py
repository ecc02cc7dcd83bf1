"""An issue as mail: HTML from MJML, and a plain text of its own.

The result is the same for everybody but for the marks in it, which ``fill`` replaces by
one person's links.
"""

from __future__ import annotations

import html as markup
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import css_inline
import mrml
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.composing import plaintext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wagtail.blocks.stream_block import StreamValue
    from wagtail.models import Page

    from newsletter.composing.models import IssueIndexPage, IssuePage

# What differs from person to person. Everything else is rendered once.
UNSUBSCRIBE, PREFERENCES = "@@unsubscribe@@", "@@preferences@@"
NOBODY = {UNSUBSCRIBE: "#", PREFERENCES: "#"}
# Gmail hides what follows 102 kB, and with it the way to leave; umlauts grow on the wire.
SIZE_LIMIT = 80 * 1024
ROOT_RELATIVE = re.compile(r"""(\s(?:href|src)=["'])(/(?!/))""")
SOURCE = re.compile(r'<(?:img|link|script|iframe|video|source)\b[^>]*?\s(?:src|href)="([^"]*)"')


class RenderError(Exception):
    """The issue cannot be made into a mail; the message names the block."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One issue in one locale, as it is handed over but for the marks."""

    subject: str
    html: str
    text: str

    @property
    def digest(self) -> str:
        """Tells this content from any other."""
        return sha256(f"{self.subject}\0{self.html}\0{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """One block, drawn."""

    html: str
    text: str


def mail(issue: IssuePage, index: IssueIndexPage | None) -> Mail:
    """Render an issue in its locale, or say which block cannot be rendered."""
    with translation.override(issue.locale.language_code):
        context = _context(issue, index)
        parts = list(_parts(issue, context))
        context |= {"parts": parts}
        return Mail(
            subject=issue.subject,
            html=_html(render_to_string("mail/issue.html", context)),
            text=plaintext.tidy(render_to_string("mail/issue.txt", context)) + "\n",
        )


def fill(text: str, links: Mapping[str, str]) -> str:
    """Put one person's links where the marks are."""
    for mark, link in links.items():
        text = text.replace(mark, markup.escape(link))
    return text


def with_site(html: str) -> str:
    """Make every address within the site a full one."""
    return ROOT_RELATIVE.sub(rf"\g<1>{settings.SITE_URL}\g<2>", html)


def address(page: Page) -> str:
    """A page's public address below ``SITE_URL``, whatever host the CMS is used on."""
    parts = page.get_url_parts()
    return f"{settings.SITE_URL}{parts[2]}" if parts and parts[2] else ""


def _context(issue: IssuePage, index: IssueIndexPage | None) -> dict[str, Any]:
    privacy = index.privacy.localized if index and index.privacy else None
    return {
        "issue": issue,
        "index": index,
        "site_url": settings.SITE_URL,
        "online": address(issue) if issue.path else "",
        "archive": address(index) if index else "",
        "privacy": address(privacy) if privacy else "",
        "unsubscribe": UNSUBSCRIBE,
        "preferences": PREFERENCES,
    }


def _parts(issue: IssuePage, context: dict[str, Any]) -> Iterator[Part]:
    for number, (child, level) in enumerate(outlined(issue.body), start=1):
        try:
            yield _part(child, {**context, "level": level})
        except Exception as error:
            message = _("Block %(number)s (%(block)s) cannot be shown as mail: %(error)s") % {
                "number": number,
                "block": child.block.label,
                "error": error or type(error).__name__,
            }
            raise RenderError(message) from error


def outlined(body: StreamValue) -> Iterator[tuple[StreamValue.StreamChild, int]]:
    """Each block with the level of a heading in it: it continues the outline the editor began."""
    level = 2
    for child in body:
        yield child, level
        if child.block_type == "heading":
            level = 3


def _part(child: StreamValue.StreamChild, parent: dict[str, Any]) -> Part:
    name = template_name(child.block)
    context = child.block.get_context(child.value, parent_context=parent)
    return Part(
        html=render_to_string(f"{name}.html", context),
        text=render_to_string(f"{name}.txt", context),
    )


def template_name(block: Any) -> str:
    """Where a block's pair of mail templates lies, without the ending."""
    return f"blocks/mail/{PurePosixPath(block.meta.template).stem}"


def _html(mjml: str) -> str:
    """Turn MJML into the tables mail programs understand, every style where it is used."""
    try:
        output = mrml.to_html(
            mjml, render_options=mrml.RenderOptions(disable_comments=True, fonts={})
        )
    except OSError as error:
        raise RenderError(_("The mail's layout is broken: %(error)s") % {"error": error}) from error
    inliner = css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=render_to_string("mail/inline.css"),
    )
    html = with_site(inliner.inline(output.content))
    if foreign := [url for url in SOURCE.findall(html) if not _own(url)]:
        raise RenderError(_("The mail would load %(url)s from elsewhere.") % {"url": foreign[0]})
    return html


def _own(url: str) -> bool:
    return url.startswith(f"{settings.SITE_URL}/")
