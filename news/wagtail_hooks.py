"""What the news plugin adds to the CMS."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from news.viewsets import NewsViewSetGroup

register_snippet(NewsViewSetGroup)
