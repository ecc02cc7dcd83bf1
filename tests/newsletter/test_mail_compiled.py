"""A letter made into bytes once: every copy reads like one that was built by itself."""

from __future__ import annotations

import re
from datetime import UTC
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.core.mail import get_connection
from django.utils import timezone
from hypothesis import assume, example, given, settings
from hypothesis import strategies as some

from newsletter.composing import render
from newsletter.mail.compiled import LETTERS_KEPT, compiled
from newsletter.mail.quoted import quoted
from newsletter.mail.single import _built
from newsletter.mail.terms import Failure, Letter, MailError, Message, Recipient

if TYPE_CHECKING:
    from email.message import EmailMessage

UNSUBSCRIBE, PREFERENCES = render.UNSUBSCRIBE, render.PREFERENCES
MARKS = [UNSUBSCRIBE, PREFERENCES]
LINK = "https://www.example.org/newsletter/leave/" + "MTIzNDU2Nzg5MA:1vNq8Z:" * 12 + "/?a=b&c='d'"
HEADERS = {
    "List-Id": "<rhein.example.org>",
    "List-Post": "NO",
    "List-Unsubscribe": f"<{LINK}>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}
LETTER = Letter(
    subject="Neues vom Rhein – für Sie",
    text=f"Grüße vom Rhein.\n.\nFrom here on\n{UNSUBSCRIBE}\nEinstellungen: {PREFERENCES}",
    html=f'<p>Grüße</p><a href="{UNSUBSCRIBE}">Abmelden</a>{PREFERENCES}{UNSUBSCRIBE}',
    marks=MARKS,
)
# No lone surrogates: no database holds them. No bare CR: the slow way writes it as a line break.
CHARACTERS = some.characters(exclude_categories=["Cs"], exclude_characters="\r")
TEXTS = some.lists(
    some.one_of(
        some.text(CHARACTERS, max_size=120),
        some.sampled_from([*MARKS, "\n", ".", "\n.\n", "\nFrom ", " \n", "=", "ä" * 90, "x" * 75]),
    ),
    max_size=12,
).map("".join)
VALUES = some.one_of(
    some.sampled_from(["", ".", "..\n.", " ", "=", "From you", LINK, LINK * 3]),
    some.text(CHARACTERS, max_size=300),
)


def ada(**values: str) -> Recipient:
    both = {UNSUBSCRIBE: LINK, PREFERENCES: "https://www.example.org/me/"}
    filled = both | {f"@@{name}@@": value for name, value in values.items()}
    return Recipient(key="k3y", address="ada@example.org", values=filled, headers=HEADERS)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def built_slowly(letter: Letter, recipient: Recipient, message_id: str) -> EmailMessage:
    """The same copy as it goes out alone."""
    text = letter.text
    for mark, value in recipient.values.items():
        text = text.replace(mark, value)
    message = Message(
        to=recipient.address,
        subject=letter.subject,
        text=text,
        html=render.fill(letter.html, recipient.values),
        headers={**recipient.headers, "Message-ID": message_id},
    )
    built: Any = _built(message, get_connection()).message()
    return parsed(built.as_bytes(linesep="\r\n"))


def text_of(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def readable(message: EmailMessage) -> list[tuple[str, str]]:
    parts = [part for part in message.walk() if not part.is_multipart()]
    read = [(part.get_content_type(), text_of(part)) for part in parts]
    # The last line break of a mail in one part is the mail's.
    return read if len(read) > 1 else [(kind, text.rstrip("\n")) for kind, text in read]


def headers(message: EmailMessage) -> dict[str, str]:
    boundary_or_clock = {"content-type", "content-transfer-encoding", "date"}
    return {
        # The slow way begins a new line for a long link.
        name.lower(): str(value).strip()
        for name, value in message.items()
        if name.lower() not in boundary_or_clock
    }


def assert_sound(content: bytes) -> None:
    lines = content.split(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content), "a line ends in half a line break"
    assert not any(line.startswith(b".") for line in lines), "a line would need dot-stuffing"
    assert content.endswith(b"\r\n")
    body = content.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, lines)) <= 998
    for part in parsed(content).walk():
        assert not part.defects
        assert not any(value.defects for value in part.values())


@settings(max_examples=100, deadline=None)
@given(
    subject=some.text(some.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=90),
    text=TEXTS,
    html=TEXTS,
    one=VALUES,
    two=VALUES,
)
@example(subject="a", text=UNSUBSCRIBE + PREFERENCES, html=f"\n{PREFERENCES}\n", one="", two=".")
def test_a_copy_reads_like_one_built_by_itself(
    subject: str, text: str, html: str, one: str, two: str
) -> None:
    # Filling one after the other, the slow way would take a mark in a value for a mark.
    assume("@@" not in one + two)
    letter = Letter(subject=subject, text=text, html=html, marks=MARKS)
    recipient = ada(unsubscribe=one, preferences=two)
    # Nor is a part of a letter nothing but values that may be empty.
    assume(all(render.fill(part, recipient.values) for part in (text, html) if part))

    copy = compiled(letter).copy(recipient)

    arrived, slow = parsed(copy.content), built_slowly(letter, recipient, copy.message_id)
    assert readable(arrived) == readable(slow)
    assert headers(arrived) == headers(slow)
    assert_sound(copy.content)


def test_a_long_link_stays_whole_in_its_header_and_in_both_parts() -> None:
    content = compiled(LETTER).copy(ada()).content

    assert f"List-Unsubscribe: <{LINK}>\r\n".encode() in content
    plain, marked_up = parsed(content).iter_parts()
    assert LINK in plain.get_content()
    assert LINK.replace("&", "&amp;").replace("'", "&#x27;") in marked_up.get_content()
    assert_sound(content)


def test_no_copy_knows_of_another() -> None:
    letter = compiled(LETTER)

    first = letter.copy(ada(unsubscribe="https://www.example.org/first/"))
    second = letter.copy(ada(unsubscribe="https://www.example.org/second/"))
    again = letter.copy(ada(unsubscribe="https://www.example.org/first/"))

    assert b"/first/" not in second.content
    assert b"/second/" not in again.content
    ids = {copy.message_id for copy in (first, second, again)}
    assert len(ids) == 3
    assert all(message_id.endswith("@example.org>") for message_id in ids)


def test_each_copy_is_dated_when_it_is_made() -> None:
    content = compiled(LETTER).copy(ada()).content

    # Django writes UTC as a time without a zone.
    dated = parsedate_to_datetime(str(parsed(content)["Date"])).replace(tzinfo=UTC)
    assert abs((timezone.now() - dated).total_seconds()) < 5


def test_a_mark_is_filled_once_even_where_a_value_looks_like_one() -> None:
    content = compiled(LETTER).copy(ada(unsubscribe=PREFERENCES, preferences="/me/")).content

    plain, _ = parsed(content).iter_parts()
    assert f"\n{PREFERENCES}\nEinstellungen: /me/" in text_of(plain)


def test_of_two_marks_that_begin_alike_the_longer_is_meant() -> None:
    letter = Letter(subject="a", text="@@me @@me@@", html="", marks=["@@me", "@@me@@"])
    values = {"@@me": "short", "@@me@@": "long"}

    content = compiled(letter).copy(Recipient(key="k", address="a@example.org", values=values))

    assert text_of(parsed(content.content)) == "short long\n"


def test_a_letter_is_made_into_bytes_once() -> None:
    same = Letter(
        subject=LETTER.subject, text=LETTER.text, html=LETTER.html, marks=tuple(LETTER.marks)
    )

    assert compiled(LETTER) is compiled(same)
    assert LETTERS_KEPT < 100


def test_a_sender_with_an_umlaut_in_name_and_domain_is_written_in_ascii() -> None:
    letter = Letter(subject="a", text="a", html="", from_email="Müller <post@müller.example>")

    copy = compiled(letter).copy(ada())

    assert compiled(letter).return_path == "post@xn--mller-kva.example"
    assert parsed(copy.content)["From"].addresses[0].display_name == "Müller"
    assert copy.message_id.endswith("@xn--mller-kva.example>")


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.org\r\nRCPT TO:<eve@example.org>",
        "ada@example.org,eve@example.org",
        "ada@example.org>",
        "<ada@example.org>",
        "ada@eve@example.org",
        "ada",
        "",
        "ädä@example.org",
        "ada @example.org",
        "ada@example.org\x00",
    ],
)
def test_what_is_not_one_plain_address_gets_no_copy(address: str) -> None:
    with pytest.raises(MailError) as caught:
        compiled(LETTER).copy(Recipient(key="k", address=address, values=ada().values))

    assert caught.value.failure == Failure.REFUSED
    assert "ada" not in caught.value.reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("List-Id", "<a>\r\nBcc: eve@example.org"),
        ("List-Id", "<a>\x0b"),
        ("List-Id", "<ä>\u2028"),
        ("List-Id", "x" * 1000),
        ("List-Id:", "a"),
        ("List\r\nBcc", "eve@example.org"),
        ("", "a"),
        ("to", "eve@example.org"),
        ("Subject", "another"),
        ("Content-Type", "text/html"),
    ],
)
def test_a_header_that_could_do_more_than_it_says_is_refused(name: str, value: str) -> None:
    recipient = Recipient(
        key="k", address="a@example.org", values=ada().values, headers={name: value}
    )

    with pytest.raises(MailError) as caught:
        compiled(LETTER).copy(recipient)

    assert caught.value.failure == Failure.REFUSED


def test_a_header_with_an_umlaut_is_encoded_and_read_back() -> None:
    spoken = f"<a.example.org> {'Grüße ' * 30}".strip()
    recipient = Recipient(
        key="k", address="a@example.org", values=ada().values, headers={"X-Spoken": spoken}
    )

    content = compiled(LETTER).copy(recipient).content

    assert parsed(content)["X-Spoken"] == spoken
    assert_sound(content)


def test_a_copy_without_all_its_values_is_never_made() -> None:
    half = Recipient(key="k", address="a@example.org", values={UNSUBSCRIBE: LINK})

    with pytest.raises(MailError):
        compiled(LETTER).copy(half)


@pytest.mark.parametrize("subject", ["a\nBcc: eve@example.org", "a\x00"])
def test_a_subject_that_would_break_its_line_makes_no_letter(subject: str) -> None:
    with pytest.raises(MailError):
        compiled(Letter(subject=subject, text="a", html=""))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", b""),
        (".", b"=2E"),
        ("From me", b"=46rom me"),
        ("Formen", b"Formen"),
        ("a \n", b"a=20\r\n"),
        ("a=ä", b"a=3D=C3=A4"),
        ("x" * 73, b"x" * 73),
        ("x" * 74, b"x" * 73 + b"=\r\nx"),
        ("x" * 72 + "=" * 2, b"x" * 72 + b"=\r\n=3D=3D"),
        ("x" * 73 + ".", b"x" * 73 + b"=\r\n=2E"),
    ],
)
def test_quoted_printable_breaks_no_sign_and_begins_no_line_with_a_dot(
    text: str, written: bytes
) -> None:
    assert quoted(text) == written
