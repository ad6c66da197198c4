"""Supervision: alive asks nothing, ready asks every part and names the one that fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cms.operations import readiness
from media_library.models import Heartbeat
from search import indexing

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


@pytest.fixture
def _beating() -> None:
    for name in ("worker:here:1", "scheduler"):
        Heartbeat.objects.create(name=name, at=timezone.now())


def _lines(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    lines = answer.content.decode().splitlines()
    return answer.status_code, dict(line.split(": ", 1) for line in lines)


def test_alive_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("_beating")
def test_a_whole_site_is_ready_with_a_line_for_each_part(client: Client) -> None:
    status, lines = _lines(client)
    assert status == 200
    assert list(lines) == ["database", "storage", "search", "worker", "scheduler", "notices"]
    assert all(said.startswith("ok") for said in lines.values())


@pytest.mark.parametrize("name", ["worker:here:1", "scheduler"])
@pytest.mark.usefixtures("_beating")
def test_a_process_that_fell_silent_is_named(client: Client, name: str) -> None:
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - timedelta(seconds=31))
    status, lines = _lines(client)
    assert status == 503
    assert [part for part, said in lines.items() if said.startswith("FAILED")] == [name.partition(":")[0]]


class BrokenStorage(InMemoryStorage):
    """A bucket that refuses, with an address and a key in its message."""

    def _save(self, *_arguments: Any) -> str:
        raise OSError("403 from s3.example.vn for key AKIA1234")


@pytest.mark.usefixtures("_beating")
def test_a_storage_that_refuses_is_told_without_its_address(client: Client, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "private": {"BACKEND": "tests.operations.test_readiness.BrokenStorage"}
    }
    status, lines = _lines(client)
    assert status == 503
    assert lines["storage"] == "FAILED (failed: OSError)"
    assert lines["database"].startswith("ok")


@pytest.fixture
def _index_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "lag", lambda at: timedelta(minutes=3))


@pytest.mark.usefixtures("_beating", "_index_behind")
def test_an_index_that_falls_behind_is_told(client: Client) -> None:
    status, lines = _lines(client)
    assert (status, lines["search"]) == (503, "FAILED (the index is 180 s behind)")


@pytest.mark.usefixtures("_beating")
def test_a_failing_part_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(at: object) -> str:
        raise DatabaseError("password authentication failed for user kho57 at 10.0.0.5")

    monkeypatch.setitem(readiness.CHECKS, "database", fail)
    parts = readiness.examine(timezone.now())
    assert [part.ready for part in parts] == [False, True, True, True, True, True]
    assert parts[0].message == "failed: DatabaseError"


def test_storage_keeps_nothing_of_the_examination(settings: Any) -> None:
    folder = settings.DATA_DIR / "files"
    before = {path for path in folder.rglob("*") if path.is_file()}
    readiness.examine(timezone.now())
    assert {path for path in folder.rglob("*") if path.is_file()} == before
