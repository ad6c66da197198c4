"""The cache of the embedded default lies in the database, in a table that migrations make."""

from __future__ import annotations

import pytest
from django.core.cache.backends.db import DatabaseCache

from tests.operations.conftest import Start

pytestmark = pytest.mark.contract


@pytest.mark.django_db
def test_the_table_serves_what_the_throttle_needs() -> None:
    cache = DatabaseCache("cache_entry", {})
    assert cache.add("tries", 1, timeout=60) is True
    assert cache.add("tries", 1, timeout=60) is False
    assert cache.incr("tries") == 2
    assert cache.touch("tries", 60) is True
    cache.set("gone", "value", timeout=-1)
    assert (cache.get("tries"), cache.get("gone")) == (2, None)


@pytest.mark.parametrize(
    ("variables", "kind"),
    [({}, "db.DatabaseCache db"), ({"REDIS_URL": "redis://127.0.0.1:6379/0"}, "redis.RedisCache cached_db")],
)
def test_redis_takes_cache_and_sessions_where_it_is_named(
    start: Start, variables: dict[str, str], kind: str
) -> None:
    told = (
        "from cms.settings import base as b;"
        "print(b.CACHES['default']['BACKEND'].removeprefix('django.core.cache.backends.'),"
        " b.SESSION_ENGINE.rpartition('.')[2])"
    )
    assert start("-c", told, **variables).stdout.strip() == kind
