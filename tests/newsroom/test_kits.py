"""Kits: the same bytes in any parts, everything in them true, and nothing that may not be taken."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom.models import Kit, Use
from cms.newsroom.offers import offers, with_offers
from media_library import publishing
from media_library.models import Resource
from tests.factories import make_agency, make_lead, make_published
from tests.newsroom.test_lightboxes import act, chosen, of

pytestmark = pytest.mark.django_db


def keys_of(resource: Resource) -> list[str]:
    return [one.key for one in offers(with_offers(Resource.objects.filter(pk=resource.pk)).get())]


def packed(client: Client, *rows: Resource, **fields: Any) -> Any:
    """The answer to the form, everything there is ticked."""
    for row in rows:
        chosen(client, row)
    take = [f"{row.public_id}:{key}" for row in rows for key in keys_of(row)]
    asked = {"take": take, "purpose": "news", "credit": "1", **fields}
    return act(client, of(client), "kit", **{name: value for name, value in asked.items() if value})


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


@pytest.fixture
def rows() -> list[Resource]:
    agency = make_agency("Sở Khoa học và Công nghệ")
    title = "Cầu Trường Tiền: đêm hội"
    return [
        make_published("photo", agency=agency, title=title, credit_line="=Sở KH&CN / Kho 57"),
        make_published("article", agency=agency, title=title),
        make_published("podcast", agency=agency, title="Nghe để biết"),
    ]


@pytest.fixture
def row() -> Resource:
    return make_published("photo", title="Cầu Trường Tiền: đêm hội")


def test_a_kit_holds_what_was_ticked_and_its_lists_are_true(rows: list[Resource]) -> None:
    client = Client()
    away = packed(client, *rows)
    assert away.status_code == 302
    answer = client.get(away.url)
    content = body(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert (int(answer["Content-Length"]), answer["Accept-Ranges"]) == (len(content), "bytes")
    assert answer["ETag"].startswith('"') and answer["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        assert read.testzip() is None
        told = json.loads(read.read("manifest.json"))
        names = [one["name"] for resource in told["resources"] for one in resource["files"]]
        for one in [*told["texts"], *(one for each in told["resources"] for one in each["files"])]:
            inside = read.read(one["name"])
            if not one["media_type"].startswith("image/"):  # pictures of tests have made-up hashes
                assert hashlib.sha256(inside).hexdigest() == one["sha256"]
            assert len(inside) == one["size"]
        assert sorted(read.namelist()) == sorted(
            [*names, "LICENSES.txt", "credits.csv", "captions.txt", "manifest.json"]
        )
        listed = list(csv.reader(io.StringIO(read.read("credits.csv").decode("utf-8-sig"))))
        assert [line[0] for line in listed[1:]] == names
        assert listed[1][2].startswith("'=Sở KH&CN"), "no formula"
        terms, captions = read.read("LICENSES.txt").decode(), read.read("captions.txt").decode()
        assert all(row.title in terms and row.title in captions for row in rows)
        assert "CC BY" in terms and "Một hình minh hoạ." in captions


def test_any_part_at_any_time_is_that_part(rows: list[Resource]) -> None:
    client = Client()
    address = packed(client, *rows).url
    first = client.get(address)
    whole, etag = body(first), first["ETag"]
    cut = len(whole) // 2
    later = timezone.now() + timedelta(days=3)
    with time_machine.travel(later, tick=False):
        for asked in ({}, {"If-Range": etag}):
            rest = client.get(address, headers={"Range": f"bytes={cut}-", **asked})
            assert (rest.status_code, body(rest)) == (206, whole[cut:])
            assert rest["Content-Range"] == f"bytes {cut}-{len(whole) - 1}/{len(whole)}"
        other = client.get(address, headers={"Range": f"bytes={cut}-", "If-Range": '"other"'})
        assert (other.status_code, body(other)) == (200, whole)
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
        assert client.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
        head = client.head(address)
        assert (head.status_code, int(head["Content-Length"])) == (200, len(whole))


@pytest.mark.contract
def test_without_a_session_the_address_still_works_and_uses_are_counted_once(row: Resource) -> None:
    client = Client()
    address = packed(client, row).url
    whole = body(Client().get(address))
    assert len(whole) == Kit.objects.get().size
    counted = Use.objects.count()
    assert counted and set(Use.objects.values_list("purpose", flat=True)) == {"news"}
    body(client.get(address))
    body(client.get(address, headers={"Range": "bytes=100-"}))
    assert Use.objects.count() == counted


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"take": []}, "Gói đang trống"),
        ({"take": ["k57-0000-0000:web", "nonsense"]}, "Gói đang trống"),
        ({"purpose": ""}, "mục đích sử dụng"),
        ({"purpose": "war"}, "mục đích sử dụng"),
        ({"credit": ""}, "xác nhận sẽ ghi nguồn"),
    ],
)
def test_what_is_missing_is_said_and_what_was_ticked_is_kept(
    row: Resource, fields: dict[str, Any], told: str
) -> None:
    client = Client()
    answer = packed(client, row, **fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert told in page and Kit.objects.count() == 0
    if "take" not in fields:
        assert page.count("checked") == len(keys_of(row))


def test_a_purpose_that_the_terms_exclude_makes_no_kit(row: Resource) -> None:
    closed = make_published("photo", licence="cc-by-nc-4.0", title="Không bán")
    client = Client()
    answer = packed(client, row, closed, purpose="commercial")
    assert answer.status_code == 409
    assert "phải xin phép trước" in answer.content.decode()
    assert Kit.objects.count() == 0
    assert packed(client, row, closed).status_code == 302


def test_what_may_not_be_downloaded_has_no_sizes_and_goes_into_no_kit() -> None:
    client = Client()
    row = make_published("photo", licence="all-rights")
    answer = packed(client, row)
    assert answer.status_code == 400
    assert f"{row.public_id}:" not in answer.content.decode()


def _withdrawn(row: Resource) -> None:
    publishing.withdraw(resource=row, by=make_lead(), reason="Sai", at=timezone.now())


def _closed(row: Resource) -> None:
    Resource.objects.filter(pk=row.pk).update(licence="all-rights")


def _embargoed(row: Resource) -> None:
    Resource.objects.filter(pk=row.pk).update(embargo_until=timezone.now() + timedelta(days=1))


def _expired(row: Resource) -> None:
    Resource.objects.filter(pk=row.pk).update(expire_at=timezone.now())


def _deleted(row: Resource) -> None:
    row.delete()


def _renamed(row: Resource) -> None:
    Resource.objects.filter(pk=row.pk).update(title="Tên khác hẳn")


@pytest.mark.parametrize(
    ("happen", "status"),
    [(_withdrawn, 410), (_closed, 410), (_embargoed, 410), (_expired, 410), (_deleted, 410), (_renamed, 409)],
)
def test_a_kit_is_no_way_round_what_has_happened_since(row: Resource, happen: Any, status: int) -> None:
    """Whoever asks and whatever part: nothing is sent, and no name is told."""
    client = Client()
    title, address = row.title, packed(client, row).url
    happen(row)
    lead = Client()
    lead.force_login(make_lead())
    for asker in (client, Client(), lead):
        for headers in ({}, {"Range": "bytes=0-99"}):
            answer = asker.get(address, headers=headers)
            assert answer.status_code in ((409, 410) if asker is lead else (status,))
            assert answer["Cache-Control"] == "no-store"
            assert title not in answer.content.decode()
    assert "Mở khay" in client.get(address).content.decode()


def test_a_kit_ends_after_its_days_and_none_was_never(row: Resource) -> None:
    client = Client()
    address = packed(client, row).url
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert Client().get(address).status_code == 410
    assert Client().get("/press/kits/0123.zip").status_code == 404


def test_queries_of_a_kit_do_not_grow() -> None:
    agency, counts = make_agency(), []
    for size in (1, 4):
        client = Client()
        away = packed(client, *[make_published("photo", agency=agency) for _number in range(size)])
        with CaptureQueriesContext(connection) as asked:
            body(client.get(away.url))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
