"""One field saved from the grid."""

from __future__ import annotations

from typing import Any

import pytest

from media_library import publishing
from media_library.editing.batch.cells import ChangedMeanwhile, Unfit, save_cell
from media_library.models import BatchPlace, Resource, User
from tests.editing.batch.giving import again, draft_at, give, make_batch
from tests.factories import audience, make_agency, make_communicator, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_communicator(make_agency())


@pytest.fixture
def place(person: User) -> BatchPlace:
    return give(make_batch(person.memberships.get().agency, person))


def save(place: BatchPlace, name: str, value: Any, was: Any, by: User) -> Any:
    return save_cell(place=again(place), name=name, value=value, was=was, by=by)


@pytest.mark.parametrize(
    ("name", "value", "was", "kept"),
    [
        ("title", "  Lễ  phát động ", "Le phat dong", "Lễ phát động"),
        ("alt", "Ba người đứng trên sân khấu.", "", "Ba người đứng trên sân khấu."),
        ("summary", "", "Ảnh lễ phát động.", ""),
        ("kind", "infographic", "photo", "infographic"),
        ("licence", "press-only", "cc-by-4.0", "press-only"),
        ("audiences", [], None, []),
        ("embargo_until", "2030-10-10T08:00", "", "2030-10-10T01:00:00+00:00"),
        ("campaign", None, None, None),
    ],
)
def test_a_value_is_kept_as_the_draft_holds_it(
    place: BatchPlace, person: User, name: str, value: Any, was: Any, kept: Any
) -> None:
    was = [audience().pk] if name == "audiences" else was
    assert save(place, name, value, was, person) == kept
    assert save(place, name, value, "anything", person) == kept  # it is so already
    draft = draft_at(place)
    held = {"title": draft.title, "alt": draft.original.alt, "kind": Resource.objects.get().kind}
    assert held.get(name, kept) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "  "),
        ("title", "a" * 201),
        ("title", None),
        ("alt", "a" * 501),
        ("kind", "video"),
        ("kind", ["photo"]),
        ("licence", "mine"),
        ("audiences", [987654]),
        ("campaign", 987654),
        ("campaign", "x"),
        ("embargo_until", "2030-99-99T08:00"),
        ("embargo_until", "mai"),
        ("embargo_until", 7),
        ("campaign", 10**30),
        ("licence", []),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    place: BatchPlace, person: User, name: str, value: Any
) -> None:
    before = again(place).resource.latest_revision_id
    with pytest.raises(Unfit):
        save(place, name, value, "", person)
    assert again(place).resource.latest_revision_id == before


@pytest.mark.contract
def test_nothing_is_overwritten_that_the_person_has_not_seen(place: BatchPlace, person: User) -> None:
    colleague = make_communicator(person.memberships.get().agency)
    save(place, "title", "Của đồng nghiệp", "Le phat dong", colleague)
    with pytest.raises(ChangedMeanwhile) as told:
        save(place, "title", "Của tôi", "Le phat dong", person)
    assert told.value.value == "Của đồng nghiệp" == draft_at(place).title
    save(place, "alt", "Ba người.", "", person)  # another field is another matter
    assert save(place, "title", "Của tôi", "Của đồng nghiệp", person) == "Của tôi"


def test_a_locked_draft_is_not_changed_by_others(place: BatchPlace, person: User) -> None:
    editor = make_editor(person.memberships.get().agency)
    Resource.objects.update(locked=True, locked_by=editor)
    with pytest.raises(publishing.Locked):
        save(place, "title", "Khác", "Le phat dong", person)
    assert draft_at(place).title == "Le phat dong"


def test_an_embargo_does_not_outlast_the_expiry(place: BatchPlace, person: User) -> None:
    draft = draft_at(place)
    from datetime import UTC, datetime

    draft.expire_at = datetime(2030, 1, 1, tzinfo=UTC)
    draft.save_revision(user=person)
    with pytest.raises(Unfit):
        save(place, "embargo_until", "2031-01-01T08:00", "", person)
