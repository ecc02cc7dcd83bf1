"""The people in the CMS: masked without a reason, every look recorded, erased by a typed word."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from newsletter.models import (
    AddressLook,
    Delivery,
    FeedbackEvent,
    Newsletter,
    SignupRequest,
    Subscriber,
)
from newsletter.people import looking
from newsletter.people.models import LookKind
from newsletter.sending import actions as sending
from newsletter.sending import audience
from newsletter.subscriptions import actions
from newsletter.subscriptions.models import EndReason
from tests.newsletter.reading import rows
from tests.retaining import keep_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from newsletter.models import IssuePage, Subscription
    from wissensregion.models import User

PEOPLE = "/admin/newsletter/people/"
REASON = "Rückfrage am Telefon"
pytestmark = pytest.mark.usefixtures("home", "newsletter")


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    """Somebody who may list people, and nothing more."""
    allow(editor, "view_subscriber")
    client.force_login(editor)
    return client


@pytest.fixture
def trusted(office: Client, editor: User) -> Client:
    """Somebody who may see, export and erase."""
    allow(editor, "see_addresses", "export_people", "erase_people")
    return office


def allow(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def unmask(client: Client, reason: str = REASON) -> None:
    client.post(f"{PEOPLE}unmask/", {"reason": reason})


def page_of(person: Subscriber | SignupRequest, way: str = "") -> str:
    kind = "subscriber" if isinstance(person, Subscriber) else "request"
    return f"{PEOPLE}{kind}/{person.pk}/{way}"


def listed(client: Client, **query: str) -> list[str]:
    return [row["address"] for row in client.get(PEOPLE, query).context["object_list"]]


def test_without_the_permission_addresses_are_masked_everywhere(
    office: Client, ada: Subscriber, ben: SignupRequest
) -> None:
    unmask(office)

    for url in (PEOPLE, page_of(ada), page_of(ben)):
        page = office.get(url).content.decode()
        assert "@e•••.org" in page
        assert "@example.org" not in page
    assert not AddressLook.objects.exists()


def test_with_the_permission_they_are_masked_until_there_is_a_reason(
    trusted: Client, ada: Subscriber
) -> None:
    assert "Ada@example.org" not in trusted.get(PEOPLE).content.decode()

    unmask(trusted)

    assert "Ada@example.org" in trusted.get(PEOPLE).content.decode()
    assert "Ada@example.org" in trusted.get(page_of(ada)).content.decode()


def test_every_look_is_recorded_and_the_record_holds_no_address(
    trusted: Client, editor: User, ada: Subscriber, grace: Subscriber
) -> None:
    trusted.get(PEOPLE)
    unmask(trusted)
    trusted.get(PEOPLE)
    trusted.get(page_of(ada))

    person, list_of_two = AddressLook.objects.all()
    assert (list_of_two.kind, list_of_two.count, list_of_two.subscriber) == ("list", 2, None)
    assert (person.kind, person.count, person.subscriber) == ("person", 1, ada.pk)
    assert {look.user for look in (person, list_of_two)} == {editor}
    assert {look.reason for look in (person, list_of_two)} == {REASON}


@pytest.mark.parametrize("reason", ["", "wegen ada@example.org"])
def test_without_a_reason_or_with_an_address_in_it_nothing_is_shown(
    reason: str, trusted: Client, ada: Subscriber
) -> None:
    unmask(trusted, reason)

    assert "Ada@example.org" not in trusted.get(PEOPLE).content.decode()


def test_after_half_an_hour_addresses_are_masked_again(trusted: Client, ada: Subscriber) -> None:
    unmask(trusted)
    session = trusted.session
    window = session[looking.KEY]
    session[looking.KEY] = {**window, "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()

    assert "Ada@example.org" not in trusted.get(PEOPLE).content.decode()


def test_addresses_can_be_masked_again_at_once(trusted: Client, ada: Subscriber) -> None:
    unmask(trusted)

    trusted.post(f"{PEOPLE}mask/")

    assert "Ada@example.org" not in trusted.get(PEOPLE).content.decode()


def test_a_look_cannot_be_rewritten_or_taken_back(trusted: Client, ada: Subscriber) -> None:
    unmask(trusted)
    trusted.get(PEOPLE)
    look = AddressLook.objects.get()

    for rewrite in (look.save, look.delete, lambda: AddressLook.objects.update(reason="x")):
        with pytest.raises(AddressLook.UnchangeableError):
            rewrite()


def test_looks_are_forgotten_after_a_year(editor: User) -> None:
    long_ago = timezone.now() - timedelta(days=366)
    AddressLook(at=long_ago, user=editor, kind=LookKind.LIST, reason=REASON).save()
    looking.record(editor, LookKind.PERSON, REASON)

    assert keep_to("newsletter.looks") == 1
    assert AddressLook.objects.get().kind == LookKind.PERSON


def test_the_list_holds_everybody_once_with_one_state(
    office: Client,
    ada: Subscriber,
    ben: SignupRequest,
    cleo: Subscriber,
    events: Newsletter,
) -> None:
    for _twice in range(2):
        actions.subscribe(
            address=ada.address, newsletters=[events], locale="de", source="preferences"
        )
        actions.subscribe(address=ben.address, newsletters=[events], locale="de", source="")

    found = {row["address"]: row["state"] for row in office.get(PEOPLE).context["object_list"]}

    assert len(office.get(PEOPLE).context["object_list"]) == 3
    assert found == {
        "Ada@example.org": "confirmed",
        "ben@example.org": "pending",
        "cleo@example.org": "withdrawn",
    }


def test_the_list_is_filtered_by_state_language_newsletter_and_age(
    office: Client, ada: Subscriber, grace: Subscriber, ben: SignupRequest, cleo: Subscriber
) -> None:
    events = Newsletter.objects.create(name="Veranstaltungen", slug="veranstaltungen")
    actions.suppress(grace.address_key, EndReason.COMPLAINED)
    Subscriber.objects.filter(pk=ada.pk).update(created_at=timezone.now() - timedelta(days=400))

    assert listed(office, state="pending") == ["ben@example.org"]
    assert listed(office, state="confirmed") == ["Ada@example.org"]
    assert listed(office, state="withdrawn") == ["cleo@example.org"]
    assert listed(office, state="suppressed") == ["grace@example.org"]
    assert listed(office, locale="en") == ["grace@example.org"]
    assert listed(office, age="older") == ["Ada@example.org"]
    assert listed(office, newsletter=str(events.pk)) == []
    assert len(listed(office, state="nonsense")) == 4


def test_a_whole_address_leads_to_its_owner_in_whatever_spelling(
    office: Client, ada: Subscriber, ben: SignupRequest
) -> None:
    for typed, person in ((" ADA@Example.org ", ada), ("ben@example.org", ben)):
        answer = office.post(f"{PEOPLE}search/", {"q": typed})
        assert answer.headers["Location"] == page_of(person)


def test_a_part_of_an_address_finds_only_for_whoever_sees_addresses(
    trusted: Client, ada: Subscriber, grace: Subscriber
) -> None:
    assert trusted.post(f"{PEOPLE}search/", {"q": "grac"}).headers["Location"] == PEOPLE

    unmask(trusted)
    page = trusted.post(f"{PEOPLE}search/", {"q": "grac"}).content.decode()

    assert "grace@example.org" in page
    assert "Ada@example.org" not in page
    assert AddressLook.objects.get().count == 1


def test_of_a_suppressed_address_it_is_said_that_only_a_hash_is_kept(
    office: Client, ada: Subscriber
) -> None:
    actions.suppress(ada.address_key, EndReason.BOUNCED)
    actions.forget(ada.address_key)

    page = office.post(f"{PEOPLE}search/", {"q": ada.address}, follow=True)

    assert "Hash" in " ".join(str(message) for message in page.context["messages"])


def test_a_person_is_shown_with_the_consent_log_in_order(office: Client, cleo: Subscriber) -> None:
    record = office.get(page_of(cleo)).context["record"]

    kinds = [consent.kind for consent in record.consents]
    assert (kinds[0], kinds[-1]) == ("requested", "withdrawn")


def test_a_person_is_shown_with_the_issues_sent_and_what_came_back(
    office: Client, editor: User, ada: Subscriber, issue: IssuePage
) -> None:
    dispatch = sending.start(issue, editor)
    while audience.freeze_chunk(dispatch.pk):
        pass
    delivery = Delivery.objects.get(address_key=ada.address_key)
    FeedbackEvent.objects.create(
        dedup="1", delivery_key=delivery.key, kind="bounced", description="ada@example.org is full"
    )

    page = office.get(page_of(ada)).content.decode()

    assert issue.subject in page
    assert "bounced" in page
    assert "is full" not in page


def test_everything_about_a_person_is_handed_out_and_recorded(
    trusted: Client, ada: Subscriber
) -> None:
    answer = trusted.post(page_of(ada, "export/"), {"reason": "Auskunft nach Art. 15"})

    known = json.loads(answer.content)["newsletter"]
    assert known["subscriber"][0]["address"] == "Ada@example.org"
    assert AddressLook.objects.get().kind == "person_export"
    assert trusted.post(page_of(ada, "export/"), {"reason": ""}).status_code == 422


def test_the_typed_word_erases_a_person(trusted: Client, ada: Subscriber, cleo: Subscriber) -> None:
    trusted.post(page_of(ada, "erase/"), {"reason": "Wunsch per Brief", "word": "Löschen"})

    assert list(Subscriber.objects.all()) == [cleo]
    look = AddressLook.objects.get()
    assert (look.kind, look.subscriber) == ("erasure", ada.pk)


@pytest.mark.parametrize("word", ["", "ja", "erase!"])
def test_another_word_erases_nobody(word: str, trusted: Client, ada: Subscriber) -> None:
    before = rows()

    answer = trusted.post(page_of(ada, "erase/"), {"reason": "Wunsch", "word": word})

    assert answer.status_code == 422
    assert rows() == before


@pytest.mark.parametrize("way", ["export/", "erase/"])
def test_who_may_not_is_refused_with_403_and_changes_nothing(
    way: str, office: Client, ada: Subscriber
) -> None:
    before = rows()

    answer = office.post(page_of(ada, way), {"reason": "Neugier", "word": "löschen"})

    assert answer.status_code == 403
    assert rows() == before
    assert office.post(f"{PEOPLE}unmask/", {"reason": "Neugier"}).status_code == 403


def test_who_may_not_even_list_people_is_refused(client: Client, editor: User) -> None:
    client.force_login(editor)

    assert client.get(PEOPLE).status_code == 403
    assert PEOPLE not in client.get("/admin/").content.decode()


def test_a_get_neither_erases_nor_exports(trusted: Client, ada: Subscriber) -> None:
    before = rows()

    for way in ("export/", "erase/"):
        assert trusted.get(page_of(ada, way)).status_code == 405
    assert rows() == before


def test_fifty_people_cost_as_many_queries_as_two(
    trusted: Client,
    subscribed: Callable[..., Subscription],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    unmask(trusted)
    trusted.get(PEOPLE)
    for number in range(50):
        subscribed(f"person{number}@example.org")

    with django_assert_max_num_queries(14):
        assert len(listed(trusted)) == 50


def test_the_permissions_can_be_given_in_the_form_of_a_group(client: Client, admin: User) -> None:
    client.force_login(admin)

    page = client.get(reverse("wagtailusers_groups:add")).content.decode()

    for codename in ("see_addresses", "import_people", "export_people", "erase_people"):
        pk = Permission.objects.get(codename=codename).pk
        assert f'value="{pk}"' in page
