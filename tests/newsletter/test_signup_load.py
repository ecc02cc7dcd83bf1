"""When many sign up at once: a sum for the machine, patience without one, one mail for a victim."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import altcha
import pytest
from django.core.management import call_command
from django.utils import timezone

from newsletter.models import SignupRequest, SignupTally, Subscriber, Subscription
from newsletter.subscriptions import proofs, tokens
from newsletter.subscriptions.actions import limiting
from newsletter.subscriptions.models import TallyKind
from tests.newsletter.reading import SUBSCRIBE, form_on, link_in, main_of, rows
from tests.retaining import keep_to

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from time_machine import TimeMachineFixture

    from tests.newsletter.reading import Visitor

CHALLENGE = re.compile(r'data-challenge="([^"]+)"')
API = "/api/v1/newsletter/subscriptions/"


@pytest.fixture
def busy(visitor: Visitor) -> Visitor:
    """Somebody who comes while a hundred others sign up."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    SignupTally.objects.create(kind=TallyKind.ALL, key="", hour=hour, count=200)
    return visitor


def solved(challenge: dict[str, Any]) -> str:
    """Solve a sum as a visitor's browser does."""
    made = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(made)
    assert solution
    return altcha.Payload(made, solution).to_base64()


def challenge_on(page: Answer) -> dict[str, Any]:
    found = CHALLENGE.search(page.content.decode())
    assert found, main_of(page)
    return dict(json.loads(unescape(found[1])))


def without_challenge(page: Answer) -> str:
    return CHALLENGE.sub("", page.content.decode())


def test_on_a_quiet_day_nobody_is_asked_for_anything(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    page = visitor.client.get(SUBSCRIBE)
    assert "data-challenge" not in page.content.decode()

    visitor.asks("dora@example.org")

    assert len(mailoutbox) == 1


def test_a_solved_sum_lets_through_once(busy: Visitor, mailoutbox: list[EmailMessage]) -> None:
    page = busy.asks("dora@example.org")
    assert mailoutbox == []
    assert not SignupRequest.objects.exists()
    proof = solved(challenge_on(page))

    busy.sends(page, proof=proof)
    again = busy.sends(page, address="eve@example.org", proof=proof)

    assert [mail.to for mail in mailoutbox] == [["dora@example.org"]]
    assert challenge_on(again)


def test_what_is_no_solution_is_asked_again(busy: Visitor, mailoutbox: list[EmailMessage]) -> None:
    page = busy.asks("dora@example.org")
    proof = solved(challenge_on(page))
    payload = json.loads(base64.b64decode(proof))
    easier = json.loads(json.dumps(payload))
    easier["challenge"]["parameters"]["cost"] = 1
    wrong = {**payload, "solution": {**payload["solution"], "derivedKey": "00"}}
    forged = json.loads(json.dumps(payload))
    forged["challenge"]["signature"] = "0" * 64

    for attempt in ("x", "ü", "{}", "bnVsbA==", *map(packed, (easier, wrong, forged))):
        assert challenge_on(busy.sends(page, proof=attempt))
    busy.clock.shift(proofs.SECONDS + 1)
    assert challenge_on(busy.sends(page, proof=proof))

    assert mailoutbox == []
    assert not SignupRequest.objects.exists()


def packed(payload: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_without_a_script_the_mail_comes_later(
    busy: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    page = busy.asks("dora@example.org")

    answer = busy.sends(page, patient="yes")

    assert "Postfach" in main_of(answer)
    assert mailoutbox == []
    call_command("newsletter_tick")
    assert [mail.to for mail in mailoutbox] == [["dora@example.org"]]
    assert busy.client.post(link_in(mailoutbox[0])).status_code == 200
    assert Subscription.objects.deliverable().count() == 1


def test_mails_that_had_to_wait_go_a_few_an_hour(
    busy: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    for number in range(25):
        busy.sends(busy.asks(f"reader{number}@many{number}.example"), patient="yes")

    for _ in range(2):
        call_command("newsletter_tick")
    assert len(mailoutbox) == 20
    busy.clock.shift(timedelta(hours=1))
    call_command("newsletter_tick")

    assert len(mailoutbox) == 25


def test_the_answer_is_the_same_for_every_address_on_busy_days_too(
    busy: Visitor, ada: Subscriber, ben: SignupRequest
) -> None:
    asked = [busy.asks(f"{name}@example.org") for name in ("dora", "adam", "benn")]
    known = [busy.asks(f"{name}@example.org") for name in ("ada", "ben")]

    sizes = {len(re.sub(r'value="[^"@]*@example.org"', "", without_challenge(a))) for a in asked}
    assert len(sizes) == 1
    assert {a.status_code for a in [*asked, *known]} == {200}
    patient = [busy.sends(page, patient="yes") for page in [*asked, *known]]
    assert len({answer.content for answer in patient}) == 1


def test_one_network_is_asked_for_the_sum_before_it_is_turned_away(visitor: Visitor) -> None:
    visitor.client.defaults["REMOTE_ADDR"] = "198.51.100.7"

    answers = [visitor.asks(f"reader{number}@many{number}.example") for number in range(21)]

    asked = ["data-challenge" in answer.content.decode() for answer in answers]
    assert asked == [False] * 5 + [True] * 15 + [False]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert answers[20].status_code == 429


def test_one_domain_is_not_flooded(
    visitor: Visitor, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "DOMAIN_PER_HOUR", 3)

    answers = [visitor.asks(f"reader{number}@one.example") for number in range(4)]

    assert "data-challenge" in answers[3].content.decode()
    assert "data-challenge" not in visitor.asks("dora@other.example").content.decode()
    assert len(mailoutbox) == 4


def test_the_api_takes_everybody_and_lets_mails_without_a_proof_wait(
    busy: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    answers = []
    proof = solved(busy.client.get("/api/v1/newsletter/challenge/").json())
    for name, more in (("dora", {"proof": proof}), ("eve", {}), ("finn", {"proof": proof})):
        body = {"address": f"{name}@example.org", "locale": "de", **more}
        with busy.commits(execute=True):
            answers.append(busy.client.post(API, body, content_type="application/json"))

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (202, answers[0].content)
    }
    assert [mail.to for mail in mailoutbox] == [["dora@example.org"]]
    assert SignupRequest.objects.held().count() == 2


def test_in_a_flood_every_mail_waits(busy: Visitor, mailoutbox: list[EmailMessage]) -> None:
    SignupTally.objects.update(count=5000)

    answer = busy.asks("dora@example.org")

    assert "Postfach" in main_of(answer)
    assert mailoutbox == []
    assert SignupRequest.objects.held().count() == 1


def test_a_victim_gets_one_mail_however_many_spellings_are_typed(
    visitor: Visitor, mailoutbox: list[EmailMessage], ada: Subscriber
) -> None:
    """List bombing: somebody's mailbox as the target of a form."""
    spellings = [f"v.ic.tim+{number}@example.org" for number in range(60)]

    for spelling in spellings:
        page = visitor.asks(spelling)
        if "data-challenge" in page.content.decode():
            visitor.sends(page, patient="yes")
    for _ in range(4):
        visitor.clock.shift(timedelta(hours=1))
        call_command("newsletter_tick")

    assert len(mailoutbox) == 1
    # Who reads already is not touched by any of it.
    leaving = tokens.one_click_url(ada.subscriptions.get()).removeprefix("http://testserver")
    assert visitor.client.post(leaving).status_code == 200


def test_from_networks_all_over_the_world_too_the_mails_wait(
    visitor: Visitor, mailoutbox: list[EmailMessage], ada: Subscriber
) -> None:
    """Each network and each domain is below its limit; together they are a flood."""
    for number in range(260):
        visitor.client.defaults["REMOTE_ADDR"] = f"198.{number // 200}.{number % 200}.7"
        address = "victim@example.org" if number % 2 else f"reader{number}@many{number}.example"
        body = {"address": address, "locale": "de"}
        with visitor.commits(execute=True):
            answer = visitor.client.post(API, body, content_type="application/json")
        assert answer.status_code == 202

    went = [mail.to[0] for mail in mailoutbox]
    assert went.count("victim@example.org") == 1
    assert len(went) <= 101
    assert SignupRequest.objects.held().count() > 100
    leaving = tokens.one_click_url(ada.subscriptions.get()).removeprefix("http://testserver")
    assert visitor.client.post(leaving).status_code == 200


def test_who_never_answers_is_asked_three_times_a_month(
    visitor: Visitor, mailoutbox: list[EmailMessage]
) -> None:
    for _ in range(6):
        visitor.asks("dora@example.org")
        visitor.clock.shift(timedelta(days=2))
        keep_to("newsletter.requests")
        keep_to("newsletter.unconfirmed")
    assert len(mailoutbox) == 3

    visitor.clock.shift(timedelta(days=30))
    visitor.asks("dora@example.org")

    assert len(mailoutbox) == 4


def test_limits_are_forgotten_after_a_day_and_the_sum_of_all_after_a_week(
    visitor: Visitor, clock: TimeMachineFixture
) -> None:
    visitor.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    visitor.asks("dora@example.org")
    assert SignupTally.objects.count() == 3

    clock.shift(timedelta(days=1, hours=2))
    keep_to("newsletter.tallies")
    keep_to("newsletter.sums")
    assert [tally.kind for tally in SignupTally.objects.all()] == [TallyKind.ALL]
    clock.shift(timedelta(days=8))
    keep_to("newsletter.tallies")
    keep_to("newsletter.sums")

    assert not SignupTally.objects.exists()


def test_asking_for_the_sum_writes_nothing_of_a_person(busy: Visitor) -> None:
    before = rows()

    busy.client.get(SUBSCRIBE)
    busy.client.get("/api/v1/newsletter/challenge/")
    page = busy.asks("dora@example.org")

    after = rows()
    assert {name for name in after if after[name] != before[name]} == {"newsletter.SignupTally"}
    assert form_on(page)["address"] == "dora@example.org"
