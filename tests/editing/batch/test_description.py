"""What the files have in common, and what is changed alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from media_library import publishing
from media_library.editing.batch import cells, description
from media_library.editing.submitting import submit
from media_library.models import Batch, Resource, User
from tests.editing.batch.giving import again, draft_at, give, make_batch
from tests.factories import audience, make_agency, make_communicator, make_editor, topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_communicator(make_agency())


@pytest.fixture
def batch(person: User) -> Batch:
    return make_batch(person.memberships.get().agency, person)


def apply(batch: Batch, place: object, by: User, *, force: bool = False) -> description.Applied:
    fresh = Batch.objects.get(pk=batch.pk)
    return description.apply(place=again(place), values=description.shared(fresh), by=by, force=force)  # type: ignore[arg-type]


def test_every_field_comes_into_the_draft_and_applying_again_writes_nothing(
    batch: Batch, person: User
) -> None:
    place = give(batch)
    batch.summary, batch.licence, batch.credit_line = "Tóm tắt chung.", "cc0-1.0", "Ảnh: Nguyễn An"
    batch.embargo_until, batch.picture_kind = datetime(2030, 10, 10, 1, tzinfo=UTC), "infographic"
    batch.save()
    batch.audiences.set([audience("teachers", "Giáo viên")])
    batch.topics.add(topic("an-toan"))
    assert apply(batch, place, person) == description.Applied(written=True, left_alone=())
    draft = draft_at(place)
    told = {name: description.value_of(draft, name) for name in description.FIELDS if name != "spoken"}
    assert told == {name: value for name, value in description.shared(batch).items() if name in told}
    assert draft.spoken == "", "nobody speaks in a picture"
    assert Resource.objects.get().kind == "infographic"
    revision = again(place).resource.latest_revision_id
    assert apply(batch, place, person) == description.Applied(written=False, left_alone=())
    assert again(place).resource.latest_revision_id == revision


@pytest.mark.contract
def test_what_was_changed_alone_stays_wherever_it_was_changed(batch: Batch, person: User) -> None:
    place = give(batch)
    draft = draft_at(place)
    draft.credit_line = "Ảnh: Trần Bình"
    draft.audiences.set([audience("teachers", "Giáo viên")])
    draft.save_revision(user=person)  # as the editing form does
    batch.credit_line, batch.summary = "Ảnh: chung", "Tóm tắt mới."
    batch.save()
    done = apply(batch, place, person)
    assert done.written and set(done.left_alone) == {"credit_line", "audiences"}
    assert draft_at(place).credit_line == "Ảnh: Trần Bình" and draft_at(place).summary == "Tóm tắt mới."
    assert apply(batch, place, person).left_alone == done.left_alone
    assert apply(batch, place, person, force=True) == description.Applied(written=True, left_alone=())
    assert draft_at(place).credit_line == "Ảnh: chung"
    assert [one.slug for one in draft_at(place).audiences.all()] == ["students"]


def test_the_kind_of_a_film_is_not_that_of_pictures(batch: Batch, person: User) -> None:
    place = give(batch, "phim.mp4", media_type="video/mp4")
    batch.picture_kind = "infographic"
    batch.save()
    assert not apply(batch, place, person).written and draft_at(place).kind == "video"


def test_what_waits_for_approval_is_not_changed(batch: Batch, person: User) -> None:
    place = give(batch)
    draft = draft_at(place)
    draft.original.alt = "Ba người."
    draft.save_revision(user=person)
    submit(resource=again(place).resource, by=person)
    batch.summary = "Khác."
    batch.save()
    for by in (person, make_editor(batch.agency)):  # an editor is not locked out, and is held all the same
        with pytest.raises(publishing.Locked):
            apply(batch, place, by, force=True)
    assert draft_at(place).summary == "Ảnh lễ phát động."


def test_what_is_spoken_comes_into_films_and_sounds_and_is_changed_alone(batch: Batch, person: User) -> None:
    film, sound = (
        give(batch, "phim.mp4", media_type="video/mp4"),
        give(batch, "loa.mp3", media_type="audio/mpeg"),
    )
    assert draft_at(film).spoken == draft_at(sound).spoken == "vi", "as the batch, where nobody said"
    cells.save_cell(place=again(sound), name="spoken", value="pac vi", was="vi", by=person)
    assert draft_at(sound).spoken == "vi pac"
    batch.spoken = "en"
    batch.save()
    assert apply(batch, film, person).written and draft_at(film).spoken == "en"
    assert apply(batch, sound, person).left_alone == ("spoken",) and draft_at(sound).spoken == "vi pac"


@pytest.mark.parametrize("value", ["xx", "vi zxx", ["vi"], None, 7])
def test_a_language_that_is_none_is_refused_in_the_grid(batch: Batch, person: User, value: object) -> None:
    film = give(batch, "phim.mp4", media_type="video/mp4")
    with pytest.raises(cells.Unfit):
        cells.save_cell(place=again(film), name="spoken", value=value, was="vi", by=person)
    picture = give(batch, "hinh.png")
    with pytest.raises(cells.Unfit):
        cells.save_cell(place=again(picture), name="spoken", value="vi", was="", by=person)
