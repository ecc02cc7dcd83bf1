"""What front ends were promised, word for word.

A promise that changes on purpose is written anew with ``UPDATE_SNAPSHOTS=1 pytest
tests/wissensregion/api``; the diff is the changelog.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from pydantic import TypeAdapter

from wissensregion.api import lookup
from wissensregion.api.types import any_page, page_schemas

if TYPE_CHECKING:
    from django.test import Client

    from tests.wissensregion.samples import Samples

SNAPSHOTS = Path(settings.BASE_DIR) / "tests" / "snapshots"
PAGE_TYPES = sorted(lookup.page_models())
CHANCE = [
    (re.compile(r'"(id|page_id)": \d+'), r'"\1": 0'),
    (re.compile(r'("artwork": )"(?:[0-9a-f-]{36}|picture \d+)"'), r'\1"<seed>"'),
]


def unlucky(content: Any) -> str:
    """Write JSON without what chance decides: numbers of rows, seeds of drawings."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    for pattern, mask in CHANCE:
        text = pattern.sub(mask, text)
    return text


def compare(name: str, content: Any) -> None:
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(unlucky(content))
    assert unlucky(content) == path.read_text(), f"{name} is no longer what was promised"


def test_the_openapi_document_is_as_promised(client: Client) -> None:
    compare("openapi.json", client.get("/api/v1/openapi.json").json())


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("label", PAGE_TYPES)
def test_a_page_of_each_type_is_as_promised(client: Client, samples: Samples, label: str) -> None:
    page = samples.page(lookup.page_models()[label])

    compare(f"{label}.json", client.get(f"/api/v1/pages/{page.pk}/").json())


@pytest.mark.parametrize("label", PAGE_TYPES)
def test_a_page_of_each_type_fits_its_schema(client: Client, samples: Samples, label: str) -> None:
    page = samples.page(lookup.page_models()[label])

    answer = client.get(f"/api/v1/pages/{page.pk}/").json()

    checked = TypeAdapter(any_page()).validate_python(answer)
    assert type(checked) is page_schemas()[label]
    assert checked.model_dump(mode="json") == answer


def test_no_snapshot_outlives_its_page_type() -> None:
    kept = {path.stem for path in SNAPSHOTS.glob("*.json")}

    assert kept == {"openapi", *PAGE_TYPES}
