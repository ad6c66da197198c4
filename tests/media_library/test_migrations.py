"""Migrations that touch rows, taken back and run again with rows in the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from media_library.models import BatchPlace, Fate, Resource
from tests.editing.batch.giving import draft_at, give, make_batch
from tests.factories import make_agency, make_communicator, make_published

pytestmark = pytest.mark.django_db(transaction=True)
Apps = Any


@pytest.fixture
def migrate() -> Iterator[Callable[..., Apps]]:
    """Brings ``media_library`` to a migration and gives the models of then; without a name all to the newest.

    Ends with the newest, which a test that passes has reached itself.
    """
    reached = ""

    def to(name: str = "") -> Apps:
        nonlocal reached
        reached = name
        executor = MigrationExecutor(connection)
        target = [("media_library", name)] if name else executor.loader.graph.leaf_nodes()
        return executor.migrate(target).apps

    yield to
    if reached:
        to()


def test_rows_go_back_and_come_again_and_nothing_is_lost(migrate: Callable[..., Apps]) -> None:
    """One way back and forth for both stories, since each takes ten seconds.

    Films from before speak the language of their record; captions of a batch go back to files not taken.
    """
    made = {
        "phim": make_published("video", language="en"),
        "loa": make_published("podcast", spoken="vi pac"),
        "anh": make_published("photo", language="en"),
    }
    person = make_communicator(make_agency())
    batch = make_batch(person.memberships.get().agency, person, language="en")
    film, its = (
        give(batch, "phim.mp4", media_type="video/mp4"),
        give(batch, "phim.vi.vtt", media_type="text/vtt"),
    )
    text = give(batch, "phim.txt", media_type="text/plain")
    spoken = [one.file_id for one in draft_at(film).assets.all()]
    assert (its.fate, text.fate, len(spoken)) == (Fate.WORDS, Fate.WORDS, 3)
    titles = {row.pk: row.title for row in Resource.objects.all()}

    old = migrate("0013_reuse")
    assert dict(old.get_model("media_library", "Resource").objects.values_list("pk", "title")) == titles
    places = old.get_model("media_library", "BatchPlace").objects.order_by("position")
    assert list(places.values_list("name", "fate", "file_id", "resource_id")) == [
        ("phim.mp4", "draft", film.file_id, film.resource_id),
        ("phim.vi.vtt", "refused", its.file_id, None),
        ("phim.txt", "refused", text.file_id, None),
    ]

    migrate()
    kept = BatchPlace.objects.order_by("position")
    assert list(kept.values_list("name", "fate", "role", "beside", "language", "file_id")) == [
        ("phim.mp4", "draft", "original", None, "", film.file_id),
        ("phim.vi.vtt", "refused", "original", None, "", its.file_id),
        ("phim.txt", "refused", "original", None, "", text.file_id),
    ]
    assert [one.file_id for one in draft_at(film).assets.all()] == spoken
    assert {name: Resource.objects.get(pk=row.pk).spoken for name, row in made.items()} == {
        "phim": "en",
        "loa": "vi",
        "anh": "",
    }
    batch.refresh_from_db()
    assert batch.spoken == "en"
    assert {row.pk: row.title for row in Resource.objects.all()} == titles
