"""The worker may be killed while an import runs: each row is written once, and its file is there once."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from wagtail.models import Revision

from media_library import collector
from media_library.importing import running
from media_library.models import Identifier, ImportRun, Job, JobState, Rendition, Resource, StoredFile
from search import engines
from search.models import IndexedText, PendingChange
from tests.factories import picture_bytes
from tests.media_library.conftest import stored_names
from tests.media_library.importing.tables import HEAD, begun, csv_bytes, line, somebody, zip_of
from tests.media_library.killing import finish, kill_at_random

PLAIN, FILED, KILLS = 520, 6, 8


@pytest.fixture
def _own_index(transactional_db: None) -> Iterator[None]:
    """The worker indexes what it writes; the keys lie in a table that emptying the others does not reach."""
    yield
    engines.named("database").clear()


def _begun() -> ImportRun:
    agency, by = somebody()
    lines = [[*line(number), ""] for number in range(PLAIN)]
    lines += [
        [*line(PLAIN + number, kind="Ảnh", title=f"Ảnh số {number}"), f"anh-{number}.jpg"]
        for number in range(FILED)
    ]
    archive = zip_of([(f"anh-{number}.jpg", picture_bytes(320, 200 + number)) for number in range(FILED)])
    return begun(csv_bytes([*HEAD, "Tệp"], *lines), agency=agency, by=by, archive=archive)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_own_index")
def test_an_import_killed_again_and_again_writes_each_row_once(
    data_folder: Path, environment: dict[str, str], nursery: subprocess.Popen[str]
) -> None:
    run = _begun()
    running.confirm(run, at=timezone.now())
    chance, met = random.Random(5), 0
    for _kill in range(KILLS):
        Job.objects.update(max_attempts=KILLS + 5)  # else a piece hit three times is rightly given up
        if not Job.objects.exclude(state__in=[JobState.DONE, JobState.FAILED]).exists():
            break
        kill_at_random(nursery, chance)
        met += 1
    assert met >= 3, "the import was over before anything was killed"
    Job.objects.update(max_attempts=KILLS + 5)
    assert finish(environment)[0] == 0

    run.refresh_from_db()
    assert run.state == "done"
    assert Counter(run.rows.values_list("state", flat=True)) == {"created": PLAIN + FILED}
    made = set(run.rows.values_list("resource", flat=True))
    assert made == set(Resource.objects.values_list("pk", flat=True)) and len(made) == PLAIN + FILED
    assert Revision.objects.count() == len(made), "no draft was written twice"
    assert Identifier.objects.count() == len(made)
    heard = {abs(key) for key in IndexedText.objects.values_list("pk", flat=True)}
    assert made <= heard | set(PendingChange.objects.values_list("resource_id", flat=True)), (
        "search hears of all"
    )

    later = timezone.now() + timedelta(seconds=2)
    collector.collect(at=later, rows_age=timedelta(0), bytes_age=timedelta(0))
    assert StoredFile.objects.count() == FILED, "a file for each row, and none beside them"
    named = set(StoredFile.objects.values_list("storage_name", flat=True))
    named |= set(Rendition.objects.values_list("storage_name", flat=True))
    stored = {
        name for name in stored_names(data_folder) if not name.startswith("imports/")
    }  # the archive itself
    assert stored == named, "what a killed worker stored and nobody names is gone"
