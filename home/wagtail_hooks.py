"""What the home plugin adds to the CMS."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet

from home.viewsets import SiteProfileViewSet

register_snippet(SiteProfileViewSet)
