"""When two addresses are one mailbox, and what is no address at all."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import idna
import pytest
from django.core import mail
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from newsletter.models import SignupRequest, Subscriber
from newsletter.subscriptions import addresses
from newsletter.subscriptions.addresses import AddressError, Problem

ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30})?"
HEADERS = {
    "to", "from", "subject", "date", "message-id", "mime-version", "content-type",
    "content-transfer-encoding",
}  # fmt: skip
LOCAL = st.from_regex(r"\A[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9_+-]{1,20}){0,2}\Z")
LABEL = st.from_regex(r"\A[a-zäöüßéøłčñβω][a-zäöüßéøłčñβω0-9]{0,18}\Z")
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "org"]))


@given(LOCAL, DOMAIN)
@example("Ada", "straße.example.org")
def test_the_normal_form_of_a_normal_form_is_itself(local: str, domain: str) -> None:
    try:
        once = addresses.normal_form(f"{local}@{domain}")
    except AddressError:
        reject()
    assert addresses.normal_form(once) == once
    assert addresses.mailable(once) == once
    assert addresses.address_key(once) == addresses.address_key(f"{local}@{domain}")


@given(LOCAL, DOMAIN)
def test_a_domain_is_the_same_in_letters_in_code_and_in_capitals(local: str, domain: str) -> None:
    try:
        code = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        reject()
    forms = {
        addresses.normal_form(f"{local}@{written}")
        for written in (domain, code, code.upper(), f"{domain}.")
    }
    assert len(forms) == 1
    assert forms.pop().isascii()


@given(st.text(max_size=600))
@example("dora@example.org\n")
@example("dora@ex\u200bample.org")
@example("dora@example.org\u2029")
@example("dora@xn--a.org")
@example("\ud800@example.org")
def test_whatever_is_typed_is_a_plain_address_or_refused(text: str) -> None:
    try:
        address = addresses.mailable(text)
    except AddressError:
        return
    local, _, domain = address.partition("@")
    assert local
    assert "." in domain
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' ,;:<>()[]"\\')
    assert len(address) <= 254


@given(st.from_regex(ATOMS, fullmatch=True), DOMAIN)
@example("!#$%&'*+-/=?^_`{|}~", "bücher.example.org")
@example("a" * 64, ".".join(["ü" * 20] * 3))
def test_no_address_we_take_breaks_a_header(local: str, domain: str) -> None:
    """Written by two policies and read back, it is the same one recipient and nothing more."""
    try:
        address = addresses.mailable(f"{local}@{domain}")
    except AddressError:
        reject()
    written = policy.SMTP.header_factory("To", address)
    assert [each.addr_spec for each in written.addresses] == [address]
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = address
    message["Subject"] = "Neues"
    message.set_content("x")
    django = mail.EmailMessage("Neues", "x", "post@example.org", [address]).message()

    for wire in (message.as_bytes(), django.as_bytes()):
        arrived = message_from_bytes(wire, policy=policy.default)
        assert [each.addr_spec for each in arrived["To"].addresses] == [address]
        assert {name.lower() for name in arrived} <= HEADERS
        assert not arrived.defects
        assert not arrived["To"].defects


@given(LOCAL, st.characters(categories=["Cc", "Cf", "Zl", "Zp", "Cs"]), st.integers(0, 40))
def test_no_invisible_character_gets_through(local: str, invisible: str, position: int) -> None:
    text = f"{local}@example.org"
    within = f"{text[:position]}{invisible}{text[position:]}"
    assume(invisible not in "\t")
    with pytest.raises(AddressError):
        addresses.mailable(within)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.MISSING),
        ("dora", Problem.SHAPE),
        ("dora@example", Problem.SHAPE),
        ("dora@192.0.2.1", Problem.SHAPE),
        ("döra@example.org", Problem.LETTERS),
        (f"{'d' * 65}@example.org", Problem.LENGTH),
        (f"{'d' * 60}@{'a' * 60}.{'b' * 60}.{'c' * 60}.example.org", Problem.LENGTH),
        ("dora@example.org\r\nBcc: ben@example.org", Problem.CONTROL),
    ],
)
def test_each_mistake_has_its_own_name(text: str, problem: Problem) -> None:
    with pytest.raises(AddressError) as caught:
        addresses.mailable(text)

    assert caught.value.problem == problem
    assert "example" not in str(caught.value)


def test_the_longest_address_there_is_may_be_used() -> None:
    domain = ".".join(["a" * 63, "b" * 63, "c" * 54, "example"])
    longest = f"{'d' * 64}@{domain}"[:254]

    assert addresses.mailable(longest) == longest


def test_dots_and_plus_signs_make_another_mailbox() -> None:
    keys = {
        addresses.address_key(address)
        for address in ("a.da@example.org", "ada@example.org", "ada+news@example.org")
    }

    assert len(keys) == 3


def test_a_sharp_s_is_not_two() -> None:
    assert addresses.mailable("a@straße.de") == "a@xn--strae-oqa.de"
    assert addresses.address_key("a@straße.de") != addresses.address_key("a@strasse.de")


@pytest.mark.django_db
def test_an_address_with_a_line_break_cannot_even_be_stored() -> None:
    for model in (Subscriber, SignupRequest):
        with pytest.raises(AddressError):
            model(address="dora@example.org\nBcc: ben@example.org", locale="de").save()

    assert not Subscriber.objects.exists()


def test_a_mask_shows_its_owner_enough_and_nobody_else() -> None:
    assert addresses.masked("ada@example.org") == "a•••@e•••.org"
