"""Handing in: what is complete goes, the rest says what it lacks, and one letter tells of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from media_library.editing.batch import letter
from media_library.editing.batch.cells import save_cell
from media_library.editing.batch.rows import rows_of
from media_library.editing.batch.sending import send
from media_library.models import Batch, BatchPlace, Job, State, User
from media_library.processing import jobs
from tests.editing.batch.giving import again, give, make_batch
from tests.factories import make_agency, make_communicator, make_editor

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_communicator(make_agency())


@pytest.fixture
def batch(person: User) -> Batch:
    return make_batch(person.memberships.get().agency, person)


def complete(place: BatchPlace, by: User) -> BatchPlace:
    save_cell(place=place, name="alt", value="Ba người trên sân khấu.", was="", by=by)
    return again(place)


def states(batch: Batch, by: User) -> list[str]:
    return [row.state for row in rows_of(list(batch.places.all()), user=by, at=timezone.now())]


def send_all(batch: Batch, by: User) -> Any:
    return send(batch.places.order_by("position"), by=by, at=timezone.now())


@pytest.mark.contract
def test_what_is_complete_goes_to_review_and_the_rest_stays(batch: Batch, person: User) -> None:
    whole = complete(give(batch, "le.png"), person)
    nameless = complete(give(batch, "IMG_2034.png"), person)
    mute = give(batch, "hoi-thao.png")
    assert states(batch, person) == ["ready", "lacking", "lacking"]
    done = send_all(batch, person)
    assert done.handed_in == (whole.pk,) and set(done.staying) == {nameless.pk, mute.pk}
    assert again(whole).resource.state(timezone.now()) == State.IN_REVIEW
    assert states(batch, person) == ["sent", "lacking", "lacking"]


def test_handing_in_again_changes_nothing_and_takes_what_is_complete_by_now(
    batch: Batch, person: User
) -> None:
    first, second = complete(give(batch, "le.png"), person), give(batch, "hoi-thao.png")
    send_all(batch, person)
    task = again(first).resource.current_workflow_task_state
    complete(second, person)
    assert send_all(batch, person).handed_in == (second.pk,)
    assert send_all(batch, person).handed_in == ()
    assert again(first).resource.current_workflow_task_state == task


def test_a_limit_says_that_there_is_more(batch: Batch, person: User) -> None:
    for name in ("a b.png", "c d.png", "e f.png"):
        complete(give(batch, name), person)
    done = send(batch.places.order_by("position"), by=person, at=timezone.now(), limit=2)
    assert len(done.handed_in) == 2 and done.more
    assert not send_all(batch, person).more


@pytest.mark.contract
def test_the_editors_get_one_letter_for_the_batch(
    batch: Batch, person: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter, "_SHOWN", 2)
    editor = make_editor(batch.agency)
    for number in range(3):
        complete(give(batch, f"anh le so {number}.png"), person)
    with django_capture_on_commit_callbacks(execute=True):
        send_all(batch, person)
        send_all(batch, person)
    assert mail.outbox == [] and Job.objects.filter(kind=letter.LETTER).count() == 1
    jobs.run_all_due(at=timezone.now() + timedelta(hours=1))
    told = mail.outbox[0]
    assert len(mail.outbox) == 1 and told.to == [editor.email]
    assert "3" in told.subject and "Anh le so 0" in told.body and batch.token in told.body
    assert "Anh le so 2" not in told.body


def test_no_letter_is_written_where_the_editor_was_quicker(batch: Batch, person: User) -> None:
    editor = make_editor(batch.agency)
    place = complete(give(batch, "le hoi.png"), person)
    send_all(batch, person)
    task = again(place).resource.current_workflow_task_state
    task.reject(user=editor)
    mail.outbox.clear()
    jobs.run_next(worker="w", at=timezone.now() + timedelta(hours=1))
    assert mail.outbox == []
    assert states(batch, person) == ["ready"], "sent back, it may be handed in again"
    assert send_all(batch, person).handed_in == (place.pk,)
