"""Captions dropped with films: into their drafts, whichever comes first, and told where they cannot."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from media_library.editing.batch import places, words
from media_library.editing.batch.rows import rows_of
from media_library.editing.batch.sending import send
from media_library.models import Agency, Batch, BatchPlace, Fate, Resource, User
from tests.editing.batch.giving import address, again, ask, bytes_for, draft_at, give, make_batch, place_for
from tests.editing.batch.test_answers import patch
from tests.editing.screens import signed_in
from tests.factories import make_agency, make_communicator, unreferenced

pytestmark = pytest.mark.django_db
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nXin chao\n"


@pytest.fixture
def person() -> User:
    return make_communicator(make_agency())


@pytest.fixture
def agency(person: User) -> Agency:
    return person.memberships.get().agency


@pytest.fixture
def batch(agency: Agency, person: User) -> Batch:
    return make_batch(agency, person)


@pytest.fixture
def client(person: User) -> Client:
    return signed_in(person)


def film(batch: Batch, name: str = "phim.mp4") -> BatchPlace:
    return give(batch, name, media_type="audio/mpeg" if name.endswith("mp3") else "video/mp4")


def captions(batch: Batch, name: str = "phim.vi.vtt", **stored: Any) -> BatchPlace:
    return give(batch, name, media_type="text/vtt", **stored)


def spoken(place: BatchPlace) -> list[tuple[str, str]]:
    found = [one for one in draft_at(place).assets.all() if one.role == "caption"]
    return [(one.language, one.file.original_name) for one in found]


def states(batch: Batch) -> list[str]:
    found = list(batch.places.order_by("position").select_related("batch", "file"))
    return [row.state for row in rows_of(found, user=batch.by, at=timezone.now())]


def says(place: BatchPlace) -> str:
    with translation.override("en"):
        (row,) = rows_of([again(place)], user=place.batch.by, at=timezone.now())
    assert row.words is not None
    return row.words.says


@pytest.mark.contract
def test_captions_complete_their_film_whichever_comes_first(batch: Batch, person: User) -> None:
    early = captions(batch, "phim.vi.vtt")
    assert early.fate == Fate.WORDS and states(batch) == ["astray"] and "No film" in says(early)
    place = film(batch)
    assert spoken(place) == [("vi", "phim.vi.vtt")]
    captions(batch, "Phim_EN.srt")
    assert spoken(place) == [("vi", "phim.vi.vtt"), ("en", "Phim_EN.srt")]
    assert states(batch) == ["beside", "ready", "beside"]
    done = send(batch.places.order_by("position"), by=person, at=timezone.now())
    assert done.handed_in == (place.pk,) and not done.staying
    assert states(batch) == ["beside", "sent", "beside"]


def test_without_a_language_in_the_name_it_is_that_of_the_batch(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person, language="en")
    place = film(batch, "ban-tin.mp3")
    captions(batch, "ban-tin.vtt")
    assert spoken(place) == [("en", "ban-tin.vtt")]


def test_captions_that_are_there_are_never_replaced_unseen(batch: Batch) -> None:
    place = film(batch)
    captions(batch, "phim.vtt")
    second = captions(batch, "phim.vi.vtt")
    assert spoken(place) == [("vi", "phim.vtt")] and "phim.vtt" in says(second)
    assert states(batch) == ["ready", "beside", "astray"]
    places.leave_out(place=batch.places.get(name="phim.vtt"), by=batch.by)
    assert spoken(place) == [("vi", "phim.vi.vtt")], "its place is free now"
    assert states(batch) == ["ready", "left_out", "beside"]


def test_left_out_and_brought_back_they_go_and_come_with_it(batch: Batch, person: User) -> None:
    place, its = film(batch), captions(batch)
    places.leave_out(place=its, by=person)
    assert spoken(place) == [] and states(batch) == ["lacking", "left_out"]
    places.bring_back(place=again(its), by=person, at=timezone.now())
    assert spoken(place) == [("vi", "phim.vi.vtt")]
    places.leave_out(place=again(place), by=person)
    assert states(batch) == ["left_out", "astray"] and "left out" in says(its)
    places.bring_back(place=again(place), by=person, at=timezone.now())
    assert spoken(place) == [("vi", "phim.vi.vtt")] and states(batch) == ["ready", "beside"]


def test_what_was_handed_in_is_not_changed(batch: Batch, person: User) -> None:
    place, its = film(batch), captions(batch)
    send([again(place)], by=person, at=timezone.now())
    late = captions(batch, "phim.en.vtt")
    assert spoken(place) == [("vi", "phim.vi.vtt")] and "gửi duyệt" in again(late).problem
    with pytest.raises(places.NotNow):
        places.leave_out(place=again(its), by=person)
    with pytest.raises(words.Unplaced):
        words.choose(place=again(its), film=None, language="vi", by=person)
    assert spoken(place) == [("vi", "phim.vi.vtt")] and again(its).beside_id == place.pk


def test_a_person_chooses_another_film_and_language(batch: Batch, client: Client) -> None:
    one, other = film(batch), film(batch, "hoi-nghi.mp4")
    its = captions(batch)
    answer = ask(client, batch, "beside", place=its.pk, film=str(other.pk), language="en").json()
    assert {row["id"]: row["state"] for row in answer["rows"]} == {
        its.pk: "beside",
        one.pk: "lacking",
        other.pk: "ready",
    }
    assert (spoken(one), spoken(other)) == ([], [("en", "phim.vi.vtt")])
    assert ask(client, batch, "beside", place=its.pk, film="", language="en").status_code == 200
    assert spoken(other) == [] and states(batch)[2] == "astray"


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"film": "999999"}, 404),
        ({"film": "anh"}, 404),
        ({"language": "tlh"}, 422),
        ({"language": None}, 422),
        ({"film": "picture"}, 409),
        ({"film": "itself"}, 409),
    ],
)
def test_a_choice_that_does_not_fit_changes_nothing(
    batch: Batch, client: Client, told: dict[str, Any], status: int
) -> None:
    place, its, picture = film(batch), captions(batch), give(batch, "anh-le.png")
    keys = {"picture": str(picture.pk), "itself": str(its.pk)}
    told = {"film": str(place.pk), "language": "vi"} | told
    told["film"] = keys.get(told["film"], told["film"])
    assert ask(client, batch, "beside", place=its.pk, **told).status_code == status
    assert spoken(place) == [("vi", "phim.vi.vtt")]


def test_another_agencys_batch_takes_no_choice(batch: Batch) -> None:
    its, stranger = captions(batch), signed_in(make_communicator(make_agency()))
    assert ask(stranger, batch, "beside", place=its.pk, film="", language="vi").status_code == 404


def test_what_an_editor_took_out_is_told(batch: Batch, person: User) -> None:
    place, its = film(batch), captions(batch)
    draft = draft_at(place)
    draft.assets.set([one for one in draft.assets.all() if one.role != "caption"])
    draft.save_revision(user=person)
    assert states(batch) == ["lacking", "astray"] and "somebody took it out" in says(its)


@unreferenced
def test_captions_are_uploaded_in_parts_and_the_answer_shows_their_film(
    batch: Batch, client: Client, data_folder: Any
) -> None:
    place = film(batch)
    told = {"name": "phim.vi.vtt", "path": "", "size": len(VTT), "modified": 1}
    row = ask(client, batch, "files", files=[told]).json()["rows"][0]
    where = ask(client, batch, "begin", place=row["id"], sha256="").json()["upload"]
    assert patch(client, where, VTT[:20], 0) == 204 and patch(client, where, VTT[20:], 20) == 204
    found = client.get(address(batch, "state") + f"?places={row['id']}").json()["rows"]
    assert (found[0]["id"], found[0]["state"]) == (row["id"], "beside")
    assert found[1]["id"] == place.pk and "phim.vi.vtt" in found[1]["html"]
    again_named = ask(client, batch, "files", files=[told]).json()["rows"][0]
    assert (again_named["id"], again_named["state"]) == (row["id"], "beside")


@pytest.mark.usefixtures("data_folder")
def test_without_script_captions_come_and_are_put_elsewhere(batch: Batch, client: Client) -> None:
    place = film(batch, "hoi-nghi.mp4")
    sent = [SimpleUploadedFile("phim.en.vtt", VTT), SimpleUploadedFile("hong.vtt", b"WEBVTT\n\nkhong gio")]
    client.post(address(batch), {"files": sent})
    its, bad = batch.places.order_by("position")[1:]
    assert (its.fate, bad.fate) == (Fate.WORDS, Fate.REFUSED) and "WebVTT" in bad.problem
    page = BeautifulSoup(client.get(address(batch)).content, "html.parser")
    row = page.select_one(f"#k57-row-{its.pk}")
    assert row is not None and row.select_one(f"select[name=film-{its.pk}] option[value='{place.pk}']")
    chosen = {"beside": its.pk, f"film-{its.pk}": place.pk, f"language-{its.pk}": "en"}
    client.post(address(batch), chosen)
    assert spoken(place) == [("en", "phim.en.vtt")]


def test_captions_too_large_or_empty_are_refused_before_a_byte_is_sent(batch: Batch, settings: Any) -> None:
    limit = settings.UPLOAD_LIMITS["caption"]
    assert place_for(batch, "phim.vtt", size=limit).fate == Fate.WAITING
    assert place_for(batch, "to.srt", size=limit + 1).fate == Fate.REFUSED
    assert place_for(batch, "rong.srt", size=0).fate == Fate.REFUSED


def test_one_film_is_gathered_once_and_bytes_may_serve_two_films(batch: Batch, person: User) -> None:
    one, other = film(batch, "a1 le.mp4"), film(batch, "b1 le.mp4")
    for name in ("a1 le.vtt", "b1 le.vtt"):
        captions(batch, name, content=b"cung mot loi")
    assert len(spoken(one)) == len(spoken(other)) == 1
    before = Resource.objects.get(pk=again(one).resource_id).latest_revision_id
    words.gather(again(one), by=person)
    assert Resource.objects.get(pk=again(one).resource_id).latest_revision_id == before


def test_rows_with_captions_cost_a_constant_number_of_queries(batch: Batch, person: User) -> None:
    def cost() -> int:
        found = list(batch.places.order_by("position").select_related("batch", "file"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            rows_of(found, user=person, at=timezone.now())
        return len(asked)

    film(batch, "phim-a.mp4"), captions(batch, "phim-a.vi.vtt")
    first = cost()
    for name in ("b", "c"):
        film(batch, f"phim-{name}.mp4"), captions(batch, f"phim-{name}.vi.vtt")
    captions(batch, "la.vtt")
    assert cost() == first


def test_bytes_that_come_while_it_is_left_out_wait(batch: Batch, person: User) -> None:
    place, its = film(batch), place_for(batch, "phim.vi.vtt")
    places.leave_out(place=its, by=person)
    file = bytes_for(batch, "phim.vi.vtt", media_type="text/vtt")
    places.arrive(place=again(its), file=file, by=person, at=timezone.now())
    assert spoken(place) == []
    places.bring_back(place=again(its), by=person, at=timezone.now())
    assert spoken(place) == [("vi", "phim.vi.vtt")]
