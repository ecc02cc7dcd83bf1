"""Mails about a subscription: plain, in the person's language, about one thing."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from newsletter import mail

if TYPE_CHECKING:
    from django.utils.functional import Promise

# A mail programme answers nobody's holiday notice to this (RFC 3834, 5).
HEADERS = {"Auto-Submitted": "auto-generated"}


def written(
    name: str, *, to: str, locale: str, subject: str | Promise, **context: Any
) -> mail.Message:
    """Write a mail: without a logo, without a word of praise, without anything a visitor typed.

    A German court saw advertising in less (LG Stendal, 22 S 87/20), and what visitors typed
    would let them use the form to send messages to others.
    """
    with translation.override(locale):
        values = {
            "sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or settings.WAGTAIL_SITE_NAME,
            "locale": locale,
            "subject": str(subject),
            **context,
        }
        return mail.Message(
            to=to,
            subject=values["subject"],
            text=render_to_string(f"mail/{name}.txt", values),
            html=render_to_string(f"mail/{name}.html", values),
            headers=HEADERS,
        )
