"""What is changed in a mail on its way is found, wherever it hides."""

from __future__ import annotations

import email.policy
import json
from email.message import EmailMessage

import pytest

from newsletter.sending.traces import Arrived, Difference, Traces, differences
from tests.newsletter.relaying import PIXEL, as_it_is, in_html, in_part, with_header

HTML = """<html><body><p style="color: #000">Grüße</p>
<!--[if mso]><table><tr><td><![endif]--><img src="http://testserver/a.png" width="536" height="28">
<a href="http://testserver/aktuelles/?a=1&amp;b=2">Herbst</a> <a href="#top">oben</a>
<a href="http://testserver/leave/">Abmelden</a></body></html>"""
TEXT = "Grüße: http://testserver/aktuelles/?a=1&b=2.\nAbmelden: http://testserver/leave/\n"
TRACKERS = {
    "a link that leads elsewhere first": (
        in_html(r'href="http://testserver/', 'href="https://click.example.net/x?u='), "link"
    ),
    "an invisible picture": (PIXEL, "pixel"),
    "a picture only Outlook loads": (
        in_html("</body>", '<!--[if mso]><img src="https://open.example.net/p"><![endif]--></body>'),
        "picture",
    ),
    "a style that loads": (
        in_html("</body>", "<p style=\"background:url('https://open.example.net/p')\">x</p></body>"),
        "picture",
    ),
    "a script": (in_html("</body>", "<script>1</script></body>"), "code"),
    "an address where nobody looks": (
        in_html("</body>", "<p data-later='https://open.example.net/p'>x</p></body>"), "address"
    ),
    "a link of its own to leave": (
        in_html("</body>", '<a href="https://leave.example.net/">x</a></body>'), "link"
    ),
    "a link in the text": (
        in_part("plain", "http://testserver/", "https://click.example.net/x?u="), "text"
    ),
    "another way to leave": (
        with_header("List-Unsubscribe", "<mailto:leave@example.net>"), "header"
    ),
    "no one-click way": (with_header("List-Unsubscribe-Post", ""), "header"),
}  # fmt: skip


@pytest.mark.parametrize("name", TRACKERS)
def test_what_is_changed_on_the_way_is_named(name: str) -> None:
    makes, kind = TRACKERS[name]
    headers = {
        "List-Unsubscribe": "<http://testserver/leave/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = EmailMessage(policy=email.policy.SMTP)
    for header, value in headers.items():
        mail[header] = value
    mail.set_content(TEXT)
    mail.add_alternative(HTML, subtype="html")
    composed = Traces.from_json(json.loads(json.dumps(Traces.of(HTML, TEXT, headers).as_json())))

    assert not differences(composed, Arrived.read(as_it_is(mail.as_bytes())))
    (found,) = differences(composed, Arrived.read(makes(mail.as_bytes())))

    assert (found.kind, found.only_doubtful) == (kind, False)


COMPOSED = Traces.of("<p>x</p>", "x", {})


@pytest.mark.parametrize(
    ("signatures", "told"),
    [
        ([], "unsigned"),
        (["v=1; h=From:Subject; b=x"], "signature"),
        (["v=1; h=From:List-Unsubscribe; b=x"], "signature"),
        (["v=1; h=from : list-unsubscribe : LIST-UNSUBSCRIBE-POST; b=x"], ""),
        (["v=1; h=From; b=x", "v=1; h=List-Unsubscribe:List-Unsubscribe-Post; b=x"], ""),
    ],
)
def test_a_signature_covers_both_headers_by_which_one_leaves(
    signatures: list[str], told: str
) -> None:
    heads = "".join(f"DKIM-Signature: {each}\n" for each in signatures).encode()
    body = (
        b"MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
        b"Content-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n<p>x</p>\n--b--\n"
    )

    found = differences(COMPOSED, Arrived.read(heads + body))

    assert found == ([Difference(told)] if told else [])
    # No signature is a warning; one that leaves them out stops the release.
    assert [each.only_doubtful for each in found] == ([told == "unsigned"] if told else [])
