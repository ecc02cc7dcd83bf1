"""What machines ask a site for besides its pages."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.http import http_date
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from wissensregion import sitemaps, styles
from wissensregion.plugin import offer, plugins

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

ROBOTS = """\
User-agent: *
Disallow: /admin/
{sitemaps}
"""
# RFC 9116 wants what is said here looked at within a year, and who asks keeps it for a day.
SECURITY = """\
{contacts}
Expires: {expires:%Y-%m-%dT%H:%M:%SZ}
Preferred-Languages: {languages}
Canonical: {site}/.well-known/security.txt
"""
VALID, KEPT = timedelta(days=180), timedelta(days=1)
# Seconds of a year.
FOR_GOOD = 31_536_000


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Tell a load balancer whether this process reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    paths = ["/sitemap.xml"]
    for plugin in plugins():
        for each in offer(plugin, "urls", "urlpatterns") or ():
            # What includes other addresses has no name of its own.
            name = getattr(each, "name", None) or ""
            if name.startswith("sitemap"):
                # A part of a map asks for its number, and is named by the map.
                with suppress(NoReverseMatch):
                    paths.append(reverse(f"{plugin.label}:{name}"))
    named = "\n".join(f"Sitemap: {settings.SITE_URL}{path}" for path in paths)
    return HttpResponse(ROBOTS.format(sitemaps=named), content_type="text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """All pages for search engines, or where the files of them are."""

    def address(number: int) -> str:
        return iri_to_uri(request.build_absolute_uri(reverse("sitemap_part", args=[number])))

    return _sitemap(request, sitemaps.whole(address))


@require_safe
def sitemap_part(request: HttpRequest, number: int) -> HttpResponseBase:
    """One of several files of a large site."""
    found = sitemaps.part(number)
    if found is None:
        raise Http404
    return _sitemap(request, found)


def _sitemap(request: HttpRequest, found: sitemaps.Found) -> HttpResponseBase:
    text = found.text.encode()
    etag = f'"{blake2b(text, digest_size=16).hexdigest()}"'
    answer = HttpResponse(text, content_type="application/xml", headers={"ETag": etag})
    answer.headers["X-Robots-Tag"] = "noindex"
    if found.changed:
        answer.headers["Last-Modified"] = http_date(found.changed.timestamp())
    # Compared by what it says alone: a page that is taken away makes nothing newer.
    return get_conditional_response(request, etag=etag, response=answer) or answer


@cache_control(public=True, max_age=KEPT.total_seconds())
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a hole, as RFC 9116 writes it."""
    if not settings.SECURITY_CONTACTS:
        message = "SECURITY_CONTACT names nobody."
        raise Http404(message)
    today = timezone.now().replace(hour=0, minute=0, second=0)
    text = SECURITY.format(
        contacts="\n".join(f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS),
        expires=today + VALID,
        languages=", ".join(code for code, _name in settings.LANGUAGES),
        site=settings.SITE_URL,
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Answer those who look for the icon where it always was, without reading the page."""
    return redirect(static("wissensregion/favicon.ico"))


@require_safe
def stylesheet(request: HttpRequest, version: str) -> HttpResponse:
    """The styles of the public pages, under an address that changes with them."""
    found = styles.current()
    answer = HttpResponse(found.text, content_type="text/css; charset=utf-8")
    # While a new version starts, a process may be asked for the styles of another one.
    if version == found.version:
        patch_cache_control(answer, public=True, max_age=FOR_GOOD, immutable=True)
    else:
        patch_cache_control(answer, no_cache=True)
    return answer
