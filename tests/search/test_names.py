"""Names of codes are asked for once a minute, not once an answer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from media_library.models import Topic
from search.names import KEPT, Names
from tests import factories

pytestmark = pytest.mark.django_db


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_names_are_kept_for_a_minute_and_then_asked_for_again() -> None:
    clock = Clock()
    names = Names(clock)
    factories.topic("du-lieu", "Dữ liệu", "Data")
    assert names.of("topic", ["du-lieu"], lang="vi")["du-lieu"] == "Dữ liệu"
    assert names.of("topic", ["du-lieu"], lang="en")["du-lieu"] == "Data"
    Topic.objects.update(name="Dữ liệu mở")
    with CaptureQueriesContext(connection) as queries:
        assert names.of("topic", ["du-lieu"], lang="vi")["du-lieu"] == "Dữ liệu"
    assert len(queries) == 0
    clock.now += KEPT + 1
    assert names.of("topic", ["du-lieu"], lang="vi")["du-lieu"] == "Dữ liệu mở"


def test_a_code_that_came_since_is_named_at_once() -> None:
    names = Names(Clock())
    factories.topic("mot", "Một")
    assert names.of("topic", ["mot"], lang="vi") == {"mot": "Một"}
    factories.topic("hai", "Hai")
    assert names.of("topic", ["mot", "hai"], lang="vi") == {"mot": "Một", "hai": "Hai"}


def test_where_there_is_nothing_to_name_nothing_is_asked() -> None:
    names = Names(Clock())
    with CaptureQueriesContext(connection) as queries:
        assert names.of("topic", [], lang="vi") == {}
        assert names.of("kind", ["video"], lang="vi") == {}
    assert len(queries) == 0
