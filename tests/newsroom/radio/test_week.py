"""The week as one file: in order of broadcast, whole and in parts, only what this reader may broadcast."""

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

from cms.newsroom.models import Use
from media_library import access, publishing
from media_library.models import Rendition
from tests.factories import make_editor, make_heard, make_lead, make_user
from tests.newsroom.radio.making import MONDAY, bulletin
from tests.portal.library import copy_rows

pytestmark = pytest.mark.django_db
WEEK = "/vi/press/radio/week/2026-W48.zip"


@pytest.fixture(autouse=True)
def on_that_sunday() -> Any:
    with time_machine.travel(MONDAY + timedelta(days=6), tick=False):
        yield


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def names(client: Client, address: str = WEEK) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body(client.get(address)))) as read:
        assert read.testzip() is None
        return [name for name in read.namelist() if name.endswith(".mp3")]


def test_it_holds_the_bulletins_in_order_with_scripts_terms_and_credits(client: Client) -> None:
    tuesday = bulletin("Thứ ba: y tế", at=MONDAY + timedelta(days=1), credit_line="=Sở Y tế")
    bulletin("Thứ hai", seconds=60)
    bulletin("Tuần trước", at=MONDAY - timedelta(days=1))
    bulletin("Chưa có âm thanh", sound=False)
    answer = client.get(WEEK)
    content = body(answer)
    assert (answer["Content-Type"], int(answer["Content-Length"])) == ("application/zip", len(content))
    assert "kho57-ban-tin-2026-W48.zip" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        stems = ["01-2026-11-23-0630-thu-hai", "02-2026-11-24-0630-thu-ba-y-te"]
        texts = ["LICENSES.txt", "credits.csv", "manifest.json"]
        listed = [f"{stem}{ending}" for stem in stems for ending in (".mp3", ".vi.txt")]
        assert read.namelist() == [*listed, *texts]
        told = json.loads(read.read("manifest.json"))
        for one in [*told["texts"], *(one for each in told["resources"] for one in each["files"])]:
            assert hashlib.sha256(read.read(one["name"])).hexdigest() == one["sha256"]
        script = next(name for name in read.namelist() if name.endswith(".txt") and "thu-ba" in name)
        assert "Xin chào các bạn." in read.read(script).decode()
        credits = list(csv.reader(io.StringIO(read.read("credits.csv").decode("utf-8-sig"))))
        assert len(credits) == 5 and any(tuesday.public_id in line for line in credits)
        assert any(cell.startswith("'=Sở Y tế") for line in credits for cell in line), "no formula"
        assert "Thứ hai" in read.read("LICENSES.txt").decode()


def test_any_part_is_that_part_and_a_change_gives_the_whole_anew(client: Client) -> None:
    bulletin("Một")
    first = client.get(WEEK)
    whole, etag = body(first), first["ETag"]
    cut = len(whole) // 2
    rest = client.get(WEEK, headers={"Range": f"bytes={cut}-", "If-Range": etag})
    assert (rest.status_code, body(rest)) == (206, whole[cut:])
    assert client.get(WEEK, headers={"If-None-Match": etag}).status_code == 304
    assert int(client.head(WEEK)["Content-Length"]) == len(whole)
    bulletin("Hai", at=MONDAY + timedelta(days=2))
    again = client.get(WEEK, headers={"Range": f"bytes={cut}-", "If-Range": etag})
    assert again.status_code == 200 and len(body(again)) > len(whole)


def test_the_copy_for_radio_goes_before_the_usual_one(client: Client) -> None:
    row = bulletin("Một")
    make_heard(row, name="broadcast.mp3", content=b"at -23 LUFS")
    with zipfile.ZipFile(io.BytesIO(body(client.get(WEEK)))) as read:
        assert read.read(names(client)[0]) == b"at -23 LUFS"
    assert Rendition.objects.filter(purpose="broadcast").count() == 1


def test_each_reader_has_what_they_may_broadcast(client: Client) -> None:
    bulletin("Mở")
    press_only = bulletin("Báo chí", licence="press-only")
    closed = bulletin("Đóng", licence="all-rights")
    assert len(names(client)) == 1
    reporter = make_user("phong-vien")
    reporter.user_permissions.add(_permission())
    client.force_login(reporter)
    assert [name.rpartition("-")[2] for name in names(client)] == ["mo.mp3", "chi.mp3"]
    client.force_login(make_editor(closed.agency))
    assert len(names(client)) == 2
    assert not Use.objects.filter(resource=closed).exists(), "its own agency uses nothing"
    publishing.withdraw(resource=press_only, by=make_lead(), reason="Sai.", at=MONDAY)
    client.force_login(reporter)
    assert len(names(client)) == 1


def _permission() -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename=access.PRESS.partition(".")[2])


def test_uses_are_counted_once_for_a_download_with_the_purpose(client: Client) -> None:
    row = bulletin("Một")
    whole = len(body(client.get(WEEK)))
    body(client.get(WEEK, headers={"Range": f"bytes={whole // 2}-"}))
    client.head(WEEK)
    used = Use.objects.order_by("offer").values_list("resource", "offer", "purpose")
    assert list(used) == [(row.pk, "sound", "broadcast"), (row.pk, "transcript-vi-txt", "broadcast")]


@pytest.mark.parametrize("name", ["2026-W47", "2026-W60", "2026-W00", "0000-W01", "9999-W52"])
def test_a_week_of_nothing_and_no_week_are_not_there(client: Client, name: str) -> None:
    bulletin("Một")
    assert client.get(f"/vi/press/radio/week/{name}.zip").status_code == 404


def test_what_is_hidden_changes_not_a_byte(client: Client) -> None:
    bulletin("Một")
    before = body(client.get(WEEK))
    bulletin("Hẹn giờ", embargo_until=MONDAY + timedelta(days=9))
    bulletin("Hết hạn", expire_at=MONDAY + timedelta(days=2))
    assert body(client.get(WEEK)) == before
    bulletin("Đóng", licence="all-rights")
    assert body(client.get(WEEK)) == before


def test_it_asks_as_many_queries_of_ten_as_of_forty(client: Client) -> None:
    row = bulletin("Một")
    counts = []
    for until in (10, 40):
        copy_rows([row], until=until)
        body(client.head(WEEK))
        with CaptureQueriesContext(connection) as asked:
            body(client.get(WEEK))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
