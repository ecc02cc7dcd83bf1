"""What must not go wrong between a mail programme, a server and a person: the faults by name."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as site_settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from newsletter import mail
from newsletter.models import (
    Consent,
    Delivery,
    IssuePage,
    Newsletter,
    SignupRequest,
    Subscriber,
    Subscription,
)
from newsletter.sending import actions as sending
from newsletter.subscriptions import actions, addresses, tokens
from newsletter.subscriptions.models import ConsentKind
from tests.newsletter.reading import act, link_in, main_of, press, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage
    from django.http import HttpRequest
    from pytest_django import Settings

    from tests.newsletter.reading import Visitor

BODY = b"List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
EXEMPT = r"^newsletter/one-click/"
BREAKS = ["\r\nBcc: x@example.org", "\nX: y", "\rX", "\x00", "\u2028X", "\u2029X", "\x85X"]


def under_maintenance(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Answer every visitor's GET with a notice, as a site under maintenance does."""

    def answer(request: HttpRequest) -> Any:
        if request.method == "GET" and request.path.startswith("/newsletter/"):
            return HttpResponse("back soon", status=503)
        return get_response(request)

    return answer


@pytest.fixture
def one_click(ada: Subscriber, home: Any) -> str:
    url = tokens.one_click_url(ada.subscriptions.get())
    return url.removeprefix("http://testserver")


@pytest.mark.parametrize("languages", ["", "en", "de, en;q=0.5", "tlh"])
@pytest.mark.parametrize(
    "traps",
    [
        {},
        {"SECURE_SSL_REDIRECT": True},
        {"APPEND_SLASH": False},
        {"PREPEND_WWW": True},
        {"MIDDLEWARE": [f"{__name__}.under_maintenance", *site_settings.MIDDLEWARE]},
        {"MIDDLEWARE": [*site_settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]},
        {
            "SECURE_SSL_REDIRECT": True,
            "PREPEND_WWW": True,
            "MIDDLEWARE": [
                f"{__name__}.under_maintenance",
                *site_settings.MIDDLEWARE,
                "django.middleware.locale.LocaleMiddleware",
            ],
        },
    ],
    ids=["none", "https", "slash", "www", "maintenance", "locale", "all"],
)
def test_no_trap_turns_a_one_click_into_a_redirect(
    traps: dict[str, Any], languages: str, one_click: str, settings: Settings
) -> None:
    settings.SECURE_REDIRECT_EXEMPT = [EXEMPT]
    for name, value in traps.items():
        setattr(settings, name, value)
    Redirect.objects.create(old_path=Redirect.normalise_path(one_click), redirect_link="/")
    # The address in the header names the host exactly as the site wants to be called.
    host = "www.testserver" if "PREPEND_WWW" in traps else "testserver"
    settings.ALLOWED_HOSTS = [host]
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": languages, "Host": host})

    answers = [strict.generic("POST", one_click, BODY, FORM) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 200, answer
        assert "Location" not in answer
        assert not answer.cookies
    assert not Subscription.objects.confirmed().exists()
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1


def test_in_production_one_click_is_spared_the_way_to_https() -> None:
    file = Path(site_settings.BASE_DIR) / "site/wissensregion/settings/production.py"

    assert f'SECURE_REDIRECT_EXEMPT = [r"{EXEMPT}"' in file.read_text()


@pytest.mark.parametrize("body", [BODY, b""])
def test_one_click_needs_neither_a_host_header_nor_a_cookie_nor_http_of_this_century(
    body: bytes, one_click: str
) -> None:
    old = Client(enforce_csrf_checks=True, SERVER_PROTOCOL="HTTP/1.0", HTTP_CONNECTION="close")

    wrong = old.generic("POST", f"{one_click.rstrip('/')}x/", body, FORM)
    answers = [old.generic("POST", one_click, body, FORM) for _ in range(2)]

    assert wrong.status_code == 404
    for answer in answers:
        assert answer.status_code == 200
        assert "Location" not in answer
        assert not answer.cookies
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).count() == 1


def test_a_wrong_one_click_says_so_to_a_machine(one_click: str) -> None:
    answer = Client().post(f"{one_click.rstrip('/')}x/", BODY, content_type=FORM)

    assert (answer.status_code, answer.content) == (404, b"unknown\n")


def test_an_old_confirmation_link_brings_nobody_back_whenever_it_is_pressed(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("dora@example.org")
    link = link_in(mailoutbox[0])
    visitor.client.post(link)
    actions.unsubscribe(Subscription.objects.get())
    before = rows()

    for hours in (0, 1, 80, 24 * 365):
        visitor.clock.shift(timedelta(hours=hours))
        assert visitor.client.post(link).status_code in {200, 410}

    assert rows() == before


@pytest.mark.parametrize("breaking", BREAKS)
def test_no_address_breaks_a_header_by_form_api_or_table(
    breaking: str, visitor: Visitor, newsletter: Newsletter, mailoutbox: list[EmailMessage]
) -> None:
    address = f"dora@example.org{breaking}"
    before = rows()

    assert visitor.asks(address).status_code == 422
    answer = visitor.client.post(
        "/api/v1/newsletter/subscriptions/",
        {"address": address, "locale": "de"},
        content_type="application/json",
    )
    assert answer.status_code == 422
    with pytest.raises(addresses.AddressError):
        Subscriber.objects.create(address=address, locale="de")
    with pytest.raises(addresses.AddressError):
        actions.subscribe(address=address, newsletters=[newsletter], locale="de", source="")

    assert rows() == before
    assert mailoutbox == []


@pytest.mark.django_db
@pytest.mark.parametrize("breaking", BREAKS)
def test_what_slipped_by_is_stopped_at_the_door(breaking: str, settings: Settings) -> None:
    good = {"to": "dora@example.org", "subject": "Hallo", "text": "x"}
    fields: list[dict[str, Any]] = [
        {"to": f"dora@example.org{breaking}"},
        {"subject": f"Hallo{breaking}"},
        {"from_email": f"Wissensregion{breaking} <a@example.org>"},
        {"headers": {"List-Id": f"News{breaking} <news.example.org>"}},
        {"headers": {f"X{breaking}": "y"}},
    ]

    for field in fields:
        with pytest.raises(mail.MailError) as stopped:
            mail.send(mail.Message(**{**good, **field}))
        assert stopped.value.failure is mail.Failure.REFUSED
    with pytest.raises(ValidationError):
        Newsletter(name=f"News{breaking}", slug="news").full_clean()
    with pytest.raises(ValidationError) as refused:
        IssuePage(subject=f"Hallo{breaking}").clean_fields()
    assert "subject" in refused.value.error_dict


def test_a_confirmation_mail_has_the_headers_we_gave_it_and_no_other(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    visitor.asks("dora@example.org", source="/x\r\nBcc: eve@example.org")

    wire = message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)

    assert {name.lower() for name in wire} == {
        "content-type", "mime-version", "subject", "from", "to", "date", "message-id",
        "auto-submitted",
    }  # fmt: skip


def test_all_spellings_of_an_address_are_one_person_with_one_proof(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    spellings = ["Dora@bücher.example", "dora@BÜCHER.example", " DORA@xn--bcher-kva.example "]
    for spelling in spellings:
        visitor.asks(spelling)
    (confirmation,) = mailoutbox

    visitor.client.post(link_in(confirmation))
    for spelling in spellings:
        visitor.clock.shift(timedelta(hours=25))
        visitor.asks(spelling)

    assert Subscriber.objects.get().address == "Dora@xn--bcher-kva.example"
    assert Subscription.objects.deliverable().count() == 1
    assert len({row.address_key for row in SignupRequest.objects.all()}) == 1
    kinds = Consent.objects.of(addresses.address_key(spellings[0])).order_by("seq")
    assert [step.kind for step in kinds].count("confirmed") == 1
    # To whom it says already reads, in the spelling that was confirmed.
    assert {message.to[0] for message in mailoutbox} == {"Dora@xn--bcher-kva.example"}


def test_one_person_by_many_ways_gets_one_copy_of_an_issue(
    visitor: Visitor,
    issue: IssuePage,
    session: str,
    mailoutbox: list[EmailMessage],
) -> None:
    """Ada reads two newsletters, writes her address in three ways, and joins a second person."""
    events = Newsletter.objects.create(name="Veranstaltungen", slug="veranstaltungen")
    for spelling in ("Dora@bücher.example", "dora@XN--BCHER-KVA.example"):
        visitor.asks(spelling, newsletters=[issue.newsletter.slug, events.slug])
    press(visitor, link_in(mailoutbox[-1]))
    act(visitor, session, "move", address="DORA@bücher.example")
    press(visitor, link_in(mailoutbox[-1]))
    mailoutbox.clear()

    dispatch = sending.start(issue, None)
    sending.release_due(dispatch.pk)
    while sending.continue_dispatch(dispatch.pk):
        pass

    (copy,) = mailoutbox
    assert copy.to == ["Dora@xn--bcher-kva.example"]
    assert {"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"} <= {*copy.extra_headers}
    assert Delivery.objects.get(dispatch=dispatch).address == copy.to[0]


def test_a_cached_form_works_for_twelve_hours_and_then_asks_again(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    cached = visitor.client.get("/newsletter/subscribe/")
    for name, hours in (("dora", 1), ("eve", 10)):
        visitor.clock.shift(timedelta(hours=hours))
        assert "Postfach" in main_of(visitor.sends(cached, address=f"{name}@example.org"))

    visitor.clock.shift(timedelta(hours=2))
    stale = visitor.sends(cached, address="finn@example.org")

    assert stale.status_code == 422
    visitor.clock.shift(3)
    assert "Postfach" in main_of(visitor.sends(stale))
    assert len(mailoutbox) == 3
