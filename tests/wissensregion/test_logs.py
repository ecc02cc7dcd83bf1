"""No log line names a person's address."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.utils.module_loading import import_string

from wissensregion.logs import DiscreetFormatter
from wissensregion.settings import base


def formatted(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, None) if error else None
    record = logging.LogRecord("mail", logging.ERROR, "", 0, message, arguments, info)
    return DiscreetFormatter("{message}", style="{").format(record)


@pytest.mark.parametrize(
    "address",
    ["ada@example.org", "<ada@example.org>", "'ada+news@mail.example.org'", "ü@ü.de", "ada%40b.de"],
)
def test_an_address_is_blotted_out(address: str) -> None:
    line = formatted("refused %s for good", address)

    assert "ada" not in line
    assert "ü" not in line
    assert line.startswith("refused")
    assert line.endswith("for good")


def test_an_address_in_an_error_is_blotted_out() -> None:
    line = formatted("failed", error=ValueError("550 no such user: ada@example.org"))

    assert "ValueError: 550 no such user: [address]" in line


def test_a_key_of_a_mail_is_blotted_out() -> None:
    for line in (
        formatted("Not Found: %s", "/newsletter/confirm/v1.dev.de.1795829653.kMU2bCVIk_pC-gI.6p/"),
        formatted("Gone", error=ValueError("/newsletter/one-click/v1.2026.kMU2bCVIk_pCgI-o.6pJ/x")),
    ):
        assert "[key]/" in line
        assert "kMU2b" not in line


def test_other_words_stay() -> None:
    assert formatted("GET /news/?page=2 @ 12:00") == "GET /news/?page=2 @ 12:00"


def test_the_console_uses_it() -> None:
    logging_: dict[str, Any] = base.LOGGING
    assert import_string(logging_["formatters"]["line"]["()"]) is DiscreetFormatter
