"""The API against its own reference: whatever is asked, the answer is one it describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis.config import SchemathesisConfig

from wissensregion.api.lookup import page_models
from wissensregion.api.reference import document
from wissensregion.api.urls import api

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.wissensregion.samples import Samples

questions = schemathesis.openapi.from_dict(document(api), config=SchemathesisConfig(seed=1))
# What stands before Django would compress the answers, which this client does not undo.
questions.app = get_wsgi_application()


@pytest.fixture
def pages(samples: Samples, settings: Settings) -> None:
    """A page of every type."""
    settings.ALLOWED_HOSTS = ["*"]
    for model in page_models().values():
        samples.page(model)


@pytest.mark.usefixtures("pages")
@questions.parametrize()
@hypothesis.settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    # All questions of one operation are put to one and the same database.
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_every_answer_is_one_the_reference_describes(case: schemathesis.Case[Any]) -> None:
    if case.meta and case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        # Which newsletters there are only the database knows.
        case.body["newsletters"] = []

    case.call_and_validate()
