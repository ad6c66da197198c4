"""What was withdrawn is told where it was shown, for ninety days, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.sections import tombstones
from cms.sections.models import Section, SectionPast
from media_library import publishing
from media_library.models import Resource
from tests import factories as make
from tests.sections.making import drain, feed, make_section, titles

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def withdraw(resource: Resource, **when: Any) -> None:
    at = when.get("at") or timezone.now()
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=at)


def gone_from(section: Section) -> list[str]:
    return [each["id"] for each in feed(section)["_kho57"].get("withdrawn", [])]


def test_what_was_displaced_before_it_was_withdrawn_is_told_too() -> None:
    section = make_section(limit=1)
    old = make.make_published(title="Cũ", at=timezone.now() - timedelta(days=2))
    drain()
    make.make_published(title="Mới")
    drain()
    assert titles(section) == ["Mới"] and gone_from(section) == []
    withdraw(old)
    drain()
    assert titles(section) == ["Mới"] and gone_from(section) == [old.public_id]


def test_a_section_that_never_showed_it_tells_nothing_of_it() -> None:
    section = make_section(kinds=["video"])
    make.make_published("video")
    article = make.make_published("article")
    drain()
    withdraw(article)
    drain()
    assert gone_from(section) == []


def test_what_expired_or_lost_its_place_has_no_tombstone() -> None:
    section = make_section()
    expiring = make.make_published(expire_at=timezone.now() + timedelta(days=1))
    drain()
    later = timezone.now() + timedelta(days=2)
    publishing.expire_due(later)
    drain(later)
    assert titles(section) == [] and gone_from(section) == []
    assert SectionPast.objects.filter(resource_id=expiring.pk).exists()


@pytest.mark.parametrize("announced", [False, True])
def test_what_was_withdrawn_under_embargo_is_told_only_where_that_was_announced(announced: bool) -> None:
    section = make_section()
    resource = make.make_published()
    drain()
    later = timezone.now() + timedelta(days=5)
    Resource.objects.filter(pk=resource.pk).update(embargo_until=later, embargo_announced=announced)
    withdraw(Resource.objects.get(pk=resource.pk))
    drain()
    assert SectionPast.objects.filter(resource_id=resource.pk).exists()
    assert gone_from(section) == ([resource.public_id] if announced else [])


def test_what_is_published_again_is_no_longer_told_as_withdrawn() -> None:
    section = make_section()
    resource = make.make_published(title="Sửa rồi đăng lại")
    drain()
    withdraw(resource)
    drain()
    assert gone_from(section) == [resource.public_id]
    publishing.reinstate(resource=resource, by=make.make_lead(), at=timezone.now())
    again = Resource.objects.get(pk=resource.pk)
    publishing.publish(resource=again, by=make.make_lead(), at=timezone.now())
    drain()
    assert titles(section) == ["Sửa rồi đăng lại"] and gone_from(section) == []


def test_it_stays_for_ninety_days() -> None:
    section = make_section()
    resource = make.make_published()
    drain()
    now = timezone.now()
    withdraw(resource, at=now)
    for days, told in ((89, [resource.public_id]), (91, [])):
        make.make_published("photo")
        drain(now + timedelta(days=days))
        assert gone_from(section) == told


def test_a_second_rendering_remembers_nothing_new(django_assert_num_queries: Any) -> None:
    make_section()
    make.make_published()
    drain()
    rows = list(SectionPast.objects.values_list("pk", "last_at"))
    with django_assert_num_queries(0):
        tombstones.remember([("A/s", [1, 2], [2, 1])], at=timezone.now())
    assert list(SectionPast.objects.values_list("pk", "last_at")) == rows


def test_what_left_long_ago_is_forgotten() -> None:
    now = timezone.now()
    tombstones.remember([("A/s", [], [1])], at=now - timedelta(days=800))
    tombstones.remember([("A/s", [], [2])], at=now)
    assert tombstones.forget(now) == 1
    assert tombstones.forget(now) == 0
    assert SectionPast.objects.get().resource_id == 2
