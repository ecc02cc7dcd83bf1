"""Links nobody but us can make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.subscriptions import tokens
from newsletter.subscriptions.tokens import Purpose, TokenError

if TYPE_CHECKING:
    from pytest_django import Settings

VALUES = st.text("abcXYZ019_-.", min_size=1, max_size=60)


@given(st.sampled_from(Purpose), VALUES)
def test_what_was_signed_can_be_read_for_its_purpose_alone(purpose: Purpose, value: str) -> None:
    token = tokens.sign(purpose, value)

    assert tokens.read(purpose, token) == value
    for other in set(Purpose) - {purpose}:
        with pytest.raises(TokenError):
            tokens.read(other, token)


@given(st.text(max_size=400))
def test_what_nobody_signed_is_refused_and_nothing_else_happens(text: str) -> None:
    for purpose in Purpose:
        with pytest.raises(TokenError):
            tokens.read(purpose, text)


@given(VALUES, st.data())
def test_a_token_with_one_other_character_is_refused(value: str, data: st.DataObject) -> None:
    token = tokens.sign(Purpose.UNSUBSCRIBE, value)
    position = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcXYZ019_-.=").filter(lambda c: c != token[position]))

    with pytest.raises(TokenError):
        tokens.read(Purpose.UNSUBSCRIBE, f"{token[:position]}{other}{token[position + 1 :]}")


def test_the_first_key_signs_and_all_of_them_verify(settings: Settings) -> None:
    settings.NEWSLETTER_TOKEN_KEYS = [("old", "one secret")]
    old = tokens.sign(Purpose.UNSUBSCRIBE, "abc")
    settings.NEWSLETTER_TOKEN_KEYS = [("new", "another secret"), ("old", "one secret")]

    assert tokens.sign(Purpose.UNSUBSCRIBE, "abc").startswith("v1.new.")
    assert tokens.read(Purpose.UNSUBSCRIBE, old) == "abc"
    settings.NEWSLETTER_TOKEN_KEYS = [("new", "another secret"), ("old", "a third secret")]
    with pytest.raises(TokenError):
        tokens.read(Purpose.UNSUBSCRIBE, old)
