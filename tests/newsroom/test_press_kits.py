"""Press kits: put together by editors, shown and packed only as far as everything in them is public."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom.models import Kit, PressKit, Use
from media_library import publishing
from media_library.models import Agency, Resource
from tests.editing.screens import problems, signed_in
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
)
from tests.newsroom.making import make_press_kit

pytestmark = pytest.mark.django_db
ADD = "/admin/press/kits/add/"


@pytest.fixture
def agency() -> Agency:
    return make_agency("Sở Khoa học và Công nghệ", name_en="Department of Science")


@pytest.fixture
def photo(agency: Agency) -> Resource:
    return make_published("photo", agency=agency, title="Cầu Trường Tiền")


def form(*rows: Resource, **changes: Any) -> dict[str, Any]:
    """What the browser sends for a new kit."""
    data: dict[str, Any] = {
        "title": "Ngày chuyển đổi số",
        "title_en": "",
        "cover": '{"blocks":[{"key":"a","text":"Ba việc mới.","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[],"data":{}}],"entityMap":{}}',
        "cover_en": "null",
        "contact_name": "Bà Lan",
        "contact_phone": "0234 000 000",
        "contact_email": "lan@example.vn",
        "embargo_until": "",
        "live": "on",
        "entries-TOTAL_FORMS": len(rows),
        "entries-INITIAL_FORMS": 0,
        "entries-MIN_NUM_FORMS": 0,
        "entries-MAX_NUM_FORMS": 100,
    }
    for place, row in enumerate(rows):
        data |= {f"entries-{place}-resource": row.pk, f"entries-{place}-ORDER": place + 1}
        data |= {f"entries-{place}-id": ""}
    return data | changes


def ticked(page: Any) -> list[str]:
    boxes = BeautifulSoup(page.content, "html.parser").select("input[name=take][checked]")
    return [box["value"] for box in boxes]


def zipped(client: Client, address: str, **data: Any) -> zipfile.ZipFile:
    take = ticked(client.get(address))
    away = client.post(address, {"take": take, "purpose": "news", "credit": "1", **data})
    assert away.status_code == 302, away.content.decode()
    answer = client.get(away["Location"])
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_an_editor_puts_a_kit_together_and_the_press_takes_it(agency: Agency, photo: Resource) -> None:
    draft = make_resource(agency=agency, title="Bản nháp của mình")
    desk = signed_in(make_editor(agency))
    assert desk.post(ADD, form(photo, draft, agency=agency.pk)).status_code == 302
    kit = PressKit.objects.get()
    address = f"/vi/press/kit/{kit.code}/ngay-chuyen-doi-so/"
    client = Client()
    page = client.get(address)
    told = page.content.decode()
    assert page.status_code == 200 and "private" in page["Cache-Control"]
    assert all(word in told for word in ("Ba việc mới.", "Bà Lan", "lan@example.vn", "Cầu Trường Tiền"))
    assert "Bản nháp của mình" not in told, "it comes when it is public"
    with zipped(client, address) as packed:
        assert packed.testzip() is None
        cover = packed.read("cover.txt").decode()
        assert "Ba việc mới." in cover and "0234 000 000" in cover and kit.code in cover
        listed = [one["name"] for one in json.loads(packed.read("manifest.json"))["texts"]]
        assert "cover.txt" in listed
        assert any(name.endswith(".jpg") for name in packed.namelist())
        assert "Bản nháp" not in "".join(packed.namelist())
    assert Use.objects.get().purpose == "news"
    assert f'href="{address}"' in client.get("/vi/press/kits/").content.decode()
    english = client.get(f"/en/press/kit/{kit.code}/ngay-chuyen-doi-so/").content.decode()
    assert 'lang="vi">Ngày chuyển đổi số' in english and "Department of Science" in english


def test_its_address_holds_when_its_title_changes(agency: Agency, photo: Resource) -> None:
    kit = make_press_kit(agency, photo)
    old = kit.get_absolute_url("vi")
    kit.title = "Tên khác"
    kit.save()
    answer = Client().get(old)
    assert (answer.status_code, answer["Location"]) == (301, kit.get_absolute_url("vi"))


def test_what_is_not_public_is_not_there(agency: Agency, photo: Resource) -> None:
    """A draft and an embargo answer like no kit; at its second the embargo ends by itself."""
    at = timezone.now()
    draft = make_press_kit(agency, photo, live=False, title="Bản thảo kín")
    ahead = make_press_kit(agency, photo, embargo_until=at + timedelta(hours=2), title="Tin kín")
    clients = [Client(), signed_in(make_communicator(make_agency())), signed_in(make_lead())]
    never = Client().get("/vi/press/kit/0123456789/tin-kin/")
    for client in clients:
        for kit in (draft, ahead):
            for address in (
                kit.get_absolute_url("vi"),
                f"/en/press/kit/{kit.code}/",
                f"/vi/press/kit/{kit.code}/x/",
            ):
                assert client.get(address).status_code == 404
                assert client.post(address, {"purpose": "news"}).status_code == 404
            assert kit.title not in client.get("/vi/press/kits/").content.decode()
            assert kit.title not in client.get(f"/vi/press/kits/?after={kit.pk}").content.decode()
    assert never.status_code == 404
    with time_machine.travel(ahead.embargo_until, tick=False):
        assert Client().get(ahead.get_absolute_url("vi")).status_code == 200
        assert "Tin kín" in Client().get("/vi/press/kits/").content.decode()
        assert Client().get(draft.get_absolute_url("vi")).status_code == 404


def test_a_kit_that_is_taken_back_closes_its_zip(agency: Agency, photo: Resource) -> None:
    kit = make_press_kit(agency, photo)
    client = Client()
    address = kit.get_absolute_url("vi")
    zipped(client, address)
    made = Kit.objects.get()
    kit.live = False
    kit.save()
    answer = client.get(f"/press/kits/{made.token}.zip")
    assert answer.status_code == 410 and kit.title not in answer.content.decode()
    kit.live, kit.cover = True, "<p>Lời khác.</p>"
    kit.save()
    changed = client.get(f"/press/kits/{made.token}.zip")
    assert changed.status_code == 409 and kit.get_absolute_url("vi") in changed.content.decode()


def test_a_withdrawn_resource_leaves_the_kit_and_an_empty_one_says_so(
    agency: Agency, photo: Resource
) -> None:
    kit = make_press_kit(agency, photo, contact_name="Bà Lan")
    publishing.withdraw(resource=photo, by=make_lead(), at=timezone.now(), reason="Sai số liệu")
    told = Client().get(kit.get_absolute_url("vi")).content.decode()
    assert "Cầu Trường Tiền" not in told and "Bà Lan" in told
    assert "Hiện chưa có gì trong bộ tài liệu này được công khai" in told
    answer = Client().post(
        kit.get_absolute_url("vi"), {"take": f"{photo.public_id}:print", "purpose": "news"}
    )
    assert answer.status_code == 400 and "Cầu Trường Tiền" not in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"take": []}, "chưa có gì"),
        ({"purpose": ""}, "hãy chọn"),
        ({"purpose": "war"}, "hãy chọn"),
        ({"credit": ""}, "ghi nguồn"),
    ],
)
def test_what_is_missing_is_said_and_what_was_ticked_stays(
    agency: Agency, photo: Resource, changes: dict[str, Any], wrong: str
) -> None:
    address = make_press_kit(agency, photo).get_absolute_url("vi")
    take = ticked(Client().get(address))
    answer = Client().post(address, {"take": take, "purpose": "news", "credit": "1", **changes})
    assert answer.status_code == 400 and not Kit.objects.exists()
    told = BeautifulSoup(answer.content, "html.parser").select_one("#kit-wrong")
    assert told is not None and told.get_text(strip=True), wrong
    assert ticked(answer) == changes.get("take", take)


def test_what_must_be_asked_for_is_not_packed(agency: Agency) -> None:
    closed = make_published("photo", agency=agency, licence="all-rights", title="Giữ mọi quyền")
    address = make_press_kit(agency, closed).get_absolute_url("vi")
    page = Client().get(address)
    assert "Giữ mọi quyền" in page.content.decode() and not ticked(page)
    forged = {"take": f"{closed.public_id}:print", "purpose": "news", "credit": "1"}
    assert Client().post(address, forged).status_code == 400


def test_a_post_from_another_site_makes_nothing(agency: Agency, photo: Resource) -> None:
    address = make_press_kit(agency, photo).get_absolute_url("vi")
    answer = Client().post(address, {"purpose": "news"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and not Kit.objects.exists()


def test_a_bad_form_says_what_is_wrong_and_loses_nothing(agency: Agency, photo: Resource) -> None:
    hidden = make_resource(agency=make_agency(), title="Của cơ quan khác")
    desk = signed_in(make_editor(agency))
    bad = {
        "title": form(photo, agency=agency.pk, title=" "),
        "contact_email": form(photo, agency=agency.pk, contact_email="lan"),
        "embargo_until": form(photo, agency=agency.pk, embargo_until="mai"),
        "agency": form(photo, agency=make_agency().pk),
        "entries": form(photo, photo, agency=agency.pk),
    }
    for field, data in bad.items():
        answer = desk.post(ADD, data)
        assert answer.status_code == 200 and field in problems(answer), field
        assert "Bà Lan" in answer.content.decode()
    for data in (
        form(hidden, agency=agency.pk),
        form(photo, agency=agency.pk, **{"entries-0-resource": "9" * 30}),
    ):
        answer = desk.post(ADD, data)
        assert answer.status_code == 200 and "entries" in problems(answer)
        assert hidden.title not in answer.content.decode()
    assert not PressKit.objects.exists()


def test_the_form_of_a_kit_names_nothing_that_its_editor_may_not_see(agency: Agency, photo: Resource) -> None:
    other = make_published("photo", agency=make_agency(), title="Ảnh của cơ quan khác")
    kit = make_press_kit(agency, photo, other)
    Resource.objects.filter(pk=other.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    desk = signed_in(make_editor(agency))
    page = desk.get(f"/admin/press/kits/edit/{kit.pk}/").content.decode()
    assert photo.title in page and other.title not in page


def test_the_chooser_offers_ones_own_and_what_is_public(agency: Agency, photo: Resource) -> None:
    own = make_resource(agency=agency, title="Nháp riêng")
    theirs = make_resource(agency=make_agency(), title="Nháp người khác")
    desk = signed_in(make_editor(agency))
    told = desk.get("/admin/press/resources/").json()["html"]
    assert photo.title in told and own.title in told and theirs.title not in told
    assert desk.get(f"/admin/press/resources/chosen/{own.pk}/").status_code == 200
    assert desk.get(f"/admin/press/resources/chosen/{theirs.pk}/").status_code == 404


def test_lists_page_by_key_and_ask_the_same_of_many(agency: Agency, photo: Resource) -> None:
    counts = []
    for many in (3, 47):
        for number in range(many):
            make_press_kit(agency, photo, title=f"Bộ {number}")
        with CaptureQueriesContext(connection) as asked:
            page = Client().get("/vi/press/kits/")
        counts.append(len(asked))
    assert counts[0] + 1 == counts[1] + 1 and counts[1] <= 6
    seen: list[str] = []
    for _leaf in range(3):
        soup = BeautifulSoup(page.content, "html.parser")
        seen += [link["href"] for link in soup.select(".box-list a")]
        onward = soup.select_one(".pager a[rel=next]")
        page = Client().get(f"/vi/press/kits/{onward['href']}") if onward else page
    assert len(seen) == len(set(seen)) == 50 and onward is None
    for odd in ("x", "9" * 40, "-1", "%00"):
        assert Client().get(f"/vi/press/kits/?after={odd}").status_code == 200


def test_a_kits_page_asks_as_many_queries_of_six_as_of_two(agency: Agency) -> None:
    counts = []
    for many in (2, 6):
        kit = make_press_kit(agency, *[make_published("photo", agency=agency) for _number in range(many)])
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(kit.get_absolute_url("vi")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
