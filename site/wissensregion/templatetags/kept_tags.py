"""Pieces of a page that are made once for all visitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from wissensregion import pieces

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template.base import FilterExpression, NodeList, Parser, Token
    from django.template.context import Context

register = template.Library()

EVERYWHERE = "everywhere"


class KeptNode(template.Node):
    """What stands between the tags; a name, and what it depends on besides the page."""

    def __init__(
        self, name: str, nodelist: NodeList, depends: list[FilterExpression], *, everywhere: bool
    ) -> None:
        self.name = name
        self.nodelist = nodelist
        self.depends = depends
        self.everywhere = everywhere

    def render(self, context: Context) -> Any:
        values = [str(each.resolve(context)) for each in self.depends]
        return pieces.piece(
            context,  # type: ignore[arg-type]
            (self.name, *values),
            lambda: self.nodelist.render(context),
            everywhere=self.everywhere,
        )


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands up to ``kept_end``: ``{% kept "stories" number %}``.

    It must not depend on anything but the content of the site, the page, its language and the
    values given, because the next visitor gets the same. With ``everywhere`` among the values it
    does not depend on the page either.
    """
    _tag, name, *words = token.split_contents()
    nodelist = parser.parse(("kept_end",))
    parser.delete_first_token()
    depends = [parser.compile_filter(word) for word in words if word != EVERYWHERE]
    return KeptNode(name.strip("\"'"), nodelist, depends, everywhere=EVERYWHERE in words)


@register.filter
def asked(request: HttpRequest | str) -> str:
    """What a piece depends on that may be another one behind the address's question mark."""
    # Where a template is drawn without a request, it is an empty text.
    return "" if isinstance(request, str) else pieces.asked(request)
