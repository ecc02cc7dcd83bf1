"""What every mail promises, read from the mail itself."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import html5lib

if TYPE_CHECKING:
    from tests.live.mailbox import Mail
    from tests.live.site import RunningSite

ONE_CLICK = b"List-Unsubscribe=One-Click"
CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)")
# What a mail program fetches by itself, and what only a click opens.
FETCHED = ("src", "srcset", "background", "poster", "data")
TINY = {"0", "1"}


def assert_honest(mail: Mail, site: RunningSite) -> None:
    """Both parts say something, nothing counts the reader, nothing asks another host."""
    host = urlsplit(site.url).netloc
    tree = html5lib.parse(mail.html, namespaceHTMLElements=False)
    fetched = [value for node in tree.iter() for name in FETCHED if (value := node.get(name))]
    fetched += [link.get("href", "") for link in tree.iter("link")]
    fetched += CSS_URL.findall(mail.html)
    pixels = [
        image for image in tree.iter("img") if TINY & {image.get("width"), image.get("height")}
    ]

    assert len(mail.text.split()) > 20, "there is hardly any plain text"
    assert len("".join(tree.itertext()).split()) > 20, "there is hardly any text in the HTML part"
    assert not pixels
    assert not [tag for tag in ("script", "iframe", "form") if list(tree.iter(tag))]
    assert {urlsplit(url).netloc for url in fetched} <= {host, ""}
    assert {urlsplit(url).netloc for url in mail.links()} == {host}


def assert_from_a_list(mail: Mail) -> None:
    """RFC 2369, 2919 and 8058: the list has a name and a way out for programs."""
    way_out = str(mail.message["List-Unsubscribe"]).strip()

    assert re.fullmatch(r"<https?://[^<>\s]+>(,\s*<mailto:[^<>\s]+>)?", way_out)
    assert mail.message["List-Unsubscribe-Post"] == ONE_CLICK.decode()
    assert re.search(r"<[\w.-]+\.[\w-]+>$", str(mail.message["List-Id"]))


def one_click_address(mail: Mail) -> str:
    found = re.search(r"<(https?://[^>]+)>", str(mail.message["List-Unsubscribe"]))
    assert found
    return found.group(1)


def ask(url: str, method: str = "GET", body: bytes | None = None) -> int:
    """Ask as a program does, without cookies, and return the status; redirects are followed."""
    request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 - our own site
    if body is not None:
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own site
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
