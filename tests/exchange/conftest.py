"""Asking the API as any other system does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from search import indexing

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """``ask("search", q="…", status=422)``: the JSON of the answer, after the index took in what waits."""

    def answer(path: str, *, status: int = 200, **parameters: object) -> Any:
        while indexing.drain(timezone.now()):
            pass
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == status, response.content.decode()
        return response.json()

    return answer


@pytest.fixture
def refused(ask: Ask) -> Callable[..., dict[str, str]]:
    """The messages of a refusal by parameter."""

    def messages(path: str = "search", **parameters: object) -> dict[str, str]:
        detail = ask(path, status=422, **parameters)["detail"]
        found = {one["parameter"]: one["message"] for one in detail}
        assert len(found) == len(detail), "one message for each parameter"
        return found

    return messages
