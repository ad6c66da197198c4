"""Bulletins by day and length, and the programme of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from media_library.models import Asset, Resource
from tests.factories import audience, make_agency, make_published, topic
from tests.newsroom.radio.making import MONDAY, bulletin
from tests.portal.library import copy_rows

pytestmark = pytest.mark.django_db
LIST, DAY, SCRIPTS = "/vi/press/radio/", "/vi/press/radio/today/", "/vi/press/radio/today/scripts/"


@pytest.fixture(autouse=True)
def on_that_monday() -> Any:
    with time_machine.travel(MONDAY + timedelta(hours=6), tick=False):
        yield


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return str(answer.content.decode())


def titles(client: Client, query: str = "", *, status: int = 200) -> list[str]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == status
    return [card.title for card, _scripted in answer.context["rows"]]


def test_bulletins_are_listed_the_newest_first_and_nothing_else(client: Client) -> None:
    bulletin("Sáng")
    bulletin("Trưa", at=MONDAY + timedelta(hours=5))
    make_published("article", title="Bài viết")
    assert titles(client) == ["Trưa", "Sáng"]


def test_the_week_is_offered_where_there_is_something_to_take(client: Client) -> None:
    bulletin("Đóng", at=MONDAY + timedelta(hours=2), licence="all-rights")
    bulletin("Chưa có âm thanh", at=MONDAY + timedelta(hours=1), sound=False)
    assert "press/radio/week" not in page(client, LIST) + page(client, DAY)
    bulletin("Tuần trước", at=MONDAY - timedelta(days=1))
    text = page(client, LIST)
    assert "/vi/press/radio/week/2026-W47.zip" in text and "16/11 – 22/11/2026" in text
    bulletin("Tuần này")
    assert "/vi/press/radio/week/2026-W48.zip" in page(client, LIST) and "W48.zip" in page(client, DAY)


@pytest.mark.parametrize(
    ("seconds", "length"), [(60, "1"), (61, "3"), (180, "3"), (181, "5"), (600, "10"), (600.5, "more")]
)
def test_each_length_has_its_bulletins(client: Client, seconds: float, length: str) -> None:
    bulletin("Bản tin", seconds=seconds)
    for each in ("1", "3", "5", "10", "more"):
        assert titles(client, f"length={each}") == (["Bản tin"] if each == length else [])


def test_each_choice_narrows_the_list(client: Client) -> None:
    ward = make_agency("Phường Thuận Hoá", type="ward", code="PH-1")
    old = make_agency("Phường cũ", type="ward", code="PH-0", successor=ward)
    one = bulletin(
        "Của phường", agency=old, topics=[topic("y-te")], audiences=[audience("citizens", "Người dân")]
    )
    bulletin("Hôm qua", at=MONDAY - timedelta(days=1))
    Asset.objects.filter(resource=one, role="caption").delete()
    for query in ("agency=PH-1", "type=ward", "topic=y-te", "audience=citizens", "script=no"):
        assert titles(client, query) == ["Của phường"], query
    for query in ("type=department", "script=yes", "day=22/11/2026", "day=2026-11-22"):
        assert titles(client, query) == ["Hôm qua"], query
    assert titles(client, "agency=PH-0") == [], "it is called by its successor's name now"


def test_what_is_no_day_is_told_beside_its_field_and_kept_there(client: Client) -> None:
    bulletin("Bản tin")
    for typed in ("31/02/2026", "hôm qua", "1/1/9999", "9" * 60):
        for address in (LIST, DAY):
            answer = client.get(address, {"day": typed})
            text = answer.content.decode()
            known = typed if len(typed) <= 40 else ""
            assert answer.status_code == (400 if known or address == DAY else 200), (address, typed)
            assert known in text and "Traceback" not in text
        assert titles(client, f"day={typed}", status=400 if len(typed) <= 40 else 200) == ["Bản tin"]
    assert "Đây không phải là một ngày" in page(client, f"{DAY}?day=32/13/2026", 400)


@pytest.mark.parametrize(
    "query",
    [
        "length=7",
        "type=kingdom",
        "agency=%00",
        "topic=a%20b",
        "script=maybe",
        "after=x",
        "after=9-" + "9" * 30,
    ],
)
def test_what_is_not_known_is_left_out_and_told(client: Client, query: str) -> None:
    bulletin("Bản tin")
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200 and answer.context["left_out"]
    assert [card.title for card, _scripted in answer.context["rows"]] == ["Bản tin"]


def test_a_day_is_that_of_the_city_and_of_the_end_of_an_embargo(client: Client) -> None:
    bulletin("Trước nửa đêm", at=MONDAY.replace(hour=23, minute=59) - timedelta(days=1))
    bulletin("Sau nửa đêm", at=MONDAY.replace(hour=0, minute=0))
    bulletin("Hẹn giờ", at=MONDAY - timedelta(days=5), embargo_until=MONDAY.replace(hour=7))
    told = client.get(DAY).context["bulletins"]
    assert [one.card.title for one in told] == ["Sau nửa đêm", "Hẹn giờ"]
    assert titles(client, "day=22/11/2026") == ["Trước nửa đêm"]
    assert titles(client, "day=18/11/2026") == []


def test_the_programme_is_in_order_with_its_length_players_and_scripts(client: Client) -> None:
    second = bulletin("Thứ hai", at=MONDAY + timedelta(hours=1), seconds=200)
    first = bulletin("Thứ nhất", seconds=100, credit_line="Đài Phú Xuân / Kho 57")
    answer = client.get(DAY)
    text = answer.content.decode()
    assert text.index("Thứ nhất") < text.index("Thứ hai") and "05:00" in text
    assert text.count("<audio") == 2 and "Đài Phú Xuân / Kho 57" in text
    for row in (first, second):
        assert reverse("portal:script", kwargs={"public_id": row.public_id, "slug": row.slug}) in text
        assert f"/take/{row.public_id}/sound" in text
    spoken = page(client, f"{SCRIPTS}?day=23/11/2026")
    assert spoken.count("Xin chào các bạn.") == 2 and spoken.index("Thứ nhất") < spoken.index("Thứ hai")


def test_other_days_are_offered_where_there_is_something(client: Client) -> None:
    assert client.get(DAY).context["before"] is None
    bulletin("Tuần trước", at=MONDAY - timedelta(days=7))
    told = client.get(DAY)
    assert (f"{told.context['before']:%d/%m/%Y}", told.context["after"]) == ("16/11/2026", None)
    assert "?day=16/11/2026" in told.content.decode(), "an empty day leads to the one before"
    there = client.get(f"{DAY}?day=16/11/2026")
    assert (there.context["before"], there.context["after"]) == (None, None)
    page(client, SCRIPTS, 404)
    page(client, f"{SCRIPTS}?day=x", 404)


def test_what_may_not_be_broadcast_is_played_and_not_given_out(client: Client) -> None:
    row = bulletin("Giữ mọi quyền", licence="all-rights")
    text = page(client, DAY)
    assert "<audio" in text and f"/take/{row.public_id}" not in text and "radio/week" not in text
    assert "Hỏi cơ quan trước khi phát" in text


def test_a_bulletin_in_both_languages_is_heard_once_on_a_page(client: Client) -> None:
    row = bulletin("Bản tin sáng")
    english = bulletin("Morning bulletin", language="en")
    Resource.objects.filter(pk=english.pk).update(translation_key=row.translation_key)
    for lang, title in (("vi", "Bản tin sáng"), ("en", "Morning bulletin")):
        told = client.get(f"/{lang}/press/radio/today/").context["bulletins"]
        assert [one.card.title for one in told] == [title]


def test_pages_go_by_key_and_ask_as_many_queries_of_ten_as_of_sixty(client: Client) -> None:
    row = bulletin("Bản tin")
    few = _queries(client, few=True, rows=[row])
    copy_rows([row], until=60)
    assert _queries(client, few=False, rows=[row]) == few
    seen: list[str] = []
    address = LIST
    while True:
        context = client.get(address).context
        seen += [card.public_id for card, _scripted in context["rows"]]
        if not context["next"]:
            break
        address = f"{LIST}?{context['next']}"
    assert len(seen) == len(set(seen)) == 60


def _queries(client: Client, *, few: bool, rows: list[Resource]) -> dict[str, int]:
    if few:
        copy_rows(rows, until=10)
    found = {}
    for address in (LIST, f"{LIST}?script=yes&length=3&type=department", DAY, SCRIPTS):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        found[address] = len(asked)
    assert max(found.values()) <= 20
    return found
