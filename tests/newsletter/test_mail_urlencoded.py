"""A form is written as Python's own library writes it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as st

from newsletter.mail.urlencoded import urlencoded

texts = st.text() | st.text(st.characters(max_codepoint=127))
forms = st.dictionaries(texts, texts | st.lists(texts))


@given(forms)
def test_it_is_what_python_writes(form: dict[str, str | list[str]]) -> None:
    assert urlencoded(form) == urlencode(form, doseq=True).encode()


@given(st.dictionaries(texts, texts))
def test_it_reads_as_what_was_written(form: dict[str, str]) -> None:
    pairs = parse_qsl(urlencoded(form).decode(), keep_blank_values=True)

    assert dict(pairs) == form
