"""The demonstration of coverage: judged by the same code, marked as made up, and never looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cms.coverage import visiting
from cms.coverage.judging import lines
from cms.coverage.models import Place, Standing
from cms.demonstration.coverage import DAYS, load_coverage
from cms.sections.models import SectionShown
from tests import factories as make
from tests.sections.making import make_section

pytestmark = pytest.mark.django_db


def test_it_shows_every_state_over_thirty_days_once() -> None:
    at = timezone.now()
    agencies = [make.make_agency() for _each in range(24)]
    section = make_section(agency=agencies[0], slug="day").address
    shown = {"resource_ids": [make.make_published().pk], "rendered_at": at}
    SectionShown.objects.update_or_create(address=section, defaults=shown)
    load_coverage(at=at)
    assert {line.verdict.value for line in lines()} >= {"live", "empty", "unreachable", "missing"}
    assert Standing.objects.values("day").distinct().count() == DAYS
    assert Place.objects.exclude(dead=[]).exists()
    kept = list(Place.objects.order_by("pk").values())
    load_coverage(at=at + timedelta(days=1))
    assert list(Place.objects.order_by("pk").values()) == kept, "somebody has been here"
    assert visiting.order_due(at + timedelta(days=365)) == 0, "nothing of it is looked at"
    assert all(place.host.endswith(".example") for place in Place.objects.all())
    assert "Dữ liệu minh họa" in Client().get("/vi/coverage/").content.decode()


def test_real_pages_are_not_called_made_up() -> None:
    Place.objects.create(agency=make.make_agency(), url="https://phuong.hue.gov.vn/57")
    body = Client().get("/vi/coverage/?state=khong-co").content.decode()
    assert "Dữ liệu minh họa" not in body and "phuong.hue.gov.vn" in body


def test_the_list_is_narrowed_to_a_state() -> None:
    at, live, bare = timezone.now(), make.make_agency("Cơ quan đạt"), make.make_agency("Cơ quan thiếu")
    Place.objects.create(agency=live, url="https://a.vn/57")
    Place.objects.filter(agency=live).update(verdict="live", visited_at=at, since=at, newest=at)
    waiting = Client().get("/vi/coverage/?state=waiting").content.decode()
    assert bare.name in waiting and live.name not in waiting
    shown = Client().get("/vi/coverage/?state=live").content.decode()
    assert live.name in shown and bare.name not in shown
    assert "Không có cơ quan nào" in Client().get("/vi/coverage/?state=empty").content.decode()
