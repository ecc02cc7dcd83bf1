"""What a browser may do with our answers: one policy for readers, one for the CMS."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

# Devices and abilities no page of ours asks for.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "usb",
    )
)  # fmt: skip


def for_readers(media: str) -> dict[str, Any]:
    """Everything from this site, nothing from within a page, and nobody may frame one."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "base-uri": [NONE],
            "connect-src": [SELF],
            "font-src": [SELF],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "img-src": [SELF, *_host(media)],
            "manifest-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
        }
    }


def for_editors(media: str) -> dict[str, list[str]]:
    """As strict as Wagtail 8 works with.

    Its date and inline-row fields come as scripts within the page, and its editor sets styles
    there. Previews are frames of this site.
    """
    return {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        # A picture or a shape chosen for upload is shown before it leaves the browser.
        "img-src": [SELF, "data:", "blob:", *_host(media)],
        "object-src": [NONE],
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
    }


def _host(url: str) -> list[str]:
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
