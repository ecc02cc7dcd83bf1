"""The proof of one person's consent: on paper and for machines, whole or visibly broken."""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from newsletter import guards
from newsletter.models import Consent, ConsentWording, Subscriber
from newsletter.subscriptions import actions
from newsletter.subscriptions.models import EndReason
from newsletter.subscriptions.proving import proof_of

if TYPE_CHECKING:
    from newsletter.models import SignupRequest


def text_of(pdf: bytes) -> str:
    """Return what a reader of the paper sees, on one line."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def recomputed(step: dict[str, Any]) -> str:
    """Compute a step's hash as the document tells a stranger to."""
    text = json.dumps(step["hashed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_stranger_can_check_the_chain_with_the_document_alone(cleo: Subscriber) -> None:
    proof = json.loads(json.dumps(proof_of(cleo.address_key).as_json()))

    assert proof["verified"] is True
    assert proof["address"] == "cleo@example.org"
    assert [step["kind"] for step in proof["steps"]] == ["requested", "confirmed", "withdrawn"]
    previous = "0" * 64
    for step in proof["steps"]:
        assert step["hashed"]["previous"] == previous
        previous = recomputed(step)
        assert step["hash"] == previous
    assert proof["head"] == previous
    (wording,) = proof["wordings"]
    assert hashlib.sha256(wording["text"].encode()).hexdigest() == wording["sha256"]


def test_times_are_those_of_the_place(cleo: Subscriber, settings: Any) -> None:
    assert settings.TIME_ZONE == "Europe/Berlin"

    (first, *_) = proof_of(cleo.address_key).as_json()["steps"]

    assert re.search(r"\+0[12]:00$", first["at"])


def test_a_touched_proof_says_so(ada: Subscriber) -> None:
    guards.remove()
    Consent.objects.filter(seq=2).update(source="/elsewhere/")

    proof = proof_of(ada.address_key)

    assert not proof.verified
    assert proof.as_json()["breaks"] == [{"seq": 2, "fault": "changed"}]


def test_the_paper_shows_everything_in_the_readers_language(ada: Subscriber) -> None:
    actions.suppress(ada.address_key, EndReason.COMPLAINED)
    wording = ConsentWording.objects.get(locale="de")

    with translation.override("de"):
        text = text_of(proof_of(ada.address_key).as_pdf())

    assert "Ada@example.org" in text
    assert wording.text in text  # In full, with its umlauts.
    assert "Alle 3 Schritte sind vollständig und unverändert." in text
    for step in Consent.objects.all():
        assert step.hash in text
    with translation.override("en"):
        assert "All 3 steps are complete" in text_of(proof_of(ada.address_key).as_pdf())


def test_letters_of_all_neighbours_and_quotation_marks_are_printed(newsletter: Any) -> None:
    text = "„Größe“ – Straße, Łódź, Çelik, Ørsted, naïve … – 100 €"
    ConsentWording.objects.create(locale="de", text=text)
    request = actions.subscribe(
        address="dora@bücher.example", newsletters=[newsletter], locale="de", source="/ü/"
    )

    printed = text_of(proof_of(request.address_key).as_pdf())

    assert text in printed
    assert "dora@xn--bcher-kva.example" in printed


def test_a_broken_proof_is_not_printed_as_a_whole_one(ada: Subscriber) -> None:
    guards.remove()
    Consent.objects.filter(seq=2).update(source="/elsewhere/")

    with translation.override("en"):
        text = text_of(proof_of(ada.address_key).as_pdf())

    assert "The proof is broken. step 2: its content was changed." in text


def test_the_erased_have_a_proof_without_an_address(ada: Subscriber) -> None:
    actions.forget(ada.address_key)

    proof = proof_of(ada.address_key)

    assert proof.verified
    assert "example.org" not in json.dumps(proof.as_json()["steps"])
    assert proof.address == ""
    assert proof.as_pdf().startswith(b"%PDF")


@pytest.mark.django_db
def test_of_whom_nothing_is_recorded_there_is_no_proof() -> None:
    proof = proof_of("0" * 64)

    assert not proof.verified
    assert proof.as_json()["steps"] == []
    assert proof.as_pdf().startswith(b"%PDF")


def test_who_only_asked_is_shown_as_just_that(ben: SignupRequest) -> None:
    proof = proof_of(ben.address_key)

    assert proof.address == "ben@example.org"
    assert [step.kind for step in proof.steps] == ["requested"]
