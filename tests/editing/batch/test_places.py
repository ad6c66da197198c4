"""From a file's name to its draft, and out of the batch again."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from media_library.editing.batch import places
from media_library.editing.batch.places import MOST, Named
from media_library.models import Agency, BatchPlace, Fate, Resource, User
from tests.editing.batch.giving import again, bytes_for, draft_at, give, make_batch, place_for
from tests.factories import make_agency, make_communicator, make_published, make_resource, make_stored_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def person(agency: Agency) -> User:
    return make_communicator(agency)


def test_a_file_given_again_keeps_its_place(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    files = [
        Named("a.png", "x/a.png", 10, 5),
        Named("a.png", "y/a.png", 10, 5),
        Named("a.png", "x/a.png", 11, 5),
    ]
    first = places.register(batch=batch, files=files)
    second = places.register(batch=batch, files=[*files, Named("b.png", "", 10, 5)])
    assert [place.pk for place in first] == [place.pk for place in second[:3]]
    assert [place.position for place in second] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("ghi-chu.rtf", 10, "Mục này nhận"),
        ("rong.png", 0, "0 byte"),
        ("lon.pdf", 300 << 20, "lớn hơn"),
        ("phim.mp4", 5 << 30, "lớn hơn"),
        ("an\u202egnp.png", 10, "chiều"),
        ("a" * 201 + ".png", 10, "205"),
    ],
)
def test_what_cannot_be_taken_is_told_before_a_byte_is_sent(
    agency: Agency, person: User, name: str, size: int, said: str
) -> None:
    from django.utils import translation

    with translation.override("vi"):
        place = place_for(make_batch(agency, person), name, size=size)
    assert place.fate == Fate.REFUSED and said in place.problem, place.problem


def test_a_batch_has_an_end(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    BatchPlace.objects.bulk_create(
        BatchPlace(batch=batch, position=n, name=f"{n}.png", path=f"{n}.png", size=1)
        for n in range(1, MOST + 1)
    )
    with pytest.raises(places.NotNow):
        place_for(batch, "mot-nua.png")
    assert batch.places.count() == MOST


def test_a_draft_has_what_the_batch_says_and_a_title_from_the_name(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person, licence="cc0-1.0", picture_kind="infographic", language="en")
    draft = draft_at(give(batch, "le_phat-dong.png"))
    row = Resource.objects.get()
    assert (draft.kind, draft.title, draft.summary) == ("infographic", "Le phat dong", "Ảnh lễ phát động.")
    assert (draft.licence, draft.language, row.created_by, row.agency) == ("cc0-1.0", "en", person, agency)
    assert not row.live and [term.slug for term in draft.topics.all()] == ["chuyen-doi-so"]
    assert draft.original.file.original_name == "le_phat-dong.png"


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("a.mp3", "audio/mpeg", "podcast"),
        ("a.mp4", "video/mp4", "video"),
        ("a.pdf", "application/pdf", "document"),
    ],
)
def test_the_kind_comes_from_the_content(
    agency: Agency, person: User, name: str, media_type: str, kind: str
) -> None:
    assert draft_at(give(make_batch(agency, person), name, media_type=media_type)).kind == kind


def test_what_the_file_says_of_itself_is_taken_where_the_batch_says_nothing(
    agency: Agency, person: User
) -> None:
    told = {name: {"value": f"{name} của ảnh", "source": "IPTC"} for name in ("title", "caption", "credit")}
    silent = make_batch(agency, person, described=False)
    draft = draft_at(give(silent, "IMG_1.png", properties={"embedded": told}))
    assert (draft.title, draft.summary, draft.credit_line) == (
        "title của ảnh",
        "caption của ảnh",
        "credit của ảnh",
    )
    odd = draft_at(give(silent, "IMG_2.png", properties={"embedded": {"title": 7, "credit": {"value": []}}}))
    assert odd.title == "IMG_2"


def test_bytes_arriving_twice_make_one_draft(agency: Agency, person: User) -> None:
    place = give(make_batch(agency, person))
    places.arrive(place=place, file=place.file, by=person, at=timezone.now())
    assert Resource.objects.count() == 1


@pytest.mark.contract
def test_known_bytes_wait_for_a_choice_and_become_a_draft_if_they_are_wanted(
    agency: Agency, person: User
) -> None:
    same = make_stored_file(agency, content=b"cung mot anh")
    make_resource("photo", agency=agency, file=same)
    place = give(make_batch(agency, person), content=b"cung mot anh")
    assert place.fate == Fate.KNOWN and place.resource is None
    places.take_anyway(place=place, by=person, at=timezone.now())
    assert again(place).resource is not None


def test_another_agencys_draft_of_the_same_bytes_is_not_told(agency: Agency, person: User) -> None:
    other = make_agency()
    make_resource("photo", agency=other, file=make_stored_file(other, content=b"cung mot anh"))
    assert give(make_batch(agency, person), content=b"cung mot anh").fate == Fate.DRAFT


def test_another_agencys_public_resource_is_told(agency: Agency, person: User) -> None:
    other = make_agency()
    make_published("photo", agency=other, file=make_stored_file(other, content=b"cung mot anh"))
    assert give(make_batch(agency, person), content=b"cung mot anh").fate == Fate.KNOWN


def test_the_same_bytes_twice_in_one_batch_are_offered_once(agency: Agency, person: User) -> None:
    batch, digest = make_batch(agency, person), "ab" * 32
    one, two = place_for(batch, "a.png"), place_for(batch, "b.png")
    for place in (one, two):
        places.offer_known(place=place, sha256=digest, user=person, at=timezone.now())
    assert [again(place).fate for place in (one, two)] == [Fate.WAITING, Fate.KNOWN]


@pytest.mark.contract
def test_what_is_left_out_comes_back_with_what_was_typed(agency: Agency, person: User) -> None:
    place = give(make_batch(agency, person))
    draft = draft_at(place)
    draft.title, draft.original.alt, draft.credit_line = "Lễ phát động", "Ba người đứng.", "Nguyễn An"
    draft.save_revision(user=person)
    places.leave_out(place=place, by=person)
    assert again(place).fate == Fate.LEFT_OUT and not Resource.objects.exists()
    places.bring_back(place=again(place), by=person, at=timezone.now())
    draft = draft_at(place)
    assert (draft.title, draft.original.alt, draft.credit_line) == (
        "Lễ phát động",
        "Ba người đứng.",
        "Nguyễn An",
    )


def test_a_file_that_is_left_out_while_it_is_sent_makes_no_draft(agency: Agency, person: User) -> None:
    batch = make_batch(agency, person)
    place = place_for(batch, "a.png")
    places.leave_out(place=place, by=person)
    places.arrive(place=place, file=bytes_for(batch, "a.png"), by=person, at=timezone.now())
    assert again(place).fate == Fate.LEFT_OUT and not Resource.objects.exists()
    places.bring_back(place=again(place), by=person, at=timezone.now())
    assert Resource.objects.count() == 1


def test_what_is_public_is_not_left_out(agency: Agency, person: User) -> None:
    place = give(make_batch(agency, person))
    shown = make_published("photo", agency=agency)
    BatchPlace.objects.filter(pk=place.pk).update(resource=shown)
    with pytest.raises(places.NotNow):
        places.leave_out(place=place, by=person)
    assert Resource.objects.filter(pk=shown.pk).exists()


def test_a_deleted_draft_leaves_its_place(agency: Agency, person: User) -> None:
    place = give(make_batch(agency, person))
    Resource.objects.get().delete()
    assert again(place).resource is None


def test_the_collector_may_take_the_bytes_of_what_was_left_out(agency: Agency, person: User) -> None:
    place: Any = give(make_batch(agency, person))
    places.leave_out(place=place, by=person)
    again(place).file.delete()
    places.bring_back(place=again(place), by=person, at=timezone.now())
    assert again(place).fate == Fate.WAITING and again(place).file is None
