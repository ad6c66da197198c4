"""What is missing in English: whose it is, in which order, as a page and as a table."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.foreign import gaps
from cms.newsroom.models import Use
from media_library import publishing
from media_library.models import Agency, Resource, User
from tests.factories import (
    make_agency,
    make_communicator,
    make_embargoed,
    make_lead,
    make_published,
    make_resource,
    make_user,
)
from tests.portal.library import copy_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency("Sở Du lịch")


@pytest.fixture
def lead(client: Client) -> User:
    user = make_lead()
    client.force_login(user)
    return user


def page(client: Client, query: str = "") -> Any:
    answer = client.get(reverse("kho57_untranslated:index") + query)
    assert answer.status_code == 200
    return answer


def titles(client: Client, query: str = "") -> list[str]:
    return [one.resource.title for one in page(client, query).context["gaps"]]


def take(row: Resource, times: int) -> None:
    Use.objects.bulk_create([Use(resource=row, offer="web", at=timezone.now()) for _each in range(times)])


def old(title: str, days: int, **fields: Any) -> Resource:
    return make_published(title=title, at=timezone.now() - timedelta(days=days), **fields)


def test_only_what_is_public_in_vietnamese_alone_is_missing(client: Client, lead: User) -> None:
    old("Thiếu", 3)
    make_resource(title="Bản nháp")
    make_embargoed(title="Hẹn giờ")
    make_published(title="English only", language="en")
    row = old("Có bản tiếng Anh", 2)
    made = publishing.make_translation(resource=row, language="en", by=lead, at=timezone.now())
    assert titles(client) == ["Thiếu", "Có bản tiếng Anh"], "a draft is no version yet"
    begun = page(client).context["gaps"][1]
    assert begun.draft == made.pk and begun.act.endswith(f"/{made.pk}/") and "edit" in begun.act
    Resource.objects.filter(pk=made.pk).update(live=True, first_published_at=timezone.now())
    assert titles(client) == ["Thiếu"]


def test_the_most_used_come_first_or_the_oldest(client: Client, lead: User) -> None:
    older, old_too, newest = old("Cũ nhất", 9), old("Cũ vừa", 8), old("Mới", 1)
    take(newest, 3)
    take(old_too, 1)
    assert titles(client) == titles(client, "?order=nonsense") == ["Mới", "Cũ vừa", "Cũ nhất"]
    assert titles(client, "?order=oldest") == ["Cũ nhất", "Cũ vừa", "Mới"]
    assert [one.used for one in page(client).context["gaps"]] == [3, 1, 0]
    assert reverse(older.snippet_viewset.get_url_name("translate"), args=[older.pk]) in page(
        client
    ).content.decode().replace("&amp;", "&")


def test_each_agency_sees_its_own_and_others_nothing(client: Client, agency: Agency) -> None:
    old("Của mình", 1, agency=agency)
    theirs = old("Của cơ quan khác", 2)
    client.force_login(make_communicator(agency))
    assert titles(client) == ["Của mình"]
    table = b"".join(client.get(reverse("kho57_untranslated:table")).streaming_content).decode()
    assert "Của mình" in table and "Của cơ quan khác" not in table
    client.force_login(make_communicator(theirs.agency))
    assert titles(client) == ["Của cơ quan khác"]
    client.force_login(make_user())
    for name in ("index", "table"):
        assert client.get(reverse(f"kho57_untranslated:{name}")).status_code in (302, 403, 404)
    assert Client().get(reverse("kho57_untranslated:table")).status_code == 302


def test_it_goes_by_key_and_asks_as_many_queries_of_ten_as_of_many(
    client: Client, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = old("Bài", 1)
    take(row, 2)
    counts = []
    for until in (10, 60):
        copy_rows([row], until=until)
        page(client)
        with CaptureQueriesContext(connection) as asked:
            page(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    monkeypatch.setattr(gaps, "PAGE", 25)
    for order in gaps.ORDERS:
        seen: list[str] = []
        query = f"?order={order}"
        while query:
            context = page(client, query).context
            seen += [one.resource.public_id for one in context["gaps"]]
            query = f"?order={order}&after={context['more']}" if context["more"] else ""
        assert len(seen) == len(set(seen)) == 60, order
    for after in ("x", "1-2", "9-" + "9" * 17 + "-1", "0-0-" + "9" * 18, "%00"):
        page(client, f"?after={after}")


def test_the_table_is_sent_row_by_row_without_formulas(client: Client, lead: User) -> None:
    row = old("=Công thức", 5)
    take(row, 2)
    answer = client.get(reverse("kho57_untranslated:table"))
    assert answer.streaming and "attachment" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    (head, line) = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert head[5] == "Số lượt lấy" and len(head) == len(line) == 9
    assert line[0] == row.public_id and line[1] == "'=Công thức" and line[5] == "2"
    assert line[7].startswith("http") and row.public_id in line[7]
    copy_rows([row], until=30)
    with CaptureQueriesContext(connection) as asked:
        b"".join(client.get(reverse("kho57_untranslated:table")).streaming_content)
    assert len(asked) <= 15
