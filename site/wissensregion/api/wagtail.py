"""Wagtail's own API, version 2, beside ours: the same pages as other Wagtail sites show them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

wagtail_api = WagtailAPIRouter("wagtailapi")


class Anonymous:
    """No session, so no cookie and one answer for all; JSON, so no page with forms."""

    authentication_classes: ClassVar[list[Any]] = []
    renderer_classes: ClassVar[list[Any]] = [JSONRenderer]


class Pages(Anonymous, PagesAPIViewSet):
    """Every public page."""


class Images(Anonymous, ImagesAPIViewSet):
    """Every picture."""


class Documents(Anonymous, DocumentsAPIViewSet):
    """Every file to download."""


wagtail_api.register_endpoint("pages", Pages)
wagtail_api.register_endpoint("images", Images)
wagtail_api.register_endpoint("documents", Documents)
