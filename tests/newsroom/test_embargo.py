"""The press desk: what accredited journalists open before its time, and that they did."""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.accreditation import deciding
from cms.newsroom.embargo import ahead
from cms.newsroom.models import EmbargoAcceptance, EmbargoOpening, Use
from media_library import access, publishing, scheduler
from media_library.models import Resource, User
from tests.factories import make_agency, make_editor, make_lead, make_user
from tests.newsroom.press import embargoed, make_journalist

pytestmark = pytest.mark.django_db
DESK = "/vi/press/embargoed/"
PRIVATE = "private, no-store"


def terms_of(row: Resource) -> str:
    return f"{DESK}{row.public_id}/"


def page_of(row: Resource) -> str:
    return f"/vi/press/r/{row.public_id}/"


def agreed(row: Resource, **changed: str) -> dict[str, str]:
    assert row.embargo_until is not None
    return {"accept": "yes", "until": row.embargo_until.isoformat(), **changed}


def declared(**changed: str) -> dict[str, str]:
    return {"offer": "print", "purpose": "news", "outlet": "Báo Huế", "terms": "yes", **changed}


def whole(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def journalist(client: Client) -> User:
    user = make_journalist()
    client.force_login(user)
    return user


def test_the_way_of_a_journalist_from_the_desk_to_the_file(client: Client, journalist: User) -> None:
    row = embargoed(title="Kế hoạch chuyển đổi số", summary="Tóm tắt kín")
    desk = client.get(DESK)
    listed = desk.content.decode()
    assert row.title in listed and "Tóm tắt kín" not in listed and desk["Cache-Control"] == PRIVATE
    assert f"{timezone.localtime(row.embargo_until):%H:%M ngày %d/%m/%Y}" in listed
    assert client.get(page_of(row)).status_code == 404, "nothing opens before it was accepted"
    asked = client.get(terms_of(row))
    assert asked.status_code == 200 and "Tóm tắt kín" not in asked.content.decode()
    accepted = client.post(terms_of(row), agreed(row))
    assert (accepted.status_code, accepted.url) == (303, page_of(row))
    page = client.get(page_of(row))
    told = page.content.decode()
    assert page.status_code == 200 and page["Cache-Control"] == PRIVATE
    assert "Tóm tắt kín" in told and "embargo-mark" in told and "/files/" not in told
    picture = client.get(f"{terms_of(row)}picture/")
    assert picture["Content-Type"] == "image/jpeg" and picture["Cache-Control"] == PRIVATE
    taken = client.post(page_of(row), declared())
    file = client.get(taken.url)
    assert (file.status_code, file["Cache-Control"]) == (200, PRIVATE) and whole(file)
    assert Use.objects.get().purpose == "news"
    rows = EmbargoOpening.objects.order_by("pk")
    assert [(one.what, one.acceptance.user) for one in rows] == [("page", journalist), ("print", journalist)]
    given = EmbargoAcceptance.objects.get()
    assert (given.outlet, given.terms, given.until) == ("Báo Huế", ahead.TERMS, row.embargo_until)
    assert "Đã cam kết" in client.get(DESK).content.decode()


def test_everything_goes_into_a_zip_that_names_the_embargo(client: Client, journalist: User) -> None:
    row = embargoed()
    client.post(terms_of(row), agreed(row))
    place = f"{terms_of(row)}kit/"
    for wrong in ({}, {"purpose": "news"}, {"purpose": "x", "credit": "1"}):
        back = client.post(place, wrong)
        assert (
            back.url == f"{page_of(row)}?wrong=kit#kit"
            and "Chưa tạo gói" in client.get(back.url).content.decode()
        )
    made = client.post(place, {"purpose": "news", "credit": "1"})
    answer = client.get(made.url)
    packed = zipfile.ZipFile(io.BytesIO(whole(answer)))
    assert answer["Cache-Control"] == PRIVATE and packed.testzip() is None
    assert "CHƯA ĐƯỢC CÔNG BỐ trước" in packed.read("LICENSES.txt").decode()
    assert "CHƯA ĐƯỢC CÔNG BỐ trước" in packed.read("captions.txt").decode()
    assert EmbargoOpening.objects.filter(what="kit").count() == 1
    other = Client()
    other.force_login(make_journalist("Đài Huế"))
    for stranger in (Client(), other):
        assert stranger.get(made.url).status_code == 410, "the address alone opens nothing"


def test_a_purpose_that_its_terms_exclude_is_refused_for_its_time_too(
    client: Client, journalist: User
) -> None:
    row = embargoed(licence="cc-by-nc-4.0")
    client.post(terms_of(row), agreed(row))
    assert client.post(page_of(row), declared(purpose="commercial")).status_code == 200
    back = client.post(f"{terms_of(row)}kit/", {"purpose": "commercial", "credit": "1"})
    assert back.url == f"{page_of(row)}?wrong=purpose#kit"
    assert not Use.objects.exists()


def test_an_address_of_a_file_opens_to_who_accepted_alone(client: Client, journalist: User) -> None:
    row = embargoed()
    client.post(terms_of(row), agreed(row))
    address = client.post(page_of(row), declared()).url
    colleague = Client()
    colleague.force_login(make_journalist("Báo Huế"))
    assert {one.get(address).status_code for one in (Client(), colleague)} == {404}
    colleague.post(terms_of(row), agreed(row))
    assert colleague.get(address).status_code == 302, "declares it for themselves"
    bare = client.get(address.partition("?")[0])
    assert (bare.status_code, bare.url) == (302, page_of(row))
    assert client.get(f"/take/{row.public_id}/no-such-thing?t=x").status_code == 404


def test_without_a_tick_and_with_another_time_nothing_is_accepted(client: Client, journalist: User) -> None:
    row = embargoed()
    assert client.post(terms_of(row), {"until": agreed(row)["until"]}).status_code == 400
    moved = client.post(terms_of(row), agreed(row, until="2020-01-01T00:00:00+00:00"))
    assert moved.status_code == 409 and "vừa được đổi" in moved.content.decode()
    assert (
        client.post(terms_of(row), agreed(row), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert not EmbargoAcceptance.objects.exists()
    for _time in range(2):
        assert client.post(terms_of(row), agreed(row)).status_code == 303
    assert EmbargoAcceptance.objects.count() == 1


def test_a_time_that_is_moved_is_accepted_anew(client: Client, journalist: User) -> None:
    row = embargoed()
    client.post(terms_of(row), agreed(row))
    assert client.get(page_of(row)).status_code == 200
    Resource.objects.filter(pk=row.pk).update(embargo_until=row.embargo_until + timedelta(days=1))
    assert client.get(page_of(row)).status_code == 404
    assert client.get(terms_of(row)).status_code == 200


def test_what_its_editor_did_not_offer_is_not_there(client: Client, journalist: User) -> None:
    row = embargoed(embargo_for_press=False, title="Không dành cho báo chí")
    assert row.title not in client.get(DESK).content.decode()
    for place in (terms_of(row), f"{terms_of(row)}picture/", page_of(row)):
        assert client.get(place).status_code == 404
    assert client.post(terms_of(row), agreed(row)).status_code == 404


@pytest.mark.parametrize("end", ["withdrawn", "expired", "taken back", "closed"])
def test_an_acceptance_does_not_outlive_what_it_rests_on(client: Client, journalist: User, end: str) -> None:
    row = embargoed()
    client.post(terms_of(row), agreed(row))
    address = client.post(page_of(row), declared()).url
    kit = client.post(f"{terms_of(row)}kit/", {"purpose": "news", "credit": "1"}).url
    assert client.get(kit).status_code == 200
    if end == "withdrawn":
        publishing.withdraw(resource=row, by=make_lead(), reason="Sai.", at=timezone.now())
    elif end == "expired":
        Resource.objects.filter(pk=row.pk).update(live=False, expired=True)
    elif end == "taken back":
        given = journalist.accreditations.get()
        deciding.take_back(given, reason="Vi phạm.", by=make_lead(), at=timezone.now())
    else:
        Resource.objects.filter(pk=row.pk).update(embargo_for_press=False)
    for place in (page_of(row), terms_of(row), f"{terms_of(row)}picture/", address):
        assert client.get(place).status_code == 404, place
    assert client.get(kit).status_code == 410
    assert row.title not in client.get(DESK).content.decode()


def test_to_everyone_else_the_desk_is_a_page_that_is_not_there(client: Client) -> None:
    row = embargoed(embargo_announced=True)
    never = f"/vi/press/{'x' * 9}/"
    for user in (None, make_user(), make_editor(make_agency()), make_lead(), make_editor(row.agency)):
        if user is not None:
            client.force_login(user)
        missing = client.get(never)
        for place in (DESK, terms_of(row), f"{terms_of(row)}picture/", f"{terms_of(row)}kit/"):
            for answer in (client.get(place), client.post(place, agreed(row))):
                assert answer.status_code == 404
                assert answer.content.decode().replace(place[3:], never[3:]) == missing.content.decode()


def test_the_desk_pages_by_key_with_as_many_queries_for_many(client: Client, journalist: User) -> None:
    first = embargoed()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(DESK).status_code == 200
        return len(found)

    client.get(DESK)
    few = queries()
    for number in range(24):
        row = Resource.objects.get(pk=first.pk)
        row.pk, row.public_id, row.title = None, f"k57-aaaa-{number:04}", f"Tài nguyên {number}"
        row.translation_key = uuid.uuid4()
        row.embargo_until = first.embargo_until + timedelta(minutes=number // 2)
        row.save()
    assert queries() == few
    seen: list[int] = []
    place = DESK
    while place:
        page = client.get(place)
        seen += [one["row"].pk for one in page.context["shown"]]
        following = page.context["following"]
        place = f"{DESK}?after={following.replace('+', '%2B')}" if following else ""
    assert seen == list(ahead.offered(timezone.now()).values_list("pk", flat=True)) and len(seen) == 25
    for key in ("x", "2026-13-01_5", "2026-01-01T00:00:00_5", "2026-01-01T00:00:00+00:00_x", "_" * 99):
        assert client.get(DESK, {"after": key}).status_code == 200


def test_its_agency_and_the_lead_department_see_who_opened_it_and_when(
    client: Client, journalist: User
) -> None:
    row = embargoed(title="Có người mở")
    client.post(terms_of(row), agreed(row))
    client.get(page_of(row))
    client.get(client.post(page_of(row), declared()).url)
    place = reverse("kho57_openings", args=[row.pk])
    edit = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[row.pk])
    for user in (make_editor(row.agency), make_lead()):
        client.force_login(user)
        shown = client.get(place).content.decode()
        assert (
            "Báo Huế" in shown and str(journalist) in shown and "Xem trang" in shown and "1 nhà báo" in shown
        )
        assert place in client.get(edit).content.decode()
    client.force_login(make_editor(make_agency()))
    missing = client.get(reverse("kho57_openings", args=[987654]))
    stranger = client.get(place)
    assert (stranger.status_code, missing.status_code) == (404, 404)


def test_openings_page_by_key_with_as_many_queries_for_many(client: Client, journalist: User) -> None:
    row = embargoed()
    client.post(terms_of(row), agreed(row))
    client.get(page_of(row))
    given = EmbargoAcceptance.objects.get()
    client.force_login(make_lead())
    place = reverse("kho57_openings", args=[row.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(place).status_code == 200
        return len(found)

    client.get(place)
    few = queries()
    for _number in range(60):
        ahead.note(given, what="page", at=timezone.now())
    assert queries() == few
    first = client.get(place)
    second = client.get(f"{place}?before={first.context['following']}")
    assert len(first.context["shown"]) + len(second.context["shown"]) == 61


def test_at_its_second_it_is_public_everywhere_without_anyones_act(client: Client, time_machine: Any) -> None:
    journalist = make_journalist(until=timezone.now() + timedelta(days=20))
    row = embargoed(title="Đến giờ")
    client.force_login(journalist)
    client.post(terms_of(row), agreed(row))
    assert row.embargo_until is not None
    time_machine.move_to(row.embargo_until - timedelta(seconds=1), tick=False)
    kit = client.post(f"{terms_of(row)}kit/", {"purpose": "news", "credit": "1"}).url
    scheduler.tick(timezone.now())
    assert Client().get(page_of(row)).status_code == 404
    time_machine.move_to(row.embargo_until, tick=False)
    anyone = Client()
    assert {anyone.get(one).status_code for one in (page_of(row), f"/vi/r/{row.public_id}/{row.slug}/")} == {
        200
    }
    assert scheduler.tick(timezone.now()) >= 1
    assert Resource.objects.get(pk=row.pk).embargo_released_at == row.embargo_until
    assert row.title not in client.get(DESK).content.decode()
    assert client.get(terms_of(row)).url == page_of(row)
    told = client.get(page_of(row)).content.decode()
    assert "embargo-mark" not in told and "/files/" in told
    assert (client.get(kit).status_code, anyone.get(kit).status_code) == (200, 200), "the same bytes, for all"


def test_another_text_of_the_terms_is_another_version() -> None:
    """Change :data:`ahead.TERMS` and this digest together: who accepted the old text accepts the new one anew."""
    text = (Path(settings.BASE_DIR) / "templates/newsroom/embargo-terms.html").read_bytes()
    assert (ahead.TERMS, sha256(text).hexdigest()[:16]) == ("2026-11", "125ed6914a5317b8")


def test_the_predicate_and_the_query_of_what_the_press_may_know_agree() -> None:
    now, reader = timezone.now(), make_user()
    expiring = embargoed()
    Resource.objects.filter(pk=expiring.pk).update(expire_at=expiring.embargo_until + timedelta(days=1))
    for made in (embargoed(), embargoed(embargo_for_press=False), expiring):
        row = Resource.objects.get(pk=made.pk)
        assert row.embargo_until is not None
        moments = [row.embargo_until + timedelta(seconds=each) for each in (-1, 0, 1)]
        for at in (now, *moments, row.embargo_until + timedelta(days=2)):
            listed = Resource.objects.filter(access.for_press(at), pk=row.pk).exists()
            assert access.is_for_press(row, at) == listed
            assert not access.may_work_ahead(reader, row, at, accepted=True)
