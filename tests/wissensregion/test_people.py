"""People on a picture are typed as lines and kept as data."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from wissensregion.people import PeopleFormField, from_lines, to_lines

ADA = {"name": "Ada", "role": "Leiterin", "organisation": "Stadt"}
BEN = {"name": "Ben", "role": "", "organisation": "Bund"}
CLEO = {"name": "Cleo", "role": "", "organisation": ""}
LINES = "Ada; Leiterin; Stadt\nBen; ; Bund\nCleo"


def test_people_keep_their_order_on_the_way_through_the_form() -> None:
    assert from_lines(LINES) == [ADA, BEN, CLEO]
    assert to_lines([ADA, BEN, CLEO]) == LINES


def test_empty_lines_and_windows_line_ends_are_no_people() -> None:
    assert from_lines("\r\n  Ada ;Leiterin;  Stadt\r\n\r\n") == [ADA]
    assert from_lines("") == []


@pytest.mark.parametrize(
    ("text", "line"), [("Ada\nBen;a;b;;;c", "2"), ("Ada\nBen;a;b;c", "2"), ("\n;Leiterin", "2")]
)
def test_the_line_that_cannot_be_read_is_named(text: str, line: str) -> None:
    with pytest.raises(ValidationError) as error:
        from_lines(text)

    assert re.search(rf"\b{line}\b", str(error.value.messages[0]))


def test_days_of_consent_are_typed_in_either_way_and_kept_in_one() -> None:
    (ada,) = from_lines("Ada; Leiterin; Stadt; 01.03.2026; 2028-03-01")

    assert ada == ADA | {"consent_given": "2026-03-01", "consent_ends": "2028-03-01"}
    with override("de"):
        assert to_lines([ada]) == "Ada; Leiterin; Stadt; 01.03.2026; 01.03.2028"


def test_a_form_sent_unchanged_has_not_changed() -> None:
    assert not PeopleFormField(required=False).has_changed([ADA], "Ada; Leiterin; Stadt")
    assert PeopleFormField(required=False).has_changed([ADA], "Ada")
