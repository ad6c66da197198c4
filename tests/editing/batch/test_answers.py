"""What the page's script is told."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from media_library.models import Agency, Batch, BatchPlace, Fate, Resource, Upload, User
from tests.editing.batch.giving import address, again, ask, draft_at, give, make_batch, place_for
from tests.editing.screens import signed_in
from tests.editing.tus import PART
from tests.factories import (
    make_agency,
    make_communicator,
    make_published,
    make_resource,
    make_stored_file,
    picture_bytes,
)

pytestmark = pytest.mark.django_db
PICTURE = picture_bytes()
DIGEST = hashlib.sha256(PICTURE).hexdigest()


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


def named(name: str = "le-hoi.png", size: int = len(PICTURE), modified: int = 7) -> dict[str, Any]:
    return {"name": name, "path": f"thu-muc/{name}", "size": size, "modified": modified}


def patch(client: Client, where: str, part: bytes, offset: int) -> int:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
    return client.generic("PATCH", where, part, content_type=PART, headers=headers).status_code


@pytest.mark.usefixtures("data_folder")
def test_a_file_is_named_sent_in_parts_and_becomes_a_draft(batch: Batch, client: Client) -> None:
    row = ask(client, batch, "files", files=[named()]).json()["rows"][0]
    assert (row["state"], row["settled"]) == ("waiting", False)
    where = ask(client, batch, "begin", place=row["id"], sha256=DIGEST).json()["upload"]
    assert patch(client, where, PICTURE[:100], 0) == 204
    again_named = ask(client, batch, "files", files=[named()]).json()["rows"][0]
    assert (again_named["id"], again_named["state"]) == (row["id"], "sending")
    assert ask(client, batch, "begin", place=row["id"], sha256=DIGEST).json()["upload"] == where
    assert patch(client, where, PICTURE[100:], 100) == 204
    state = client.get(address(batch, "state") + f"?places={row['id']}").json()["rows"][0]
    assert state["state"] == "lacking" and "Le hoi" in state["html"]
    draft = draft_at(BatchPlace.objects.get())
    assert draft.original.file.sha256 == DIGEST and draft.summary == batch.summary
    assert not ask(client, batch, "begin", place=row["id"], sha256=DIGEST).json().get("upload")


@pytest.mark.usefixtures("data_folder")
def test_a_refusal_of_the_content_stands_at_its_row_and_the_file_may_be_given_anew(
    batch: Batch, client: Client
) -> None:
    row = ask(client, batch, "files", files=[named("gia.png", size=9)]).json()["rows"][0]
    where = ask(client, batch, "begin", place=row["id"], sha256="").json()["upload"]
    patch(client, where, b"MZ\x90 virus"[:9], 0)
    state = client.get(address(batch, "state") + f"?places={row['id']}").json()["rows"][0]
    assert (state["state"], state["settled"]) == ("refused", True) and "chương trình" in state["html"]
    assert ask(client, batch, "begin", place=row["id"]).json()["upload"] != where


def test_known_bytes_are_told_before_one_is_sent(
    batch: Batch, client: Client, agency: Agency, person: User
) -> None:
    make_resource("photo", agency=agency, file=make_stored_file(agency, content=PICTURE), title="Có rồi")
    row = ask(client, batch, "files", files=[named()]).json()["rows"][0]
    answer = ask(client, batch, "begin", place=row["id"], sha256=DIGEST).json()
    assert answer["rows"][0]["state"] == "known" and "upload" not in answer
    assert "Có rồi" in answer["rows"][0]["html"] and not Upload.objects.exists()
    assert ask(client, batch, "anyway", place=row["id"]).json()["rows"][0]["state"] == "waiting"
    assert ask(client, batch, "begin", place=row["id"], sha256=DIGEST).json()["upload"]


def test_an_upload_of_a_colleague_is_not_gone_on_with(batch: Batch, client: Client, agency: Agency) -> None:
    place = place_for(batch, "a.png")
    theirs = ask(signed_in(make_communicator(agency)), batch, "begin", place=place.pk).json()["upload"]
    mine = ask(client, batch, "begin", place=place.pk).json()["upload"]
    assert mine and mine != theirs


def test_a_full_quota_is_told_at_the_row(batch: Batch, client: Client, settings: Any) -> None:
    settings.UPLOAD_QUOTA = 10
    place = place_for(batch, "a.png", size=100)
    row = ask(client, batch, "begin", place=place.pk).json()["rows"][0]
    assert row["state"] == "refused" and again(place).problem
    settings.UPLOAD_QUOTA = 0
    assert ask(client, batch, "begin", place=place.pk).json()["upload"]


def test_a_cell_is_saved_and_a_change_meanwhile_is_told(batch: Batch, client: Client, person: User) -> None:
    place = give(batch)
    told = {"place": place.pk, "field": "title", "value": "Lễ phát động", "was": "Le phat dong"}
    answer = ask(client, batch, "cell", **told)
    assert answer.status_code == 200 and answer.json()["value"] == "Lễ phát động"
    late = ask(client, batch, "cell", **told | {"value": "Khác"})
    assert late.status_code == 409 and late.json()["value"] == "Lễ phát động" and late.json()["problem"]
    empty = ask(client, batch, "cell", **told | {"value": " ", "was": "Lễ phát động"})
    assert empty.status_code == 422 and empty.json()["problem"]
    assert ask(client, batch, "cell", **told | {"field": "agency"}).status_code == 409
    assert ask(client, batch, "cell", **told | {"place": place_for(batch, "b.png").pk}).status_code == 409


def test_applying_and_handing_in_go_a_few_rows_at_a_time(
    batch: Batch, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media_library.editing.batch.answers.AT_ONCE", 2)
    places = [give(batch, name) for name in ("a b.png", "c d.png", "e f.png")]
    Batch.objects.update(summary="Mới.")
    for act in ("apply", "send"):
        first = ask(client, batch, act, after=0).json()
        second = ask(client, batch, act, after=first["next"]).json()
        assert [len(one["rows"]) for one in (first, second)] == [2, 1]
        assert (first["next"], second["next"]) == (2, None)
    assert {draft_at(place).summary for place in places} == {"Mới."}
    assert set(second["staying"]) == {str(places[2].pk)}, "without alt text it stays"


def test_the_common_form_says_what_is_wrong_by_field(batch: Batch, client: Client) -> None:
    wrong = client.post(address(batch, "common"), {"licence": "mine", "picture_kind": "photo"})
    assert wrong.status_code == 422 and set(wrong.json()["errors"]) == {"licence"}
    right = client.post(address(batch, "common"), {"licence": "cc0-1.0", "picture_kind": "photo"})
    assert right.json() == {"saved": True} and Batch.objects.get().licence == "cc0-1.0"


@pytest.mark.parametrize(
    "act", ["files", "begin", "cell", "apply", "leave", "back", "anyway", "beside", "send"]
)
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b'{"files": 7}', b'{"files": [{"name": 7}]}', b'{"place": "x", "after": "x"}'],
)
def test_a_senseless_question_gets_a_plain_answer(
    batch: Batch, client: Client, act: str, body: bytes
) -> None:
    answer = client.post(address(batch, act), body, content_type="application/json")
    assert answer.status_code in (200, 400, 404)
    if answer.status_code == 400:
        assert answer.json()["problem"]


def test_too_many_names_at_once_are_refused_whole(batch: Batch, client: Client) -> None:
    assert ask(client, batch, "files", files=[named(f"{n}.png") for n in range(101)]).status_code == 400
    assert ask(client, batch, "files", files=[named(), named() | {"size": -1}]).status_code == 400
    assert ask(client, batch, "files", files=[named(), named() | {"modified": 2**60}]).status_code == 400
    assert not batch.places.exists()


def test_state_answers_for_this_batch_alone(
    batch: Batch, client: Client, agency: Agency, person: User
) -> None:
    other = place_for(make_batch(agency, person), "b.png")
    mine = place_for(batch, "a.png")
    rows = client.get(address(batch, "state") + f"?places={other.pk},{mine.pk},x,{'9' * 30}").json()["rows"]
    assert [row["id"] for row in rows] == [mine.pk]


def test_what_the_library_knows_is_told_as_far_as_it_may_be(client: Client, agency: Agency) -> None:
    other = make_agency("Sở Y tế")
    hidden, shown = b"an", b"hien"
    make_resource("photo", agency=other, file=make_stored_file(other, content=hidden))
    make_published("photo", agency=other, file=make_stored_file(other, content=shown), title="Rửa tay")
    make_resource("photo", agency=agency, file=make_stored_file(agency, content=b"cua minh"), title="Nháp")
    digests = [hashlib.sha256(content).hexdigest() for content in (hidden, shown, b"cua minh")]
    query = "&".join(f"sha256={digest}" for digest in [*digests, "0" * 64, "x'--"])
    known = client.get(f"{reverse('kho57_known')}?{query}").json()["known"]
    assert {digest: one[0]["title"] for digest, one in known.items()} == {
        digests[1]: "Rửa tay",
        digests[2]: "Nháp",
    }
    assert known[digests[1]][0]["agency"] == "Sở Y tế"
    assert known[digests[1]][0]["url"] == Resource.objects.get(title="Rửa tay").get_absolute_url()


def test_leaving_out_and_back(batch: Batch, client: Client) -> None:
    place = give(batch)
    assert ask(client, batch, "leave", place=place.pk).json()["rows"][0]["state"] == "left_out"
    assert again(place).fate == Fate.LEFT_OUT
    assert ask(client, batch, "back", place=place.pk).json()["rows"][0]["state"] == "lacking"
