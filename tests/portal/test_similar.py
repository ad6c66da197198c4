"""Which similar resources stand beside a resource."""

from __future__ import annotations

from cms.portal.similar import prefer_other_agencies
from media_library.models import Resource

OWN = 1


def _resources(*agencies: int) -> list[Resource]:
    return [Resource(pk=rank, agency_id=agency) for rank, agency in enumerate(agencies)]


def _taken(*agencies: int, limit: int) -> list[int]:
    return [one.pk for one in prefer_other_agencies(_resources(*agencies), own=OWN, limit=limit)]


def test_each_agency_comes_once_before_any_comes_twice() -> None:
    assert _taken(2, 2, 2, 3, 4, limit=3) == [0, 3, 4]


def test_the_own_agency_stands_back_for_others() -> None:
    assert _taken(OWN, 2, 3, limit=2) == [1, 2]


def test_where_others_have_too_little_the_own_agency_fills_up() -> None:
    assert _taken(OWN, OWN, 2, limit=3) == [0, 1, 2]


def test_the_order_of_likeness_stays() -> None:
    assert _taken(2, OWN, 3, 2, limit=3) == [0, 1, 2]


def test_nothing_similar_is_nothing_shown() -> None:
    assert _taken(limit=5) == []
