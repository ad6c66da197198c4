"""The code keeps to its committed description, whatever it is sent (schemathesis)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, GenerationMode
from schemathesis.config import PositiveDataAcceptanceConfig
from schemathesis.schemas import BaseSchema

from cms.exchange import published
from tests.exchange import library

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = 30
"""Of each mode: sixty for an operation."""
PATHS = ("/api/v1/search", "/api/v1/suggest", "/api/v1/resources/{public_id}")
KNOWN = {"k57-aaaa-0001": 410, "k57-aaaa-0002": 403, "k57-aaaa-0003": 200, "k57-0000-0000": 404}


@pytest.fixture
def schema() -> Iterator[BaseSchema]:
    committed = json.loads((Path(settings.BASE_DIR) / published.PLACE).read_text(encoding="utf-8"))
    loaded = schemathesis.openapi.from_dict(committed)
    loaded.app = get_wsgi_application()
    # A resource that was withdrawn is asked for rightly, too.
    loaded.config.checks.positive_data_acceptance = PositiveDataAcceptanceConfig(
        expected_statuses=["2xx", "403", "404", "410"]
    )
    library.build()
    # As Django's own test client: the end of a request would close the connection of the test.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield loaded
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_described(schema: BaseSchema, path: str) -> None:
    right = _statuses(schema, path, GenerationMode.POSITIVE)
    assert right <= {200, 403, 404, 410} and right & {200, 404}
    wrong = _statuses(schema, path, GenerationMode.NEGATIVE)
    assert wrong <= {200, 404, 422} and wrong & {404, 422}


def _statuses(schema: BaseSchema, path: str, mode: GenerationMode) -> set[int]:
    """Statuses of answers to generated questions, each checked against the description."""
    seen: set[int] = set()

    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            case.query.pop("after", None)  # no generated text is a place in results
        seen.add(case.call_and_validate().status_code)

    ask()
    return seen


def test_every_state_of_a_resource_is_as_described(schema: BaseSchema) -> None:
    operation = schema["/api/v1/resources/{public_id}"]["GET"]
    for public_id, status in KNOWN.items():
        case = operation.Case(path_parameters={"public_id": public_id}, query={"lang": "en"})
        assert case.call_and_validate().status_code == status


def test_results_with_everything_in_them_are_as_described(schema: BaseSchema) -> None:
    operation = schema["/api/v1/search"]["GET"]
    found = operation.Case(query={"limit": 50}).call_and_validate().json()
    assert found["total"] == len(found["results"]) == 9
    (spoken,) = (
        operation.Case(query={"q": "chu ky so duoc cap mien phi"}).call_and_validate().json()["results"]
    )
    assert spoken["spoken"]["url"].endswith("?t=83")
