"""Wagtail's own API, version 2, beside ours: the same pages as other Wagtail sites show them."""

from __future__ import annotations

import json
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.api.v3.urls import api as preview
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.serializers import ImageDownloadUrlField, ImageSerializer
from wagtail.images.api.v2.views import ImagesAPIViewSet

from wissensregion.models import SiteImage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

wagtail_api = WagtailAPIRouter("wagtailapi")


class Anonymous:
    """No session, so no cookie and one answer for all; JSON, so no page with forms."""

    authentication_classes: ClassVar[list[Any]] = []
    renderer_classes: ClassVar[list[Any]] = [JSONRenderer]


class DownloadUrl(ImageDownloadUrlField):
    """Where a picture's file is, as long as it may be shown."""

    def to_representation(self, image: SiteImage) -> str | None:
        return super().to_representation(image) if image.may_be_shown else None


class RightfulImageSerializer(ImageSerializer):
    """A picture; what may not be shown any more has no address."""

    download_url = DownloadUrl(read_only=True)


class Pages(Anonymous, PagesAPIViewSet):
    """Every public page."""


class Images(Anonymous, ImagesAPIViewSet):
    """Every picture."""

    base_serializer_class = RightfulImageSerializer


class Documents(Anonymous, DocumentsAPIViewSet):
    """Every file to download."""


def preview_urls() -> tuple[list[URLPattern], str, str]:
    """The addresses of version 3, which builds its answers about pictures itself."""
    patterns, app, namespace = preview.urls
    for pattern in patterns:
        if pattern.name in {"list_images", "detail_image"}:
            pattern.callback = _without_ended(pattern.callback)
    return patterns, app, namespace


def _without_ended(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take the addresses of files out of an answer whose pictures may not be shown any more."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and response.status_code == HTTPStatus.OK:
            answer = json.loads(response.content)
            images = answer.get("items", [answer])
            rows = SiteImage.objects.filter(pk__in=[image["id"] for image in images])
            late = rows.filter(shown_until__lt=timezone.localdate())
            ended = set(late.values_list("pk", flat=True))
            for image in images:
                if image["id"] in ended:
                    image["meta"]["download_url"] = None
            response.content = json.dumps(answer).encode()
        return response

    return wrapped


wagtail_api.register_endpoint("pages", Pages)
wagtail_api.register_endpoint("images", Images)
wagtail_api.register_endpoint("documents", Documents)
