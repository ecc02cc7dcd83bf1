"""The sign-up form, wherever a template asks for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse

from newsletter.subscriptions import actions
from newsletter.subscriptions.forms import WebSignupForm, known_locale
from newsletter.subscriptions.models import SignupPage

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.template import Context

    from newsletter.subscriptions.models import ConsentWording, Newsletter

register = template.Library()

# Counts the forms of one page, so that the ids of their fields differ.
COUNT = "newsletter.forms"


@dataclass(frozen=True, slots=True)
class Signup:
    """A form, and what stands around its fields."""

    form: WebSignupForm
    number: int
    locale: str
    source: str
    wording: ConsentWording
    newsletters: list[Newsletter]

    @property
    def choosing(self) -> bool:
        """Where there is one newsletter, nobody is asked which."""
        return len(self.newsletters) > 1

    @property
    def chosen(self) -> list[str]:
        return list(self.form["newsletters"].value() or [])


@register.simple_tag(takes_context=True)
def signup_form(context: Context) -> Signup:
    """A form in the language of the page; after an error, the one the visitor has filled in."""
    request: HttpRequest | None = context.get("request")
    locale = known_locale()
    number, path = 1, ""
    if request is not None:
        number = request.META[COUNT] = request.META.get(COUNT, 0) + 1
        path = request.POST.get("source") or request.path
    wording, newsletters = actions.offered(locale)
    return Signup(
        form=context.get("signup") or WebSignupForm(),
        number=number,
        locale=locale,
        source=path,
        wording=wording,
        newsletters=newsletters,
    )


@register.simple_tag(takes_context=True)
def signup_address(context: Context) -> str:
    """Where one signs up in the page's language: the page made for it, or the plain form."""
    page = SignupPage.objects.live().filter(locale__language_code=known_locale()).first()
    return (page and page.get_url(context.get("request"))) or reverse("newsletter:subscribe")


@register.filter
def as_json(value: Any) -> str:
    """A value for a script, to stand in an attribute; the template escapes it."""
    return json.dumps(value, separators=(",", ":"))
