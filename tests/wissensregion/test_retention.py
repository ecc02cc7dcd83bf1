"""What is kept of people has a rule, an end, and is told as it is."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from home.models import PrivacyPage
from newsletter import personal_data
from newsletter.models import SignupTally
from newsletter.subscriptions.models import TallyKind
from partners.models import Membership
from tests import factories
from tests.retaining import keep_to, rule
from wissensregion import checks
from wissensregion.models import PersonAct, PrivacyFacts, RetentionRun
from wissensregion.retention import running
from wissensregion.retention.rules import enforced, rules

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture
    from wagtail.models import Locale

    from home.models import HomePage
    from wissensregion.models import User

REPORT = "/admin/data-protection/"
PERSON = f"{REPORT}person/"
WHY = "Brief vom 3. Mai"
pytestmark = pytest.mark.django_db


@pytest.fixture
def tally() -> SignupTally:
    """Counted two days ago: past its time since yesterday."""
    hour = timezone.now() - timedelta(days=2)
    return SignupTally.objects.create(kind=TallyKind.NETWORK, key="k", hour=hour)


@pytest.fixture
def office(client: Client, editor: User) -> Client:
    """Somebody of the office who may see the report and answer requests."""
    allow(editor, "see_retention", "export_persons", "erase_persons")
    client.force_login(editor)
    return client


def allow(user: User, *codenames: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))


def command(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_the_tick_ends_what_is_past_its_time_and_notes_it(tally: SignupTally) -> None:
    running.run_due()

    assert not SignupTally.objects.exists()
    run = RetentionRun.objects.get(rule="newsletter.tallies")
    assert (run.rows, run.total, run.error) == (1, 1, "")
    assert run.ended_at
    assert set(RetentionRun.objects.values_list("rule", flat=True)) == {
        each.name for each in enforced()
    }


def test_a_rule_runs_again_when_it_is_due_and_not_before(
    time_machine: TimeMachineFixture, tally: SignupTally
) -> None:
    running.run_due()
    SignupTally.objects.create(kind=TallyKind.NETWORK, key="k", hour=tally.hour)

    running.run_due()
    assert SignupTally.objects.count() == 1

    time_machine.move_to(timezone.now() + timedelta(hours=1, seconds=1))
    running.run_due()
    assert not SignupTally.objects.exists()
    assert RetentionRun.objects.get(rule="newsletter.tallies").total == 2


def test_slices_end_all_rows_and_one_that_is_not_done_goes_on_at_once(
    monkeypatch: pytest.MonkeyPatch, tally: SignupTally
) -> None:
    for number in range(7):
        SignupTally.objects.create(kind=TallyKind.DOMAIN, key=str(number), hour=tally.hour)
    small = rule("newsletter.tallies")
    monkeypatch.setitem(small.__dict__, "at_once", 3)

    assert running.apply(small, seconds=-1) == 3
    assert running.apply(small) == 5
    assert not SignupTally.objects.exists()


def test_a_rule_that_fails_is_told_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, tally: SignupTally
) -> None:
    def broken(_before: Any) -> Any:
        raise OSError

    monkeypatch.setitem(rule("newsletter.requests").__dict__, "expired", broken)

    with pytest.raises(running.RetentionError, match=r"newsletter\.requests"):
        running.run_due()

    assert not SignupTally.objects.exists()
    assert RetentionRun.objects.get(rule="newsletter.requests").error == "OSError"


def test_a_dry_run_counts_and_deletes_nothing(tally: SignupTally) -> None:
    out = command("apply_retention", "--dry-run")

    assert "newsletter.tallies: 1 to go (24 hours after the sign-up)" in out
    assert SignupTally.objects.count() == 1
    assert "newsletter.tallies: 1 gone" in command("apply_retention", "newsletter.tallies")
    with pytest.raises(CommandError, match=r"No rule is called newsletter\.nothing"):
        command("apply_retention", "newsletter.nothing")


def test_sessions_that_ended_go_and_open_ones_stay() -> None:
    now = timezone.now()
    for key, hours in (("over", -1), ("open", 1)):
        expires = now + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=expires)

    assert keep_to("wissensregion.sessions") == 1
    assert Session.objects.get().session_key == "open"


def test_what_operators_shorten_is_kept_shorter_and_said_so(settings: Settings) -> None:
    settings.LOG_DAYS = 90

    with override("de"):
        assert rule("wissensregion.page_log").how_long == "90 Tage nach der Änderung"


def test_personal_data_without_a_rule_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(personal_data.MODELS, "Edition", True)  # noqa: FBT003

    (error,) = checks.what_is_kept_has_a_rule()

    assert error.id == "wissensregion.E004"
    assert "newsletter.Edition" in error.msg


def test_facts_nobody_filled_in_are_a_warning() -> None:
    (warning,) = checks.the_facts_of_this_installation_are_known(databases=["default"])
    assert "controller" in warning.msg

    fill_in()
    assert checks.the_facts_of_this_installation_are_known(databases=["default"]) == []


def test_the_form_in_the_documentation_is_what_the_table_says() -> None:
    command("write_records", "--check")


def fill_in() -> PrivacyFacts:
    today = timezone.localdate()
    facts: PrivacyFacts = PrivacyFacts.objects.create(
        controller="Wissensregion e. V.\nAm Rhein 1", authority="LDI NRW", log_days=5,
        mail_name="Postmark", mail_country="US", mail_transfer="clauses", mail_contract_on=today,
        host_name="Rechenzentrum", host_country="DE", host_contract_on=today,
    )  # fmt: skip
    return facts


def test_the_report_is_for_those_who_may(client: Client, editor: User) -> None:
    client.force_login(editor)

    for path in (REPORT, f"{REPORT}record/", PERSON):
        assert client.get(path).status_code == 403
    for path in (f"{PERSON}export/", f"{PERSON}erase/"):
        assert client.post(path).status_code == 403


def test_the_report_shows_each_rule_and_what_is_dead(office: Client, tally: SignupTally) -> None:
    page = office.get(REPORT)
    assert {each.rule.name for each in page.context["dead"]} == {r.name for r in enforced()}
    assert page.context["missing"]
    assert page.text.count('<td colspan="4">') == len(list(rules())) - len(enforced())

    running.run_due()
    fill_in()

    page = office.get(REPORT)
    assert page.context["dead"] == page.context["missing"] == []
    assert "help-critical" not in page.text
    assert "Datenschutz" in office.get("/admin/").text


def test_the_record_holds_the_facts_of_this_installation(office: Client) -> None:
    assert "einzutragen" in office.get(f"{REPORT}record/").text
    fill_in()

    text = office.get(f"{REPORT}record/").text

    assert "Wissensregion e. V., Am Rhein 1" in text
    assert "Postmark | Vereinigte Staaten | Standardvertragsklauseln" in text
    assert "einzutragen" not in text


@pytest.fixture
def policies(home: HomePage, english: Locale) -> tuple[PrivacyPage, PrivacyPage]:
    german = home.add_child(instance=PrivacyPage(title="Datenschutz", slug="ds"))
    translated = german.copy_for_translation(english)
    translated.title = "Privacy"
    translated.save_revision().publish()
    return german, translated


def test_the_privacy_policy_tells_the_facts_in_both_languages(
    client: Client, policies: tuple[PrivacyPage, PrivacyPage]
) -> None:
    fill_in()
    german, english = (client.get(page.url).text for page in policies)

    assert "72 Stunden nach der Anmeldung" in german
    assert "Vereinigte Staaten" in german
    assert "72 hours after the sign-up" in english
    assert "United States" in english
    # What concerns colleagues alone is not told to visitors.
    assert "administrator deletes" not in english


def test_the_policy_leaves_out_what_nobody_filled_in(
    client: Client, policies: tuple[PrivacyPage, PrivacyPage]
) -> None:
    english = client.get(policies[1].url).text

    assert "to be filled in" not in english
    assert "Who is responsible" not in english
    assert "access log" not in english


@pytest.fixture
def mia(german: Locale, django_user_model: type[User]) -> User:
    """She writes for a partner and never asked for a newsletter."""
    mia = django_user_model.objects.create_user("mia", "mia@example.org")
    Membership.objects.create(partner=factories.PartnerFactory(), user=mia, locale=german)
    return mia


def test_the_office_finds_hands_out_and_erases_whoever_a_plugin_knows(
    office: Client, editor: User, mia: User
) -> None:
    asked = {"address": "MIA@example.org", "reason": WHY}

    found = office.post(PERSON, asked).context["found"]
    known = json.loads(office.post(f"{PERSON}export/", asked).content)
    refused = office.post(f"{PERSON}erase/", {**asked, "word": "nein"})
    assert Membership.objects.exists()
    answer = office.post(f"{PERSON}erase/", {**asked, "word": "löschen"}, follow=True)

    assert ("Partner", "Schreibt für Partner", 1) in found
    assert known["wissensregion"]["accounts"][0]["username"] == "mia"
    assert refused.status_code == 422
    assert not Membership.objects.exists()
    assert "Es gibt ein Konto" in answer.text
    acts = PersonAct.objects.values_list("verb", "username", "reason")
    expected = ["erase", "export", "search"]
    assert list(acts) == [(verb, editor.get_username(), WHY) for verb in expected]


def test_a_reason_with_an_address_is_refused(office: Client) -> None:
    for typed in ({"address": "mia@example.org", "reason": "mia@example.org"}, {"address": "mia"}):
        assert office.post(f"{PERSON}export/", typed).status_code == 422
    assert not PersonAct.objects.exists()
