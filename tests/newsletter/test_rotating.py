"""New keys and a new pepper: old links still work, nobody is forgotten, nobody is mailed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from newsletter import personal_data
from newsletter.models import Consent, ConsentChain, Subscriber, Subscription, Suppression
from newsletter.subscriptions import actions, addresses, tokens, verifying
from newsletter.subscriptions.models import EndReason
from tests.newsletter.importing import one_column, results
from tests.newsletter.reading import link_in, rows
from wissensregion.settings import env

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.mail import EmailMessage
    from pytest_django import Settings

    from newsletter.models import SignupRequest
    from tests.newsletter.importing import Importer
    from tests.newsletter.reading import Visitor

OLD, NEW = ("old", "o" * 64), ("new", "n" * 64)


@pytest.fixture(autouse=True)
def old_pepper(settings: Settings) -> None:
    settings.NEWSLETTER_PEPPERS = [OLD]


def printed(capsys: pytest.CaptureFixture[str], command: str, *arguments: str) -> str:
    call_command(command, *arguments)
    return capsys.readouterr().out.strip()


def test_the_printed_line_is_one_the_site_starts_with(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.NEWSLETTER_TOKEN_KEYS = [("2025", "s" * 64)]
    for _ in range(2):
        name, _, value = printed(capsys, "rotate_token_key").partition("=")
        monkeypatch.setenv(name, value)
        settings.NEWSLETTER_TOKEN_KEYS = env.token_keys()
    name, _, value = printed(capsys, "rotate_pepper", "--new").partition("=")
    monkeypatch.setenv(name, value)

    assert len(settings.NEWSLETTER_TOKEN_KEYS) == 3
    assert settings.NEWSLETTER_TOKEN_KEYS[-1] == ("2025", "s" * 64)
    assert env.pepper()[1:] == [OLD]
    leaked = settings.NEWSLETTER_TOKEN_KEYS[0][0]
    assert f"{leaked}:" not in printed(capsys, "rotate_token_key", "--without", leaked)
    with pytest.raises(CommandError):
        call_command("rotate_token_key", "--without", "nobody")


def test_a_pepper_alone_needs_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_PEPPER", "a" * 64)

    assert env.pepper() == [("first", "a" * 64)]


def test_links_in_old_mails_outlive_a_new_key(
    ada: Subscriber, settings: Settings, visitor: Visitor
) -> None:
    url = tokens.one_click_url(ada.subscriptions.get()).removeprefix("http://testserver")
    settings.NEWSLETTER_TOKEN_KEYS = [("new", "n" * 64), *settings.NEWSLETTER_TOKEN_KEYS]

    assert visitor.client.post(url).status_code == 200
    assert not Subscription.objects.confirmed().exists()


def test_a_new_pepper_finds_everybody_again_and_keeps_the_proof_whole(
    visitor: Visitor,
    ada: Subscriber,
    ben: SignupRequest,
    settings: Settings,
    mailoutbox: list[EmailMessage],
) -> None:
    actions.suppress(addresses.address_key("ada@example.org"), EndReason.COMPLAINED)
    former = ada.address_key
    settings.NEWSLETTER_PEPPERS = [NEW, OLD]

    counts = actions.rekey_everybody()
    assert counts["Subscriber"] == counts["Suppression"] == 1
    assert counts["ConsentChain"] == 2
    after = rows()
    assert actions.rekey_everybody() == {}
    assert rows() == after

    ada.refresh_from_db()
    assert ada.address_key == addresses.address_key("ada@example.org") != former
    assert Consent.objects.of(ada.address_key).count() == 3
    assert not ConsentChain.objects.filter(address_key=former).exists()
    assert list(verifying.all_breaks()) == []
    # What holds back mail has gone with its owner.
    assert Suppression.objects.get().address_key == ada.address_key
    assert actions.left_behind() == {"old": 0}
    visitor.asks("ben@example.org")
    assert visitor.client.post(link_in(mailoutbox[0])).status_code == 200


def test_the_erased_keep_their_hash_under_the_old_pepper_and_stay_suppressed(
    visitor: Visitor,
    ada: Subscriber,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    mailoutbox: list[EmailMessage],
) -> None:
    personal_data.erase("ada@example.org")
    actions.suppress_for_good(ada.address_key)
    settings.NEWSLETTER_PEPPERS = [NEW, OLD]

    said = printed(capsys, "rotate_pepper")

    assert "nothing to do" in said
    assert "Pepper old: 2 rows still need it; keep it." in said
    assert {Suppression.objects.get().pepper, ConsentChain.objects.get().pepper} == {"old"}
    kept = personal_data.export("ada@example.org")
    assert [row["kind"] for row in kept["consents"]] == ["requested", "confirmed", "erased"]
    visitor.asks("ada@example.org")
    assert mailoutbox == []
    assert Suppression.objects.get().address_key == addresses.address_key("ada@example.org")
    assert ConsentChain.objects.count() == 1
    assert list(verifying.all_breaks()) == []


def test_who_comes_between_the_new_setting_and_the_command_stays_one_person(
    visitor: Visitor, ada: Subscriber, settings: Settings
) -> None:
    settings.NEWSLETTER_PEPPERS = [NEW, OLD]
    visitor.asks("ada@example.org")

    actions.rekey_everybody()

    assert Subscriber.objects.count() == 1
    assert ConsentChain.objects.count() == 1
    assert list(verifying.all_breaks()) == []


def test_an_import_knows_everybody_by_the_keys_of_before(
    importer: Importer,
    subscribed: Callable[..., Subscription],
    cleo: Subscriber,
    settings: Settings,
) -> None:
    """Between the new setting and the command that makes keys anew, and for ever for the erased."""
    for name in ("ada", "emil", "eve"):
        subscribed(f"{name}@example.org")
    personal_data.erase("emil@example.org")
    actions.suppress_for_good(addresses.address_key("finn@example.org"))
    settings.NEWSLETTER_PEPPERS = [NEW, OLD]
    before = rows()
    everybody = [f"{name}@example.org" for name in ("ada", "cleo", "emil", "finn", "gina")]

    run = importer.looks_through(one_column(*everybody))
    assert {name for name, now in rows().items() if now != before[name]} == {
        "newsletter.Import", "newsletter.ImportRow"
    }  # fmt: skip
    judged = results(run)
    run = importer.presses(run, "start")

    assert list(judged.values()) == ["known", "left", "left", "suppressed", "subscribed"]
    assert results(run) == judged
    assert Subscriber.objects.count() == 4
    # Each has one proof, so that whoever comes next finds it.
    for address in everybody:
        actions.adopt(address)
    assert ConsentChain.objects.count() == 5
    assert list(verifying.all_breaks()) == []
