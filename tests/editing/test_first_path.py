"""From a communicator's file to what everybody sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from media_library.models import Agency, Resource, State, StoredFile
from tests.editing.screens import add, address, edit, picture_upload, problems, signed_in, words
from tests.factories import make_agency, make_communicator, make_editor, make_rendition

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def prepare_files() -> None:
    """What the worker would do."""
    for file in StoredFile.objects.filter(processing_state="waiting"):
        make_rendition(file)
    StoredFile.objects.update(processing_state="ready")


def test_a_picture_goes_from_a_communicator_over_the_editor_to_the_public(
    agency: Agency, django_capture_on_commit_callbacks: Any
) -> None:
    communicator, editor = make_communicator(agency), make_editor(agency)
    ours, theirs = signed_in(communicator), signed_in(editor)

    response = add(ours, "infographic", **words(), main_file=picture_upload())
    assert response.status_code == 302, problems(response)
    resource = Resource.objects.get()
    assert resource.agency == agency and resource.created_by == communicator
    draft = resource.get_latest_revision_as_object()
    assert draft.original.file.original_name == "nhan-dien.png"
    assert draft.original.alt == "Áp phích tím với năm ô."
    prepare_files()

    with django_capture_on_commit_callbacks(execute=True):
        sent = edit(ours, resource, **{"action-submit": "1"})
    assert sent.status_code == 302
    assert Resource.objects.get().state(timezone.now()) == State.IN_REVIEW
    assert [letter.to for letter in mail.outbox] == [[editor.email]]

    task = Resource.objects.get().current_workflow_task_state
    with django_capture_on_commit_callbacks(execute=True):
        theirs.post(address("workflow_action", resource.pk, "approve", task.pk), {"comment": ""})
    assert Resource.objects.public(timezone.now()).filter(pk=resource.pk).exists()
    assert mail.outbox[-1].to == [communicator.email]
    assert resource.title in mail.outbox[-1].subject
