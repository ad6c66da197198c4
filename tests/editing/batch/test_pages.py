"""The pages of batches, and what they do without script."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from media_library.models import (
    LICENCES,
    Agency,
    Asset,
    Batch,
    BatchPlace,
    Fate,
    Resource,
    State,
    StoredFile,
    User,
)
from tests.editing.batch.giving import address, again, draft_at, give, make_batch, place_for
from tests.editing.screens import address as resource_address
from tests.editing.screens import said, signed_in
from tests.factories import (
    audience,
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
    make_stored_file,
    make_user,
    picture_bytes,
    topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def person(agency: Agency) -> User:
    return make_communicator(agency)


def many_rows(batch: Batch, number: int) -> None:
    """Drafts by the shortest way: rows, revisions and files as :func:`give` leaves them."""
    pattern = draft_at(give(batch, "mau.png"))
    files = StoredFile.objects.bulk_create(
        StoredFile(
            storage_name=f"test/many-{batch.pk}-{n}",
            original_name=f"{n}.png",
            sha256="0" * 64,
            crc32=0,
            size=1,
            media_type="image/png",
            agency=batch.agency,
            created_at=timezone.now(),
        )
        for n in range(number)
    )
    rows = Resource.objects.bulk_create(
        Resource(kind="photo", title="x", agency=batch.agency, locale=pattern.locale, live=False)
        for _file in files
    )
    Asset.objects.bulk_create(Asset(resource=row, file=file) for row, file in zip(rows, files, strict=True))
    told = pattern.serializable_data()
    kind = ContentType.objects.get_for_model(Resource)
    revisions = Revision.objects.bulk_create(
        Revision(
            object_id=str(row.pk),
            content_type=kind,
            base_content_type=kind,
            created_at=timezone.now(),
            content=told
            | {"pk": row.pk, "assets": [told["assets"][0] | {"file": file.pk, "resource": row.pk}]},
        )
        for row, file in zip(rows, files, strict=True)
    )
    for row, revision in zip(rows, revisions, strict=True):
        row.latest_revision = revision
    Resource.objects.bulk_update(rows, ["latest_revision"])
    BatchPlace.objects.bulk_create(
        BatchPlace(batch=batch, position=n + 2, name=f"{n}.png", size=1, fate=Fate.DRAFT, resource=row)
        for n, row in enumerate(rows)
    )


def controls(page: HttpResponse, form: str) -> dict[str, Any]:
    """What a browser sends for one form of the page as it was loaded."""
    found = BeautifulSoup(page.content, "html.parser").select_one(form)
    assert found is not None
    sent: dict[str, Any] = {}
    for control in found.select("input[name], textarea[name], select[name]"):
        if control.get("type") in ("file", "submit"):
            continue
        if control.get("type") == "checkbox":
            if control.has_attr("checked"):
                sent.setdefault(control["name"], []).append(control["value"])
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            sent[control["name"]] = chosen["value"]
        else:
            sent[control["name"]] = control.get("value", "") if control.name == "input" else control.text
    return sent


def rows_on(page: HttpResponse) -> dict[str, str]:
    found = BeautifulSoup(page.content, "html.parser").select("[data-k57-row]")
    return {row["data-name"]: row["data-state"] for row in found}


def test_one_agency_stands_fixed_and_several_are_asked_for(agency: Agency, person: User) -> None:
    client = signed_in(person)
    place = reverse("kho57_batch_add")
    assert "id_agency" not in client.get(place).content.decode()
    answer = client.post(place, {"title": "Ảnh lễ", "language": "vi", "agency": make_agency().pk})
    batch = Batch.objects.get()
    assert answer["Location"] == address(batch) and (batch.agency, batch.by) == (agency, person)

    lead = signed_in(make_lead())
    assert "id_agency" in lead.get(place).content.decode()
    assert lead.post(place, {"title": "", "language": "vi"}).status_code == 200
    other = make_agency()
    assert lead.post(place, {"title": "", "language": "en", "agency": other.pk}).status_code == 302
    assert Batch.objects.filter(agency=other, language="en").exists()


def test_the_ways_there_stand_on_the_listing_the_first_page_and_the_choice_of_kind(person: User) -> None:
    client = signed_in(person)
    for place in (resource_address("list"), resource_address("add"), "/admin/"):
        assert reverse("kho57_batch_add") in client.get(place).content.decode(), place


def test_a_batch_is_there_for_its_agency_and_for_nobody_else(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    give(batch)
    for user in (person, make_communicator(agency), make_editor(agency), make_lead()):
        assert signed_in(user).get(address(batch)).status_code == 200
    missing = Batch(token="0" * 16)
    acts = ("state", "files", "begin", "cell", "common", "apply", "leave", "back", "anyway", "beside", "send")
    stranger = signed_in(make_editor(make_agency()))
    for act in ("", *acts):
        for method in (stranger.get, stranger.post):
            one, never = method(address(batch, act)), method(address(missing, act))
            assert one.status_code == never.status_code in (404, 405), act
            assert one.content == never.content or one.status_code == 404
    assert again(batch.places.get()).fate == Fate.DRAFT
    assert batch.title not in stranger.get(reverse("kho57_batches")).content.decode() or not batch.title


def test_who_may_add_nothing_has_no_batches(agency: Agency, person: User) -> None:
    from django.contrib.auth.models import Permission

    reader = make_user()
    reader.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for name in ("kho57_batches", "kho57_batch_add", "kho57_known"):
        assert signed_in(reader).get(reverse(name)).status_code in (302, 403), name


def test_mine_are_listed_by_key(agency: Agency, person: User) -> None:
    for number in range(22):
        make_batch(agency, person, described=False, title=f"Lô số {number:02d}.")
    make_batch(agency, make_communicator(agency), described=False, title="Của người khác")
    client = signed_in(person)
    first = client.get(reverse("kho57_batches"))
    older = BeautifulSoup(first.content, "html.parser").select_one('a[href^="?before="]')
    assert older is not None
    second = client.get(reverse("kho57_batches") + older["href"]).content.decode()
    shown = first.content.decode()
    assert "Lô số 21." in shown and "Lô số 01." not in shown and "Của người khác" not in shown
    assert "Lô số 01." in second and "Lô số 00." in second and "Lô số 02." not in second


@pytest.mark.contract
def test_the_number_of_queries_does_not_grow_with_the_rows(agency: Agency, person: User) -> None:
    counted = []
    for number in (9, 199):
        batch = make_batch(agency, person)
        many_rows(batch, number)
        client = signed_in(person)
        client.get(address(batch))
        places = ",".join(str(place.pk) for place in batch.places.all())
        with CaptureQueriesContext(connection) as page:
            assert len(rows_on(client.get(address(batch)))) == number + 1
        with CaptureQueriesContext(connection) as state:
            answer = client.get(address(batch, "state") + f"?places={places}")
        assert len(answer.json()["rows"]) == number + 1
        counted.append((len(page), len(state)))
    assert counted[0] == counted[1]


def test_more_than_a_page_leads_on_by_position(agency: Agency, person: User, monkeypatch: Any) -> None:
    monkeypatch.setattr("media_library.editing.batch.pages.ON_A_PAGE", 2)
    batch = make_batch(agency, person)
    for name in ("a.png", "b.png", "c.png"):
        place_for(batch, name)
    client = signed_in(person)
    first = client.get(address(batch))
    onward = BeautifulSoup(first.content, "html.parser").select_one('a[href^="?after="]')
    assert onward is not None and list(rows_on(first)) == ["a.png", "b.png"]
    assert list(rows_on(client.get(address(batch) + onward["href"]))) == ["c.png"]


# Without script


def test_files_are_taken_each_for_itself(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    client = signed_in(person)
    files = [
        SimpleUploadedFile("le-hoi.png", picture_bytes()),
        SimpleUploadedFile("khong-duoi", picture_bytes(colour="#123456")),
        SimpleUploadedFile("gia.jpg", b"MZ khong phai anh"),
        SimpleUploadedFile("ghi-chu.rtf", b"xin chao"),
    ]
    answer = client.post(address(batch), {"files": files}, follow=True)
    assert rows_on(answer) == {
        "le-hoi.png": "lacking",
        "khong-duoi": "lacking",
        "gia.jpg": "refused",
        "ghi-chu.rtf": "refused",
    }
    assert "gia.jpg" in said(answer) and "ghi-chu.rtf" in said(answer)
    assert {row.title for row in Resource.objects.all()} == {"Le hoi", "Khong duoi"}
    twice = client.post(
        address(batch), {"files": SimpleUploadedFile("le-hoi.png", picture_bytes())}, follow=True
    )
    assert [row.state for row in twice.context["rows"]][-1] == "known"
    none = client.post(address(batch), {"files": "1"}, follow=True)
    assert "ít nhất một tệp" in said(none)


def test_the_common_form_applies_and_says_what_was_left_alone(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    one, two = give(batch, "a b.png"), give(batch, "c d.png")
    draft = draft_at(one)
    draft.credit_line = "Ảnh: Trần Bình"
    draft.save_revision(user=person)
    client = signed_in(person)
    sent = controls(client.get(address(batch)), "[data-k57-common]")
    wanted = sent | {"credit_line": "Chung", "topics": [topic("moi").pk], "common": "apply"}
    answer = client.post(address(batch), wanted, follow=True)
    assert "1 tệp giữ nguyên" in said(answer)
    assert [draft_at(place).credit_line for place in (one, two)] == ["Ảnh: Trần Bình", "Chung"]
    client.post(address(batch), wanted | {"common": "force"})
    assert draft_at(one).credit_line == "Chung"
    wrong = client.post(address(batch), wanted | {"embargo_until": "mai", "summary": "a" * 301})
    assert wrong.status_code == 422 and {"embargo_until", "summary"} <= set(wrong.context["form"].errors)
    assert Batch.objects.get().summary == "Ảnh lễ phát động."


def test_the_grid_saves_what_was_changed_and_hands_in(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    one, two = give(batch, "le hoi.png"), give(batch, "hoi thao.png")
    client = signed_in(person)
    sent = controls(client.get(address(batch)), "#k57-grid")
    draft = draft_at(two)
    draft.title = "Của đồng nghiệp"
    draft.save_revision(user=person)
    typed = {f"alt-{one.pk}": "Ba người.", f"title-{two.pk}": "Của tôi", f"kind-{one.pk}": "infographic"}
    answer = client.post(address(batch), sent | typed | {"send": "1"}, follow=True)
    assert "Của tôi" in said(answer) and "người khác đã sửa" in said(answer)
    assert draft_at(two).title == "Của đồng nghiệp" and draft_at(one).original.alt == "Ba người."
    assert again(one).resource.kind == "infographic"
    assert again(one).resource.state(timezone.now()) == State.IN_REVIEW
    assert rows_on(answer) == {"le hoi.png": "sent", "hoi thao.png": "lacking"}


def test_a_row_is_left_out_brought_back_and_wanted_all_the_same(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    place = give(batch, "le hoi.png")
    make_resource("photo", agency=agency, file=make_stored_file(agency, content=b"cung anh"))
    twin = give(batch, "trung.png", content=b"cung anh")
    client = signed_in(person)
    assert rows_on(client.post(address(batch), {"leave": place.pk}, follow=True))["le hoi.png"] == "left_out"
    assert rows_on(client.post(address(batch), {"back": place.pk}, follow=True))["le hoi.png"] == "lacking"
    assert rows_on(client.post(address(batch), {"anyway": twin.pk}, follow=True))["trung.png"] == "lacking"
    other = give(make_batch(agency, person), "khac.png")
    assert client.post(address(batch), {"leave": other.pk}).status_code == 404
    assert client.post(address(batch), {"leave": "9" * 40}).status_code == 404


def test_a_known_file_shows_whose_it_is_and_on_which_terms(agency: Agency, person: User) -> None:
    other = make_agency("Sở Y tế")
    shared = make_stored_file(other, content=b"cung anh")
    make_published("photo", agency=other, file=shared, title="Rửa tay đúng cách", licence="press-only")
    batch = make_batch(agency, person)
    give(batch, "trung.png", content=b"cung anh")
    shown = signed_in(person).get(address(batch)).content.decode()
    assert all(words in shown for words in ("Rửa tay đúng cách", "Sở Y tế", str(LICENCES["press-only"].name)))


def test_audiences_of_a_draft_that_lacks_them_are_named(agency: Agency, person: User) -> None:
    audience()
    batch = make_batch(agency, person, described=False)
    place = give(batch, "IMG_1.png")
    page = BeautifulSoup(signed_in(person).get(address(batch)).content, "html.parser")
    gaps = {link["href"] for link in page.select(f"#k57-row-{place.pk} .k57-gaps a")}
    assert {f"#k57-title-{place.pk}", f"#k57-alt-{place.pk}", "#id_audiences", "#id_topics"} <= gaps
