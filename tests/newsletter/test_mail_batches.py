"""Many mails in one call: what goes over the wire is one whole mail for each person."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from newsletter import mail
from newsletter.composing import render
from newsletter.mail import Cause, Verdict
from newsletter.mail.carriers import BATCHING
from newsletter.mail.terms import Letter, Recipient
from tests.newsletter.delivering import DELIVERED, sender, tracking, yes

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.newsletter.delivering import Delivered
    from tests.newsletter.service import Service

LEAVE, PREFER = render.UNSUBSCRIBE, render.PREFERENCES
LIMITS = {"brevo": 1000, "mailgun": 1000, "mailjet": 50, "postmark": 500}
ADDRESSES = [
    "Ada.Lovelace@example.org",
    "ada.lovelace+news@example.org",
    "ben@xn--mller-kva.example",
    "o'brien_{x}@example.org",
]


def letter(**parts: Any) -> Letter:
    values: dict[str, Any] = {
        "subject": "Neues vom Rhein – für Sie ☂",
        "text": f"Guten Tag\n\nAbmelden: {LEAVE}\n",
        "html": f'<p>Grüße 100 %</p><a href="{LEAVE}">Ab</a><a href="{PREFER}">An</a>',
        "marks": (LEAVE, PREFER),
        "from_email": '"Wissens \\"Region\\", e.V. Düsseldorf" <newsletter@example.org>',
    }
    return Letter(**values | parts)


def person(number: int) -> Recipient:
    site = "https://www.example.org/newsletter"
    address = ADDRESSES[number] if number < len(ADDRESSES) else f"person{number}@example.org"
    return Recipient(
        key=f"k{number:05}e",
        address=address,
        values={LEAVE: f"{site}/leave/t{number:05}e/?a=1&b=2", PREFER: f"{site}/p/t{number:05}e/"},
        headers={
            "List-Unsubscribe": f"<{site}/one-click/t{number:05}e/>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": "<news.example.org>",
            "Auto-Submitted": "auto-generated",
            "Feedback-ID": "7:news:example",
        },
    )


PEOPLE = [person(number) for number in range(1000)]


def carried(
    name: str, service: Service, of: Letter, recipients: list[Recipient]
) -> list[Delivered]:
    service.answers = lambda call: yes(name, call["sent"])
    receipt = mail.carrier().carry(of, recipients)

    assert receipt.verdict == Verdict.ACCEPTED, receipt
    assert {key: answer.failure for key, answer in receipt.answers.items()} == {
        recipient.key: None for recipient in recipients
    }
    return DELIVERED[name](service.calls[-1]["sent"])


def lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize("count", [1, 2, 4, None], ids=["one", "two", "odd ones", "all"])
def test_each_person_gets_a_mail_of_their_own(
    name: str, count: int | None, service: Service
) -> None:
    recipients = PEOPLE[: count or LIMITS[name]]
    written = letter()

    mails = carried(name, service, written, recipients)

    for recipient, one in zip(recipients, mails, strict=True):
        assert one.to == (recipient.address,)
        assert one.key == recipient.key
        assert lowered(one.headers).items() >= lowered(recipient.headers).items()
        assert one.subject == written.subject
        assert one.text == render.fill(written.text, recipient.values)
        assert one.html == render.fill(written.html, recipient.values)
    assert len(service.calls) == 1


@pytest.mark.parametrize("count", [1, 2, 30])
def test_nobody_sees_anything_of_somebody_else(name: str, count: int, service: Service) -> None:
    recipients = PEOPLE[:count]

    for recipient, one in zip(
        recipients, carried(name, service, letter(), recipients), strict=True
    ):
        others = [other for other in recipients if other is not recipient]
        shown = repr((one.text, one.html, dict(one.headers), one.key))
        assert not [o for o in others if f"/{o.key.replace('k', 't')}/" in shown or o.key in shown]
        assert not [other for other in others if f"{other.address}'" in shown]


def test_no_service_is_asked_to_track(name: str, service: Service) -> None:
    carried(name, service, letter(), PEOPLE[:3])

    options = tracking(name, service.calls[0]["sent"])
    off: dict[str, dict[str, Any]] = {
        "brevo": {},  # Set in the account.
        "mailgun": {"o:tracking-clicks": ["no"], "o:tracking-opens": ["no"]},
        "mailjet": {"TrackClicks": "disabled", "TrackOpens": "disabled"},
        "postmark": {"TrackOpens": False, "TrackLinks": "None"},
    }
    assert options == off[name]


def test_the_sender_keeps_quotes_and_commas_in_the_name(name: str, service: Service) -> None:
    carried(name, service, letter(), PEOPLE[:2])

    expected = ('Wissens "Region", e.V. Düsseldorf', "newsletter@example.org")
    assert sender(name, service.calls[0]["sent"]) == expected


def test_a_long_letter_goes_out_in_calls_of_a_size_services_take(
    name: str, service: Service
) -> None:
    long = letter(html=f"<p>{'Lang und länger. ' * 5300}</p><a href='{LEAVE}'>Ab</a>")
    carrier = mail.carrier()

    limit = carrier.limit(long)

    mails = carried(name, service, long, PEOPLE[:limit])
    assert len(long.html) > 90_000
    assert len(mails) == limit
    assert len(service.calls[0]["raw"]) < {"postmark": 10_000_000}.get(name, 2_000_000)
    assert (limit < LIMITS[name]) is (name == "postmark")
    assert limit >= 50


@pytest.mark.parametrize(("cap", "limit"), [(None, None), (7, 7), (10_000, None)])
def test_the_account_may_lower_the_limit_and_not_raise_it(
    name: str, cap: int | None, limit: int | None, service: Service
) -> None:
    carrier = mail.carrier(max_batch=cap)

    assert carrier.batches
    assert carrier.limit(letter()) == (limit or LIMITS[name])


def test_a_letter_too_long_for_any_call_still_goes_to_one(name: str, service: Service) -> None:
    assert mail.carrier().limit(letter(html="x" * 30_000_000)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "{{ params.copy0 }} {{name}} {% if x %} {# note #} {{{a}}} }} %} {",
        "{{var:copy0}} {{ data:x }} {%endfor%}",
        "%recipient.copy0% %recipient.h:List-Id% 100%recipient.x %recipient.",
        "{{unsubscribe}} [[data:x]] *|NAME|* %%name%% ${x} <%= x %>",
    ],
)
def test_words_of_a_service_in_a_letter_arrive_as_they_were_written(
    name: str, words: str, service: Service
) -> None:
    written = letter(
        subject=words,
        text=f"{words}{LEAVE}{words}{{{LEAVE}%{LEAVE}{{{{{PREFER}",
        html=f'{words}<a href="{LEAVE}">{words}</a>{{{PREFER}{words}',
    )
    recipients = PEOPLE[:2]

    for recipient, one in zip(recipients, carried(name, service, written, recipients), strict=True):
        assert one.subject == written.subject
        assert one.text == render.fill(written.text, recipient.values)
        assert one.html == render.fill(written.html, recipient.values)


PIECES = st.sampled_from(
    ["{", "{{", "}}", "{%", "%}", "{#", "#}", "%", "recipient.", "copy0", "x", " ", "\n", "var:",
     "params.", LEAVE, PREFER, "é", "<b>", "&amp;"]
)  # fmt: skip


@given(text=st.lists(PIECES, max_size=12).map("".join))
@effort(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_arrives_unchanged(name: str, text: str, service: Service) -> None:
    subject = "x" + text.replace("\n", " ")
    written = letter(subject=subject, text="x" + text, html="x" + text)
    (recipient,) = recipients = PEOPLE[1:2]

    (one,) = carried(name, service, written, recipients)

    assert one.subject == written.subject
    assert one.text == render.fill(written.text, recipient.values)
    assert one.html == render.fill(written.html, recipient.values)


@pytest.mark.parametrize("words", ["%unsubscribe_url%", "%recipient_email%", "%recipient%"])
def test_words_that_mailgun_would_replace_stop_the_letter_and_are_named(
    words: str, service: Service, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"

    receipt = mail.carrier().carry(letter(text=f"Mit {words} darin"), PEOPLE[:2])

    assert (receipt.verdict, receipt.cause) == (Verdict.NOT_ACCEPTED, Cause.ACCOUNT)
    assert words in receipt.reason
    assert service.calls == []


def test_values_are_escaped_once(name: str, service: Service) -> None:
    (recipient,) = recipients = PEOPLE[:1]

    (one,) = carried(name, service, letter(), recipients)

    assert f'href="{escape(recipient.values[LEAVE])}"' in one.html
    assert "&amp;amp;" not in one.html + one.text


def test_a_letter_is_translated_once_for_all_its_calls(
    name: str, service: Service, settings: Settings
) -> None:
    translations = []
    carrier: Any = BATCHING[settings.EMAIL_BACKEND]()
    translate = carrier.translated

    def counted(of: Letter) -> Any:
        translations.append(of)
        return translate(of)

    carrier.translated = counted
    service.answers = lambda call: yes(name, call["sent"])
    for number in range(3):
        carrier.carry(letter(), PEOPLE[number : number + 2])

    assert len(service.calls) == 3
    assert len(translations) == 1
