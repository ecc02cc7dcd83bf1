"""Addresses from a file: looked through without a trace, taken in once, taken back exactly."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter.models import Consent, Import, SignupRequest, Subscriber, Subscription
from newsletter.people import importing
from newsletter.people.models import ImportRow, ImportState, ProofKind
from newsletter.subscriptions import actions
from newsletter.subscriptions.models import ConsentKind, EndReason
from tests.newsletter.importing import IMPORTS, PEOPLE, fresh, one_column, results
from tests.newsletter.reading import rows
from tests.retaining import keep_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from time_machine import TimeMachineFixture

    from newsletter.models import Newsletter
    from tests.newsletter.importing import Importer
    from wissensregion.models import User


def people_only() -> dict[str, str]:
    mine = {"newsletter.Import", "newsletter.ImportRow"}
    return {table: value for table, value in rows().items() if table not in mine}


def test_looking_through_a_file_changes_nothing_but_the_report(
    importer: Importer, newsletter: Newsletter
) -> None:
    before = people_only()

    run = importer.looks_through()

    assert people_only() == before
    assert run.state == ImportState.CHECKED
    assert importing.counts(run) == {"subscribed": 3}
    assert outbox.outbox == []


def test_who_can_be_proved_is_subscribed_with_source_date_and_proof(importer: Importer) -> None:
    run = importer.imports()

    assert run.state == ImportState.DONE
    dora, emil, frieda = Subscriber.objects.order_by("address")
    assert (dora.locale, emil.locale, frieda.locale) == ("de", "en", "de")
    days = [timezone.localdate(each.subscriptions.get().confirmed_at) for each in (dora, frieda)]
    assert days == [date(2025, 3, 1), date(2025, 1, 15)]
    step = Consent.objects.of(emil.address_key).get()
    assert step.kind == ConsentKind.IMPORTED
    assert "Liste vom Welcome Day" in step.source
    assert "proof: written; consent of 2024-12-24; row 3" in step.note
    assert Subscription.objects.deliverable().count() == 3
    assert outbox.outbox == []


def test_who_cannot_be_proved_gets_a_question_and_never_an_issue(importer: Importer) -> None:
    run = importer.imports(proof=ProofKind.NONE.value)

    assert importing.counts(run) == {"asked": 3}
    assert not Subscriber.objects.exists()
    assert Subscription.objects.deliverable().count() == 0
    assert sorted(message.to[0] for message in outbox.outbox) == [
        "dora@example.org", "emil@example.org", "frieda@example.org",
    ]  # fmt: skip
    assert Consent.objects.filter(kind=ConsentKind.REQUESTED).count() == 3


def test_nobody_is_asked_twice_while_the_first_question_is_open(importer: Importer) -> None:
    importer.imports(proof=ProofKind.NONE.value)
    outbox.outbox.clear()

    run = importer.imports(proof=ProofKind.NONE.value)

    assert importing.counts(run) == {"waiting": 3}
    assert outbox.outbox == []


def test_the_suppressed_the_erased_and_those_who_left_are_not_brought_back(
    importer: Importer, subscribed: Callable[..., Subscription]
) -> None:
    gone = subscribed("erased@example.org").subscriber
    actions.forget(gone.address_key)
    actions.unsubscribe(subscribed("left@example.org"))
    bounced = subscribed("bounced@example.org").subscriber
    actions.suppress(bounced.address_key, EndReason.BOUNCED)
    subscribed("known@example.org")

    run = importer.imports(
        one_column(
            "erased@example.org", "left@example.org", "bounced@example.org", "KNOWN@example.org"
        )
    )

    assert results(run) == {2: "left", 3: "left", 4: "suppressed", 5: "known"}
    assert Subscription.objects.deliverable().count() == 1
    assert not Subscriber.objects.filter(address="erased@example.org").exists()


def test_every_row_that_is_left_out_is_named_with_its_reason_and_no_address(
    importer: Importer, import_desk: Client
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    content = "\n".join(
        [
            "E-Mail,Sprache,Datum",
            "dora@example.org,de,2025-01-01",
            "DORA@example.org,de,2025-01-01",
            "nobody,de,",
            ",de,",
            "=HYPERLINK(1),de,",
            "emil@example.org,tlh,",
            "frieda@example.org,de,gestern",
            f"gustav@example.org,de,{tomorrow.isoformat()}",
            '"a@b\n",de,',
        ]
    )
    run = importer.looks_through(content)

    assert results(run) == {
        2: "subscribed", 3: "duplicate", 4: "bad_address", 5: "no_address", 6: "formula",
        7: "bad_locale", 8: "bad_date", 9: "future_date", 10: "bad_address",
    }  # fmt: skip
    answer = import_desk.get(f"{IMPORTS}{run.pk}/left-out/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(text)))
    assert [line[:2] for line in lines[1:3]] == [["3", "duplicate"], ["4", "bad_address"]]
    assert len(lines) == 9
    assert "@" not in text


def test_undoing_removes_exactly_what_the_import_made(
    importer: Importer, ada: Subscriber, cleo: Subscriber
) -> None:
    before = set(Subscription.objects.values_list("pk", "confirmed_at", "ended_at"))
    run = importer.imports(PEOPLE + "ada@example.org;;;\ncleo@example.org;;;\n")
    assert Subscriber.objects.count() == 5

    run = importer.presses(run, "undo")

    assert run.state == ImportState.UNDONE
    assert set(Subscriber.objects.all()) == {ada, cleo}
    assert set(Subscription.objects.values_list("pk", "confirmed_at", "ended_at")) == before


def test_undoing_leaves_whoever_has_confirmed_since(
    importer: Importer, newsletter: Newsletter
) -> None:
    run = importer.imports()
    request = actions.subscribe(
        address="dora@example.org", newsletters=[newsletter], locale="de", source="/newsletter/"
    )
    assert actions.confirm(request)

    importer.presses(run, "undo")

    assert Subscriber.objects.get().address == "dora@example.org"


def test_undoing_withdraws_questions_nobody_has_answered(importer: Importer) -> None:
    run = importer.imports(proof=ProofKind.NONE.value)
    answered = SignupRequest.objects.get(address="dora@example.org")
    assert actions.confirm(answered)

    importer.presses(run, "undo")

    assert Subscriber.objects.get().address == "dora@example.org"
    assert not SignupRequest.objects.open().exists()


def test_what_was_undone_can_be_imported_again(importer: Importer) -> None:
    importer.presses(importer.imports(), "undo")

    run = importer.imports()

    assert importing.counts(run) == {"subscribed": 3}


def test_a_run_that_was_cut_off_goes_on_behind_its_last_slice(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "SLICE", 2)
    addresses = [f"a{number}@example.org" for number in range(7)]
    run = importer.looks_through(one_column(*addresses, "A0@example.org"))
    assert importing.start(run)

    assert importing.go_on(run.pk, seconds=-1)
    assert Subscriber.objects.count() == 2
    assert fresh(run).cursor == 3
    assert not importing.go_on(run.pk)

    assert fresh(run).state == ImportState.DONE
    assert Subscriber.objects.count() == 7
    assert results(run)[9] == "duplicate"
    assert ImportRow.objects.filter(run=run).count() == 8


def test_the_tick_finds_an_import_whose_worker_died(importer: Importer) -> None:
    run = importer.looks_through()
    importing.start(run)
    assert importing.left_alone() == [run.pk]
    Import.objects.update(touched_at=timezone.now())

    assert importing.left_alone() == []


def test_a_second_press_changes_nothing(importer: Importer) -> None:
    run = importer.imports()
    before = rows()

    importer.presses(run, "start")
    importer.presses(run, "start")

    assert rows() == before


def test_who_may_not_import_is_refused(client: Client, editor: User, home: object) -> None:
    client.force_login(editor)

    assert client.get(IMPORTS).status_code == 403
    assert client.post(f"{IMPORTS}new/").status_code == 403


def test_proof_by_import_outlives_the_month_that_unconfirmed_requests_have(
    importer: Importer, time_machine: TimeMachineFixture
) -> None:
    importer.imports()

    time_machine.move_to(timezone.now() + timedelta(days=40))
    keep_to("newsletter.requests")

    assert Consent.objects.filter(kind=ConsentKind.IMPORTED).count() == 3


def test_the_command_line_imports_by_the_same_steps(
    newsletter: Newsletter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "liste.csv"
    file.write_text(PEOPLE + "nobody;;;\n")
    about = [
        str(file), "--newsletter", newsletter.slug, "--language", "de", "--source", "Liste",
        "--consented-on", "2025-01-15", "--proof", "written",
        "--address-column", "E-Mail", "--language-column", "Sprache", "--date-column", "Datum",
    ]  # fmt: skip

    call_command("import_subscribers", *about, "--dry-run")
    assert not Subscriber.objects.exists()
    call_command("import_subscribers", *about, "--errors", str(tmp_path / "errors.csv"))
    assert Subscriber.objects.count() == 3
    assert "5,bad_address" in (tmp_path / "errors.csv").read_text()
    call_command("import_subscribers", "--undo", str(Import.objects.latest("pk").pk))

    assert not Subscriber.objects.exists()
    assert "example.org" not in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_line_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="newsletter, language, source"):
        call_command("import_subscribers", str(tmp_path / "a.csv"))
