"""The page of the media in the admin: figures as counted by hand, each agency its own; citations; the table."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.media import figures, views
from cms.newsroom.models import Citation, Use
from media_library.models import Agency, Resource, User
from tests import factories as make
from tests.editing.screens import signed_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def taken(resource: Resource, outlet: str = "", purpose: str = "", *, ago: int = 1, **more: Any) -> Use:
    at = timezone.now() - timedelta(days=ago)
    return Use.objects.create(resource=resource, offer="web", outlet=outlet, purpose=purpose, at=at, **more)


def cited(resource: Resource, outlet: str = "Báo Huế", *, url: str = "", ago: int = 1) -> Citation:
    day = TODAY - timedelta(days=ago)
    return Citation.objects.create(resource=resource, outlet=outlet, url=url, published_on=day)


@pytest.fixture
def agency() -> Agency:
    return make.make_agency("Sở Y tế")


@pytest.fixture
def editor(agency: Agency) -> User:
    return make.make_editor(agency)


@pytest.fixture
def two(agency: Agency) -> tuple[Resource, Resource]:
    """One of the agency and one of another."""
    return make.make_published(title="Rửa tay", agency=agency), make.make_published(title="Của nơi khác")


def read(response: Any) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_figures_are_those_of_a_count_by_hand(two: tuple[Resource, Resource], editor: User) -> None:
    ours, others = two
    for purpose in ("news", "news", "broadcast"):
        taken(ours, "Báo Huế", purpose)
    taken(ours, "Đài TRT", "broadcast", ago=3)
    taken(ours)
    taken(ours, "Báo Huế", "news", ago=40)
    taken(others, "Báo Huế", "social")
    cited(ours)
    cited(ours, ago=40)
    cited(others, "Đài TRT")
    days = figures.Days(TODAY - timedelta(days=30), TODAY)
    for user, downloads, outlets, citations in ((editor, 5, 2, 1), (make.make_lead(), 6, 2, 2)):
        told = figures.totals(user, days)
        assert (told.downloads, told.outlets, told.citations) == (downloads, outlets, citations)
        assert sum(number for _label, number in figures.by_purpose(user, days)) == downloads
        assert sum(row.downloads for row in figures.resources(user, days, count=20)) == downloads
    rows = figures.outlets(editor, days, after=None, count=9)
    assert [(row.outlet, row.downloads, row.purposes, row.resources, row.citations) for row in rows] == [
        ("Báo Huế", 3, [2, 0, 0, 0, 1, 0], 1, 1),
        ("Đài TRT", 1, [0, 0, 0, 0, 1, 0], 1, 0),
    ]
    assert figures.outlets(editor, days, after=(3, "Báo Huế"), count=9)[0].outlet == "Đài TRT"
    page = signed_in(editor).get(reverse("kho57_media")).content.decode()
    assert "Báo Huế" in page and "Rửa tay" in page and "Của nơi khác" not in page


def test_a_day_counts_from_midnight_to_midnight_in_the_city(two: tuple[Resource, Resource]) -> None:
    ours, _others = two
    midnight = timezone.make_aware(datetime(2026, 3, 2))
    for at in (midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=23, minutes=59)):
        Use.objects.create(resource=ours, offer="web", at=at)
    Use.objects.create(resource=ours, offer="web", at=midnight + timedelta(days=1))
    client = signed_in(make.make_lead())
    day = urlencode({"first": "02/03/2026", "last": "02/03/2026"})
    assert len(read(client.get(f"{reverse('kho57_uses_table')}?{day}"))) == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"first": "hôm qua"}, "Không đọc được ngày"),
        ({"first": "05/03/2026", "last": "02/03/2026"}, "Ngày này sớm hơn ngày bắt đầu"),
        ({"first": "05/03/1990", "last": "02/03/2026"}, "nhiều nhất năm năm"),
        ({"purpose": "cướp"}, "30 ngày gần nhất"),
        ({"after": "x:\x00"}, "Báo chí đã dùng"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_last_days_are_shown(
    two: tuple[Resource, Resource], asked: dict[str, str], told: str
) -> None:
    taken(two[0], "Báo Huế")
    client = signed_in(make.make_lead())
    for name in ("kho57_media", "kho57_uses"):
        answer = client.get(reverse(name), asked)
        assert answer.status_code == 200
        assert told in answer.content.decode() or name == "kho57_uses"
    assert client.get(reverse("kho57_uses"), {"before": "9" * 30, "resource": "không có"}).status_code == 200


def test_the_rows_can_be_narrowed_turned_over_and_kept_as_a_table(
    two: tuple[Resource, Resource], editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = two
    for number in range(5):
        taken(ours, "=SUM(A1)", "news", ago=number + 1)
    taken(others, "Báo bạn", "print", user=make.make_user("phong-vien"))
    client = signed_in(editor)
    monkeypatch.setattr(views, "PAGE", 2)
    seen, place = 0, f"?{urlencode({'outlet': '=SUM(A1)'})}"
    while place:
        page = client.get(reverse("kho57_uses") + place).content.decode()
        seen += page.count("<time ")
        following = page.partition('href="?first=')[2] if "before=" in page else ""
        rest = page.rpartition("before=")[2].partition('"')[0] if following else ""
        place = f"?{urlencode({'outlet': '=SUM(A1)', 'before': rest})}" if rest else ""
    assert seen == 5
    rows = read(client.get(reverse("kho57_uses_table")))
    assert len(rows) == 5 and {row["outlet"] for row in rows} == {"'=SUM(A1)"}
    lead = signed_in(make.make_lead()).get(reverse("kho57_uses_table"), {"purpose": "print"})
    assert [row["outlet"] for row in read(lead)] == ["Báo bạn"]
    assert "phong-vien" not in signed_in(make.make_lead()).get(reverse("kho57_uses")).content.decode()


def form(of: Resource, **fields: str) -> dict[str, str]:
    day = f"{TODAY:%d/%m/%Y}"
    usual = {"resource": str(of.pk), "outlet": "Báo Huế", "medium": "article", "published_on": day}
    return {**usual, "url": "https://bao.example/1", "note": "", **fields}


def test_a_citation_is_recorded_changed_and_removed_after_a_question(
    two: tuple[Resource, Resource], editor: User
) -> None:
    ours, _others = two
    client, add = signed_in(editor), reverse("kho57_citation_add")
    assert "Rửa tay" in client.get(add, {"resource": ours.public_id}).content.decode()
    assert client.post(add, form(ours)).status_code == 302
    row = Citation.objects.get()
    assert (row.outlet, row.recorded_by) == ("Báo Huế", editor)
    place = reverse("kho57_citation", args=[row.pk])
    assert client.post(place, form(ours, outlet="  Báo   Huế điện tử ")).status_code == 302
    row.refresh_from_db()
    assert row.outlet == "Báo Huế điện tử"
    assert "Báo Huế điện tử" in client.get(reverse("kho57_citations")).content.decode()
    asked = client.post(place, {"delete": "1"})
    assert "không còn được tính" in asked.content.decode() and Citation.objects.exists()
    assert client.post(place, {"delete": "1", "confirmed": "1"}).status_code == 302
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"outlet": " \u200b "}, "Hãy ghi tên"),
        ({"published_on": "31/02/2026"}, "ngày"),
        ({"published_on": f"{TODAY + timedelta(days=2):%d/%m/%Y}"}, "Ngày này chưa tới"),
        ({"url": "ftp://bao.example/1"}, "phải bắt đầu bằng http"),
        ({"url": "javascript:alert(1)"}, "URL"),
        ({"medium": "hearsay"}, "hearsay"),
        ({"resource": "987654321"}, "lựa chọn"),
        ({"note": "a" * 301}, "300"),
    ],
)
def test_what_cannot_be_recorded_is_told_at_its_field_and_nothing_is_lost(
    two: tuple[Resource, Resource], editor: User, wrong: dict[str, str], told: str
) -> None:
    answer = signed_in(editor).post(reverse("kho57_citation_add"), form(two[0], **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and not Citation.objects.exists()
    assert "https://bao.example/1" in page or "url" in wrong


def test_an_address_is_recorded_once_and_only_for_ones_own(
    two: tuple[Resource, Resource], editor: User
) -> None:
    ours, others = two
    client, add = signed_in(editor), reverse("kho57_citation_add")
    client.post(add, form(ours))
    again = client.post(add, form(ours))
    assert again.status_code == 422 and "đã được ghi nhận" in again.content.decode()
    foreign = client.post(add, form(others))
    assert foreign.status_code == 422 and "của cơ quan bạn" in foreign.content.decode()
    theirs = cited(others)
    place = reverse("kho57_citation", args=[theirs.pk])
    never = reverse("kho57_citation", args=[987654321])
    assert {client.get(place).status_code, client.post(place, form(ours)).status_code} == {404}
    assert client.get(never).status_code == 404
    assert "Của nơi khác" not in client.get(reverse("kho57_citations")).content.decode()
    communicator = signed_in(make.make_communicator(ours.agency))
    assert communicator.get(reverse("kho57_media")).status_code == 200
    assert communicator.get(reverse("kho57_citations")).status_code in (302, 403)
    assert Client().get(reverse("kho57_media")).status_code == 302


def test_the_pages_ask_as_many_queries_of_two_as_of_thirty(
    two: tuple[Resource, Resource], agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(make.make_lead())
    names = ("kho57_media", "kho57_uses", "kho57_uses_table", "kho57_citations")

    def fill(count: int) -> None:
        row = make.make_published(agency=agency)
        for number in range(count):
            taken(row, f"Báo {row.pk}-{number}", "news")
            cited(row, f"Báo {row.pk}-{number}")

    def asked() -> list[int]:
        counts = []
        for name in names:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(reverse(name))
                b"".join(response.streaming_content) if response.streaming else response.content
            counts.append(len(queries))
        return counts

    fill(2)
    asked()
    few = asked()
    for _time in range(3):
        fill(10)
    assert asked() == few
