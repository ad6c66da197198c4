"""Films of before get their ladder: ordered once, behind everything newer, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from media_library.models import Asset, Job, JobState, StoredFile
from media_library.processing import jobs, lacking, pipeline, priority
from tests.factories import make_agency, make_published, make_resource, make_stored_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _streaming(settings: Any) -> None:
    settings.STREAMING = True


def stored(media_type: str, **fields: Any) -> StoredFile:
    return make_stored_file(
        make_agency(), media_type=media_type, content=media_type.encode(), renditions=False, **fields
    )


def queued() -> set[int]:
    return {job.payload["file"] for job in Job.objects.filter(kind=pipeline.FINISH, state=JobState.QUEUED)}


def ordered(**how: Any) -> int:
    return sum(step.ordered for step in lacking.order(at=timezone.now(), **how))


def test_every_film_and_sound_that_is_ready_gets_it_once_whatever_the_page(monkeypatch: Any) -> None:
    monkeypatch.setattr(lacking, "PAGE", 2)
    films = [stored("video/mp4") for _number in range(3)]
    films += [stored("audio/mpeg"), stored("video/webm")]
    stored("image/png"), stored("video/mp4", processing_state="waiting")
    stored("video/mp4", processing_state="failed")
    assert list(lacking.files()) == films
    steps = list(lacking.order(at=timezone.now()))
    assert [(step.seen, step.ordered) for step in steps] == [(2, 2), (2, 2), (1, 1)]
    assert queued() == {film.pk for film in films}
    assert list(lacking.order(at=timezone.now())) == [] and Job.objects.count() == 5


def test_what_is_new_goes_first_and_what_people_wait_for_before_that() -> None:
    old, new = stored("video/mp4"), stored("video/mp4")
    ordered(of=[make_resource("video", file=old)])
    pipeline.order_finish(new, at=timezone.now())
    finishing = Job.objects.filter(kind=pipeline.FINISH)
    assert not any(job.priority in priority.PROMPT for job in finishing)
    first = jobs.claim(worker="w", at=timezone.now(), among=priority.LATER)
    assert first is not None and first.payload["file"] == new.pk


def test_what_is_done_or_failed_is_left_alone_until_it_is_asked_for() -> None:
    done, failed, stopped = (stored("video/mp4") for _number in range(3))
    for film, state in ((done, JobState.DONE), (failed, JobState.FAILED), (stopped, JobState.CANCELLED)):
        pipeline.order_finish(film, at=timezone.now())
        Job.objects.filter(payload__file=film.pk).update(state=state, attempts=5, error="damaged")
    assert ordered() == 0 and queued() == set()
    assert ordered(failed=True) == 2 and queued() == {failed.pk, stopped.pk}
    assert ordered(failed=True) == 0


def test_of_named_resources_the_film_that_is_public_and_the_one_of_the_draft() -> None:
    public, draft, other = (stored("video/mp4") for _number in range(3))
    film = make_published("video", file=public)
    newest = film.get_latest_revision_as_object()
    newest.assets.set([Asset(role="original", file=draft, sort_order=0)])
    newest.save_revision()
    make_published("video", file=other)
    call_command("renditions_missing", film.public_id, verbosity=0)
    assert queued() == {public.pk, draft.pk}


def test_the_operator_is_told_how_many_and_what_cannot_be(capsys: Any, settings: Any) -> None:
    stored("video/mp4"), stored("audio/ogg")
    call_command("renditions_missing", "--count")
    assert capsys.readouterr().out == "2 files lack something\n" and queued() == set()
    call_command("renditions_missing", verbosity=0)
    assert capsys.readouterr().out == "ordered the work on 2 files\n" and len(queued()) == 2
    with pytest.raises(CommandError, match="k57-none-here"):
        call_command("renditions_missing", "k57-none-here")
    settings.STREAMING = False
    with pytest.raises(CommandError, match="STREAMING"):
        call_command("renditions_missing")
