"""Engines on the Elasticsearch that the test command started, each with indices of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from search import engines
from search.engines.contract import Engine
from search.engines.database.engine import make as make_embedded
from search.engines.elasticsearch.connection import Servers
from search.engines.elasticsearch.engine import ElasticsearchEngine


def servers(**changes: Any) -> Servers:
    """The servers of ELASTICSEARCH_URL, with names that no other test has."""
    if not settings.ELASTICSEARCH["hosts"]:
        raise RuntimeError("ELASTICSEARCH_URL is not set: make test starts a server and sets it.")
    own = Servers(**settings.ELASTICSEARCH)
    name = f"t{os.getpid()}-{uuid4().hex[:10]}"
    # A server that has just started takes its time, and what these tests ask is not how long.
    return replace(own, index=name, **{"deadline": 60.0, **changes})


@contextlib.contextmanager
def engine_at(**changes: Any) -> Iterator[ElasticsearchEngine]:
    """An empty engine where what is written is found at once; its indices go with the block."""
    engine = ElasticsearchEngine(servers(**changes), immediate=True)
    engine.aliases.written()
    try:
        yield engine
    finally:
        engine.aliases.clear()


def use(monkeypatch: pytest.MonkeyPatch, primary: Engine) -> Engine:
    """Let ``primary`` answer with the embedded engine behind it, which is returned."""
    embedded = make_embedded()
    monkeypatch.setattr(engines, "engine", lambda: primary)
    monkeypatch.setattr(engines, "simpler", lambda: embedded)
    return embedded
