"""The description of the API is that of the code, whole, and its examples are true to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from jsonschema import Draft202012Validator

from cms.exchange import published
from cms.exchange.api import api

COMMITTED = Path(settings.BASE_DIR) / published.PLACE


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return description


def test_the_committed_description_is_the_one_of_the_code() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == published.written(api), "run manage.py export_openapi"


def test_the_api_tells_it(client: Client, told: dict[str, Any]) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response.json() == told
    assert response["Access-Control-Allow-Origin"] == "*"


def test_it_names_every_address_of_the_api_and_no_page_with_foreign_scripts(
    client: Client, told: dict[str, Any]
) -> None:
    assert set(told["paths"]) == {"/api/v1/search", "/api/v1/suggest", "/api/v1/resources/{public_id}"}
    for path in ("", "docs", "search/"):
        assert client.get(f"/api/v1/{path}").status_code == 404


def test_every_parameter_and_every_answer_is_described(told: dict[str, Any]) -> None:
    for path in told["paths"].values():
        assert path["get"]["summary"] and path["get"]["description"]
        for parameter in path["get"]["parameters"]:
            assert parameter["description"].endswith("."), parameter["name"]
    for name, schema in told["components"]["schemas"].items():
        assert schema["description"].endswith("."), name


def test_every_shape_has_an_example_that_fits_it(told: dict[str, Any]) -> None:
    for name, schema in told["components"]["schemas"].items():
        whole = {**schema, "components": told["components"]}
        assert schema["examples"], name
        for example in schema["examples"]:
            Draft202012Validator(whole).validate(example)
            assert set(example) == set(schema["properties"]), name
