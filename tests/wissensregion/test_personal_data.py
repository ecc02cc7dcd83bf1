"""A person is handed over whole and erased everywhere; nothing echoes the address."""

from __future__ import annotations

import io
import json
import logging
import stat
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command

from partners.models import Membership
from tests import factories
from wissensregion import checks, personal_data
from wissensregion.plugin import plugins

if TYPE_CHECKING:
    from pathlib import Path

    from django.core.checks import CheckMessage
    from wagtail.models import Locale

    from wissensregion.models import User

ADA = "ada@example.org"


@pytest.fixture
def ada(german: Locale, editor: User) -> User:
    """An editor who also writes for a partner."""
    editor.email = ADA
    editor.first_name = "Ada"
    editor.save()
    Membership.objects.create(partner=factories.PartnerFactory(), user=editor, locale=german)
    return editor


def command(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def exported(address: str = ADA) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(command("export_person", address))["known"]
    return known


def test_an_export_holds_what_every_app_knows(ada: User) -> None:
    known = exported()

    assert known["wissensregion"]["accounts"][0]["first_name"] == "Ada"
    assert len(known["partners"]["memberships"]) == 1


@pytest.mark.parametrize("address", ["ADA@example.org", " ada@example.org "])
def test_another_spelling_finds_the_same_person(ada: User, address: str) -> None:
    assert exported(address) == exported(ADA)


@pytest.mark.django_db
def test_of_a_stranger_nothing_is_known() -> None:
    assert exported("nobody@example.org") == {}


def test_an_export_is_written_for_its_owner_alone(ada: User, tmp_path: Path) -> None:
    path = tmp_path / "ada.json"

    command("export_person", ADA, "--output", str(path))

    assert json.loads(path.read_text())["known"]["wissensregion"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="Name a new file"):
        command("export_person", ADA, "--output", str(path))


def test_an_erasure_counts_and_keeps_the_account(ada: User) -> None:
    out = command("erase_person", ADA, "--yes")

    assert "partners: memberships 1" in out
    assert "wissensregion: accounts kept 1" in out
    assert "end it in the CMS" in out
    ada.refresh_from_db()
    assert ada.is_active
    assert "partners" not in exported()


def test_a_second_erasure_changes_nothing_more(ada: User) -> None:
    command("erase_person", ADA, "--yes")

    assert "partners: memberships 0" in command("erase_person", ADA, "--yes")


def test_without_confirmation_nothing_is_erased(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _prompt: "nein")

    with pytest.raises(CommandError, match="Nothing was erased"):
        command("erase_person", ADA)

    assert "partners" in exported()


def test_the_word_erase_confirms(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _prompt: " Erase ")

    command("erase_person", ADA)

    assert "partners" not in exported()


def test_nobody_there_to_confirm_is_a_no(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)

    with pytest.raises(CommandError, match="call with --yes"):
        command("erase_person", ADA)


def test_no_line_of_output_or_log_names_the_address(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    out = command("erase_person", ADA, "--yes")

    assert ADA not in out
    assert "A person was erased" in caplog.text
    assert ADA not in str([vars(record) for record in caplog.records if record.name != "django.db"])


@pytest.mark.parametrize("name", ["export_person", "erase_person"])
@pytest.mark.parametrize("address", ["", "ada", "ada@", "@example.org", "ada@example.org\nx"])
def test_what_is_no_address_is_refused(name: str, address: str) -> None:
    with pytest.raises(CommandError, match="Write it as name@example"):
        command(name, address)


@pytest.mark.django_db
def test_an_address_with_umlauts_in_its_domain_is_one() -> None:
    assert exported("ada@müller.example") == {}


def errors(check: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = check()
    return found


def test_a_model_nobody_thought_about_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(personal_data.MODELS, "SiteImage")

    (error,) = errors(checks.every_model_says_whether_it_holds_personal_data)

    assert error.id == "wissensregion.E001"
    assert error.hint == "Add it to MODELS in wissensregion/personal_data.py."


def test_who_holds_personal_data_without_exit_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(personal_data, "erase")

    (error,) = errors(checks.personal_data_has_an_exit)

    assert error.msg == "wissensregion holds personal data but has no erase(address)."


def test_a_plugin_without_platform_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(plugins()))
    monkeypatch.setattr(type(first), "platform", "")

    (error,) = errors(checks.every_plugin_says_which_platform_it_fits)

    assert error.id == "wissensregion.E003"
